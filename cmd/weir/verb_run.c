/* weir run: the daemon. */
#include "verbs.h"

#include "weir/kafka.h"
#include "weir/run.h"

#include <signal.h>
#include <stdio.h>

#define STOP_DEADLINE_MS 30000

static const char HELP[] =
    "Usage: weir run -c FILE\n\n"
    "Reads posts from the topics of the configuration, flags those that match its rules, and publishes the\n"
    "flags to the review topic. Runs until SIGTERM or SIGINT: it then delivers what is in flight, commits and\n"
    "leaves the group, within 30 s; a second signal ends it at once. An offset is committed only when every\n"
    "flag of the item is delivered, so nothing is lost, whenever it stops.\n\n"
    "When the files of the rules change, or on SIGHUP, it loads them anew without a pause; rules that do not\n"
    "load change nothing, and the log says why.\n\n"
    "  -c, --config FILE   the configuration (config/weir.yaml explains every key)\n"
    "  -h, --help          this text\n\n"
    "Example:\n"
    "  weir check -c /etc/weir/weir.yaml && weir run -c /etc/weir/weir.yaml\n";

static int run_daemon(const struct weir_loaded *loaded)
{
    struct weir_log log = weir_log_of(loaded->settings);
    struct weir_error error = {.status = WEIR_NO_MEMORY, .text = "no memory"};
    struct weir_kafka_cluster *cluster = weir_kafka_cluster_new(&log);
    if (!cluster)
        return weir_fail(&error);
    struct weir_daemon_parts parts = {
        .settings = loaded->settings,
        .rules = {.ruleset = loaded->ruleset},
        .chars = loaded->chars,
        .log = &log,
        .cluster = cluster,
        .stop_deadline_ms = STOP_DEADLINE_MS,
    };
    enum weir_status status = weir_daemon_run(&parts, &error);
    weir_kafka_cluster_free(cluster);
    if (status != WEIR_OK)
        weir_log_event(&log, WEIR_LOG_ERROR, "failed", WEIR_LOG_TEXT("reason", error.text));
    return weir_status_exit(status);
}

/* One that comes while the rules are loaded for the first time waits for weir_daemon_run, and is a reload then. */
static void hold_hangup(void)
{
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &hangup, NULL);
}

int weir_verb_run(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *config = NULL;
    for (int option; (option = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(HELP, stdout);
            return 0;
        }
        if (option != 'c')
            return weir_usage("run");
        config = optarg;
    }
    if (!config || optind < argc) {
        fprintf(stderr, "weir run: %s\n", config ? "takes no further arguments" : "-c FILE is missing");
        return weir_usage("run");
    }
    weir_confine();
    hold_hangup();
    struct weir_loaded loaded;
    enum weir_status status = weir_load_daemon(config, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    int exit_status = run_daemon(&loaded);
    weir_unload(&loaded);
    return exit_status;
}
