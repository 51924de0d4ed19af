/* Makes the parts of the demo and gives them back, each after all that use it. */
#include "demo_parts.h"

#include "weir/normalize.h"
#include "weir/rules_ready.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PARTITIONS 3
#define WORKERS 1 /* of an embedded group of two, one sometimes waits for ever for its partitions */

static enum weir_status start_broker(struct demo *demo, struct weir_error *error)
{
    static const char *const topics[] = {DEMO_TOPIC_POSTS, DEMO_TOPIC_CAPTIONS, DEMO_TOPIC_REVIEW, DEMO_TOPIC_SHADOW,
                                         DEMO_TOPIC_DEAD_LETTERS};
    enum weir_status status = weir_kafka_embedded_start(&demo->broker, error);
    for (size_t i = 0; status == WEIR_OK && i < sizeof topics / sizeof *topics; i++) {
        status = weir_kafka_embedded_topic(demo->broker, topics[i], PARTITIONS);
        if (status != WEIR_OK)
            weir_error_set(error, status, "the embedded broker does not take the topic %s", topics[i]);
    }
    return status;
}

static enum weir_status load_settings(struct demo *demo, struct weir_diagnostics *diagnostics)
{
    char yaml[1024];
    int length =
        snprintf(yaml, sizeof yaml,
                 "kafka: {bootstrap.servers: '%s', group.id: weir-demo, fetch.wait.max.ms: 10, linger.ms: 1}\n"
                 "sources:\n"
                 "  - topic: " DEMO_TOPIC_POSTS "\n"
                 "    kind: post\n"
                 "    fields: {id: /id, author: /author/id, author_name: /author/name, lang: /lang, time: /created_at,"
                 " text: [/title, /text]}\n"
                 "  - {topic: " DEMO_TOPIC_CAPTIONS ", kind: caption}\n"
                 "outputs:\n"
                 "  review: {topic: " DEMO_TOPIC_REVIEW "}\n"
                 "  shadow: {topic: " DEMO_TOPIC_SHADOW "}\n"
                 "  dead_letters: {topic: " DEMO_TOPIC_DEAD_LETTERS "}\n"
                 "rules: {path: .}\n"
                 "http: {show_content: true}\n"
                 "workers: %d\n",
                 weir_kafka_embedded_bootstrap(demo->broker), WORKERS);
    return weir_settings_parse("weir demo", (struct weir_text){yaml, (size_t)length}, WEIR_SETTINGS_FOR_DAEMON,
                               diagnostics, &demo->settings_file);
}

static enum weir_status load_rules(struct demo *demo, struct weir_diagnostics *diagnostics, struct weir_error *error)
{
    enum weir_status status = weir_hyperscan_check(error);
    if (status != WEIR_OK)
        return status;
    fputs("Loading the rules: some seconds, or less than one when --cache has them.\n", demo->options->out);
    fflush(demo->options->out);
    demo->chars = weir_chars_new();
    if (!demo->chars)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    const struct weir_rules_source source = {
        .paths = demo->options->rule_paths,
        .path_count = demo->options->rule_path_count,
        .settings = weir_settings_get(demo->settings_file),
        .chars = demo->chars,
        .cache = demo->options->cache,
        .log = &demo->log,
    };
    status = weir_rules_ready_from(&source, diagnostics, &demo->ruleset, NULL);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "the rules do not load");
    if (demo_tally_init(&demo->tally, demo->ruleset) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    return WEIR_OK;
}

/* The page at its usual port, or at any that is free. */
static enum weir_status start_page(struct demo *demo, struct weir_error *error)
{
    const struct weir_settings *settings = weir_settings_get(demo->settings_file);
    rollups_init(&demo->rollups, &demo->observer);
    enum weir_status status =
        http_server_start(settings->http.host, settings->http.port, &demo->observer, &demo->http, error);
    if (status == WEIR_UNAVAILABLE)
        status = http_server_start(settings->http.host, 0, &demo->observer, &demo->http, error);
    return status;
}

static enum weir_status start_daemon(struct demo *demo, struct weir_error *error)
{
    demo->cluster = weir_kafka_cluster_new(&demo->log);
    demo->flag_tally = weir_tally_new();
    demo->latest = weir_latest_new();
    demo->arena = weir_arena_new(0);
    demo->parts = (struct weir_daemon_parts){
        .settings = weir_settings_get(demo->settings_file),
        .rules = {.ruleset = demo->ruleset},
        .chars = demo->chars,
        .log = &demo->log,
        .cluster = demo->cluster,
        .tally = demo->flag_tally,
        .latest = demo->latest,
        .stop_deadline_ms = DEMO_STOP_MS,
    };
    demo->is_observed = demo->cluster && demo->flag_tally && demo->latest && demo->arena &&
                        observer_init(&demo->observer, &demo->parts);
    if (!demo->is_observed)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    observer_rules_loaded(&demo->observer, demo->ruleset);
    enum weir_status status = start_page(demo, error);
    if (status == WEIR_OK)
        status = weir_daemon_start(&demo->parts, &demo->daemon, error);
    if (status == WEIR_OK)
        observer_watch(&demo->observer, demo->daemon);
    return status;
}

static enum weir_status start_ends(struct demo *demo, struct weir_error *error)
{
    static const char *const topics[] = {DEMO_TOPIC_REVIEW, DEMO_TOPIC_SHADOW, DEMO_TOPIC_DEAD_LETTERS};
    const char *bootstrap = weir_kafka_embedded_bootstrap(demo->broker);
    enum weir_status status =
        weir_embedded_reader_open(bootstrap, topics, sizeof topics / sizeof *topics, PARTITIONS, &demo->reader, error);
    if (status != WEIR_OK)
        return status;
    demo->feed_options = (struct demo_feed_options){
        .bootstrap = bootstrap,
        .topic = DEMO_TOPIC_POSTS,
        .captions_topic = DEMO_TOPIC_CAPTIONS,
        .posts_path = demo->options->posts_path,
        .rate = demo->options->rate,
        .seed = demo->options->seed,
    };
    demo->start_ms = demo->clock.monotonic_ms(demo->clock.context);
    demo->live_ms = demo->start_ms;
    return demo_feed_start(&demo->feed_options, &demo->feed, error);
}

static void greet(const struct demo *demo)
{
    const struct weir_demo_options *options = demo->options;
    fprintf(options->out, "weir %s demo: %zu rule%s, %d worker, an embedded broker at %s\n", WEIR_VERSION,
            demo->ruleset->rule_count, demo->ruleset->rule_count == 1 ? "" : "s", WORKERS,
            weir_kafka_embedded_bootstrap(demo->broker));
    if (options->posts_path)
        fprintf(options->out, "Posts of %s, %u a second.", options->posts_path, options->rate);
    else
        fprintf(options->out,
                "Made-up posts in English and Chinese, %u a second, about 2 %% of them harmful, and live captions.",
                options->rate);
    fprintf(options->out, "\nIts page, while it runs: http://127.0.0.1:%u/", http_server_port(demo->http));
    fputs("\nThe worker joins its group in about 3 s; each flag is then shown as its reviewer sees it.", options->out);
    fputs(options->seconds || options->posts_path ? "\n\n" : " Ctrl-C ends the demo.\n\n", options->out);
    fflush(options->out);
}

/* Before everything is started for nothing. */
static enum weir_status check_posts(const char *path, struct weir_error *error)
{
    struct stat about;
    if (stat(path, &about) != 0 || access(path, R_OK) != 0)
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %s: it is a folder; name a file of posts", path);
    return WEIR_OK;
}

enum weir_status demo_start(struct demo *demo, struct weir_diagnostics *diagnostics, struct weir_error *error)
{
    const char *posts = demo->options->posts_path;
    enum weir_status status = posts ? check_posts(posts, error) : WEIR_OK;
    if (status == WEIR_OK)
        status = start_broker(demo, error);
    if (status == WEIR_OK && (status = load_settings(demo, diagnostics)) != WEIR_OK)
        weir_error_set(error, status, "the demo's own configuration does not load");
    if (status == WEIR_OK)
        status = load_rules(demo, diagnostics, error);
    if (status != WEIR_OK || demo->options->loads_only)
        return status;
    status = start_daemon(demo, error);
    if (status != WEIR_OK)
        return status;
    greet(demo);
    return start_ends(demo, error);
}

void demo_release(struct demo *demo)
{
    struct weir_error ignored;
    demo_feed_free(demo->feed);
    weir_embedded_reader_close(demo->reader);
    http_server_stop(demo->http); /* it looks at the workers */
    demo->http = NULL;
    if (demo->daemon) {
        weir_daemon_stop(demo->daemon);
        while (!weir_daemon_ended(demo->daemon))
            nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
        (void)weir_daemon_free(demo->daemon, &ignored);
    }
    if (demo->is_observed) {
        rollups_fini(&demo->rollups);
        observer_fini(&demo->observer);
    }
    weir_arena_free(demo->arena);
    weir_latest_free(demo->latest);
    weir_tally_free(demo->flag_tally);
    if (demo->cluster)
        weir_kafka_cluster_free(demo->cluster);
    demo_tally_fini(&demo->tally);
    weir_ruleset_free(demo->ruleset);
    weir_chars_free(demo->chars);
    weir_settings_free(demo->settings_file);
    weir_kafka_embedded_stop(demo->broker);
}
