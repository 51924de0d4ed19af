/* /api: weir.status/1 for the page and for scripts; the history and the latest flags for the page alone. */
#include "http_pages.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* Takes root. */
static char *dump(json_t *root)
{
    char *body = root ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    return body;
}

static json_t *make_counts(const struct observation *observation)
{
    json_t *counts = json_object();
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        json_object_set_new(counts, weir_counter_name((enum weir_counter)i), integer(observation->counts[i]));
    return counts;
}

/* Upper bounds in milliseconds (null: none) with how many flags took no longer, and longer than the bound before. */
static json_t *make_delays(const struct weir_delays *delays)
{
    static const uint64_t bounds[] = WEIR_DELAY_BOUNDS;
    json_t *buckets = json_array();
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        json_array_append_new(buckets, json_pack("{s:o, s:o}", "up_to_ms",
                                                 i < WEIR_DELAY_BUCKETS - 1 ? integer(bounds[i]) : json_null(), "flags",
                                                 integer(delays->buckets[i])));
    return json_pack("{s:o, s:o}", "sum_ms", integer(delays->sum_ms), "buckets", buckets);
}

static json_t *make_rules(const struct observed_rules *rules)
{
    json_t *made =
        json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "generation", integer(rules->generation), "rules",
                  integer(rules->count), "sha256", rules->sha256, "loaded_ms", json_integer(rules->loaded_ms), "loads",
                  integer(rules->loads), "failures", integer(rules->failures));
    if (made && rules->failures > 0)
        json_object_set_new(made, "last_failure",
                            json_pack("{s:o, s:o}", "at_ms", json_integer(rules->failed_ms), "reason",
                                      json_stringn_nocheck(rules->failure, strlen(rules->failure))));
    return made;
}

static json_t *make_troubles(const struct weir_kafka_state *kafka)
{
    json_t *troubles = json_array();
    for (size_t i = 0; i < kafka->trouble_count; i++)
        json_array_append_new(troubles, json_pack("{s:s, s:s}", "event", kafka->troubles[i].event, "subject",
                                                  kafka->troubles[i].subject));
    return troubles;
}

static json_t *make_flags(const struct observation *observation)
{
    json_t *flags = json_array();
    for (size_t i = 0; i < observation->row_count; i++) {
        const struct weir_tally_row *row = &observation->rows[i];
        json_array_append_new(flags, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "rule", row->key.rule, "category",
                                               row->key.category, "severity", row->key.severity, "kind",
                                               weir_kind_name(row->key.kind), "lang", row->key.lang, "output",
                                               weir_tally_output_name(row->key.output), "flags", integer(row->flags)));
    }
    return flags;
}

char *http_status_write(const struct observation *observation)
{
    json_t *status = json_pack("{s:s, s:s, s:o, s:o, s:i, s:i, s:o, s:o, s:b, s:b}", "schema", "weir.status/1",
                               "version", WEIR_VERSION, "now_ms", json_integer(observation->now_ms), "started_ms",
                               json_integer(observation->started_ms), "workers", (int)observation->workers, "working",
                               (int)observation->working, "sick", text_or_null(observation_sick(observation)),
                               "unready", text_or_null(observation_unready(observation)), "brokers_up",
                               !observation->kafka.is_down && !observation->kafka.login_refused, "is_stopping",
                               (int)observation->is_stopping);
    if (!status)
        return NULL;
    json_object_set_new(
        status, "delivery",
        json_string(observation->settings->delivery == WEIR_EXACTLY_ONCE ? "exactly_once" : "at_least_once"));
    json_object_set_new(status, "ruleset", make_rules(&observation->rules));
    json_object_set_new(status, "counts", make_counts(observation));
    json_object_set_new(status, "delays", make_delays(&observation->delays));
    json_object_set_new(status, "troubles", make_troubles(&observation->kafka));
    json_object_set_new(status, "flags", make_flags(observation));
    return dump(status);
}

static json_t *make_interval(const struct observed_interval *interval)
{
    json_t *rules = json_array();
    json_t *categories = json_array();
    json_t *delays = json_array();
    for (size_t i = 0; i < interval->row_count; i++)
        json_array_append_new(rules, json_pack("{s:s, s:s, s:o}", "rule", interval->rows[i].rule, "category",
                                               interval->rows[i].category, "flags", integer(interval->rows[i].flags)));
    for (size_t i = 0; i < interval->category_count; i++)
        json_array_append_new(categories, json_pack("{s:s, s:o}", "category", interval->categories[i].category, "flags",
                                                    integer(interval->categories[i].flags)));
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        json_array_append_new(delays, integer(interval->delays[i]));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "from_ms",
                     json_integer(interval->from_ms), "to_ms", json_integer(interval->to_ms), "messages",
                     integer(interval->messages), "flags", integer(interval->flags), "shadow_flags",
                     integer(interval->shadow_flags), "overflow_flags", integer(interval->overflow_flags),
                     "dead_letters", integer(interval->dead_letters), "lag", integer(interval->lag), "delays", delays,
                     "rules", rules, "categories", categories);
}

char *http_history_write(struct observer *observer)
{
    struct observed_interval *intervals = calloc(OBSERVER_INTERVALS, sizeof *intervals);
    json_t *list = json_array();
    size_t count = intervals ? observer_history(observer, intervals) : 0;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, make_interval(&intervals[i]));
    free(intervals);
    return dump(json_pack("{s:o}", "intervals", list));
}

char *http_flags_write(struct weir_latest *latest)
{
    struct weir_text records[WEIR_LATEST_COUNT];
    struct weir_arena *arena = latest ? weir_arena_new(0) : NULL;
    json_t *flags = json_array();
    size_t count = arena ? weir_latest_read(latest, arena, records) : 0;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(flags, json_loadb(records[i].data, records[i].length, JSON_ALLOW_NUL, NULL));
    weir_arena_free(arena);
    return dump(json_pack("{s:b, s:o}", "shows_content", latest != NULL, "flags", flags));
}
