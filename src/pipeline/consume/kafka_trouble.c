/* What keeps the source from reading, in words for the operator: one line when it begins, one when it is over. */
#include "kafka_source.h"

#include <librdkafka/rdkafka.h>

#define TOPIC_MISSING "source_topic_missing"
#define TOPIC_REFUSED "source_topic_refused"
#define GROUP_REFUSED "source_group_refused"
#define GROUP_ERROR "source_error"

static void begin_topic_trouble(struct kafka_source *source, const char *topic, int code)
{
    bool refused = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    const struct weir_kafka_trouble trouble = {
        .event = refused ? TOPIC_REFUSED : TOPIC_MISSING,
        .subject_key = "topic",
        .subject = topic,
        .cause = "",
        .reason = rd_kafka_err2str((rd_kafka_resp_err_t)code),
        .advice = refused ? "allow weir's user to read the topic; weir keeps trying"
                          : "create the topic or correct it under sources; weir keeps trying",
    };
    weir_kafka_trouble_begin(source->cluster, &trouble);
}

static const char *group_of(const struct kafka_source *source)
{
    const char *group = weir_kafka_shown(source->settings, "group.id");
    return group ? group : "";
}

static void begin_group_trouble(struct kafka_source *source, int code, const char *reason)
{
    bool refused = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    const struct weir_kafka_trouble trouble = {
        .event = refused ? GROUP_REFUSED : GROUP_ERROR,
        .subject_key = "group",
        .subject = group_of(source),
        .cause = rd_kafka_err2name((rd_kafka_resp_err_t)code),
        .reason = reason,
        .advice = refused ? "allow weir's user to read the group; weir keeps trying" : "nothing, if it does not last",
    };
    weir_kafka_trouble_begin(source->cluster, &trouble);
}

void kafka_trouble_over(struct kafka_source *source, const char *topic)
{
    static const char *const OF_TOPIC[] = {TOPIC_MISSING, TOPIC_REFUSED};
    static const char *const OF_GROUP[] = {GROUP_REFUSED, GROUP_ERROR};
    for (int i = 0; i < 2; i++) {
        const struct weir_kafka_trouble trouble = {
            .event = topic ? OF_TOPIC[i] : OF_GROUP[i],
            .over_event = topic ? "source_topic_found" : "source_reads_again",
            .subject_key = topic ? "topic" : "group",
            .subject = topic ? topic : group_of(source),
        };
        weir_kafka_trouble_over(source->cluster, &trouble);
    }
}

void kafka_trouble_sort(struct kafka_source *source, int code, const char *topic, const char *text)
{
    char reason[512];
    weir_kafka_discreet(source->settings, text ? text : "", reason, sizeof reason);
    switch (code) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
    case RD_KAFKA_RESP_ERR__FATAL: /* poll asks for it itself */
        break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        if (topic)
            begin_topic_trouble(source, topic, code);
        break;
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
        weir_log_event(weir_kafka_cluster_log(source->cluster), WEIR_LOG_WARNING, "polled_too_late",
                       WEIR_LOG_NUMBER("worker", source->number), WEIR_LOG_TEXT("reason", reason),
                       WEIR_LOG_TEXT("effect", "its partitions go to others and some messages are read again"));
        break;
    default:
        begin_group_trouble(source, code, reason);
    }
}
