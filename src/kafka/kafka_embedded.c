/* The embedded broker: librdkafka's mock cluster of one broker, on a client handle of its own that connects nowhere. */
#include "weir/kafka.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <stdlib.h>

struct weir_kafka_embedded {
    rd_kafka_t *handle;
    rd_kafka_mock_cluster_t *cluster;
};

static void ignore_log(const rd_kafka_t *client, int level, const char *facility, const char *line)
{
    (void)client;
    (void)level;
    (void)facility;
    (void)line;
}

enum weir_status weir_kafka_embedded_start(struct weir_kafka_embedded **broker, struct weir_error *error)
{
    char why[512] = "";
    struct weir_kafka_embedded *made = calloc(1, sizeof *made);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (!made || !conf) {
        free(made);
        if (conf)
            rd_kafka_conf_destroy(conf);
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the embedded broker");
    }
    rd_kafka_conf_set_log_cb(conf, ignore_log);
    made->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!made->handle)
        rd_kafka_conf_destroy(conf);
    else
        made->cluster = rd_kafka_mock_cluster_new(made->handle, 1);
    if (!made->cluster) {
        weir_kafka_embedded_stop(made);
        return weir_error_set(error, WEIR_UNAVAILABLE,
                              "the embedded broker does not start%s%s; is a loopback port free?", *why ? ": " : "",
                              why);
    }
    *broker = made;
    return WEIR_OK;
}

const char *weir_kafka_embedded_bootstrap(const struct weir_kafka_embedded *broker)
{
    return rd_kafka_mock_cluster_bootstraps(broker->cluster);
}

enum weir_status weir_kafka_embedded_topic(struct weir_kafka_embedded *broker, const char *topic, int partitions)
{
    rd_kafka_resp_err_t err = rd_kafka_mock_topic_create(broker->cluster, topic, partitions, 1);
    return err == RD_KAFKA_RESP_ERR_NO_ERROR ? WEIR_OK : WEIR_INVALID;
}

void weir_kafka_embedded_stop(struct weir_kafka_embedded *broker)
{
    if (!broker)
        return;
    if (broker->cluster)
        rd_kafka_mock_cluster_destroy(broker->cluster);
    if (broker->handle)
        rd_kafka_destroy(broker->handle);
    free(broker);
}
