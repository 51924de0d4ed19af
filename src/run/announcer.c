/* Records of the process itself, on a producer that no worker shares. */
#include "announcer.h"

#include "weir/budget.h"

static void ignore_delivery(void *context, uint64_t ticket)
{
    (void)context;
    (void)ticket;
}

static int64_t wall_ms(const struct announcer *announcer)
{
    return announcer->log->clock.wall_ms(announcer->log->clock.context);
}

static int64_t minute_of(int64_t wall)
{
    return wall - wall % WEIR_BUDGET_MINUTE_MS;
}

static void give_up(struct announcer *announcer, const char *what, const char *reason)
{
    weir_log_event(announcer->log, WEIR_LOG_WARNING, "rollup_failed", WEIR_LOG_TEXT("record", what),
                   WEIR_LOG_TEXT("reason", reason));
}

enum weir_status announcer_open(struct announcer *announcer, const struct weir_daemon_parts *parts,
                                struct observer *observer, struct weir_error *error)
{
    *announcer = (struct announcer){
        .log = parts->log,
        .events = {.delivered = ignore_delivery},
        .arena = weir_arena_new(0),
        .record_max = weir_kafka_sink_record_max(parts->settings),
        .rollups_every_ms = parts->settings->rollups_every_ms,
        .observer = observer,
    };
    if (!announcer->arena)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the rollups");
    announcer->minute_ms = minute_of(wall_ms(announcer));
    rollups_init(&announcer->rollups, observer);
    enum weir_status status = weir_kafka_sink_open(parts->settings, parts->cluster, parts->settings->workers,
                                                   &announcer->counters, &announcer->events, &announcer->sink, error);
    if (status != WEIR_OK)
        weir_arena_free(announcer->arena);
    return status;
}

static void put(struct announcer *announcer, const char *what, const struct weir_record *record)
{
    struct weir_error error;
    if (!announcer->sink)
        return;
    enum weir_status status = announcer->sink->operations->put(announcer->sink, record, &error);
    if (status != WEIR_OK)
        give_up(announcer, what, status == WEIR_RETRY ? "too many of these records wait for the broker" : error.text);
}

void announcer_tell_rules(struct announcer *announcer, const struct weir_ruleset *before,
                          const struct weir_ruleset *now, struct weir_ruleset_change *change)
{
    struct weir_record record;
    *change = (struct weir_ruleset_change){0};
    weir_arena_reset(announcer->arena);
    enum weir_status status = weir_ruleset_compare(before, now, announcer->arena, change);
    if (status == WEIR_OK)
        status = weir_record_ruleset(now, change, wall_ms(announcer), announcer->record_max, announcer->arena, &record);
    if (status == WEIR_OK)
        put(announcer, "weir.ruleset/1", &record);
    else
        give_up(announcer, "weir.ruleset/1", "no memory");
}

static void tell_overflow(struct announcer *announcer, const struct weir_generation *rules, int64_t minute_ms)
{
    struct weir_overflow overflow;
    struct weir_record record;
    weir_arena_reset(announcer->arena);
    enum weir_status status = weir_budget_summary(rules->budget, minute_ms, announcer->arena, &overflow);
    if (status == WEIR_OK && overflow.rule_count == 0)
        return;
    if (status == WEIR_OK)
        status = weir_record_overflow(rules->ruleset, &overflow, announcer->record_max, announcer->arena, &record);
    if (status != WEIR_OK) {
        give_up(announcer, "weir.overflow/1", "no memory");
        return;
    }
    uint64_t flags = 0;
    for (size_t i = 0; i < overflow.rule_count; i++)
        flags += overflow.rules[i].overflow;
    weir_log_event(announcer->log, WEIR_LOG_WARNING, "over_budget", WEIR_LOG_NUMBER("rules", overflow.rule_count),
                   WEIR_LOG_NUMBER("overflow", flags), WEIR_LOG_TEXT("most", overflow.rules[0].id),
                   WEIR_LOG_NUMBER("budget_per_minute", overflow.budget_per_minute));
    put(announcer, "weir.overflow/1", &record);
}

static void put_rollup(void *context, const struct weir_record *record)
{
    put(context, "weir.rollup/1", record);
}

void announcer_tell_rollup(struct announcer *announcer, const struct weir_generation *rules)
{
    weir_arena_reset(announcer->arena);
    if (rollups_tell(&announcer->rollups, announcer->observer, rules->ruleset, announcer->arena, put_rollup,
                     announcer) != WEIR_OK)
        give_up(announcer, "weir.rollup/1", "no memory");
}

void announcer_look(struct announcer *announcer, const struct weir_generation *rules)
{
    struct weir_error error;
    int64_t minute = minute_of(wall_ms(announcer));
    if (minute != announcer->minute_ms && rules->budget)
        tell_overflow(announcer, rules, announcer->minute_ms);
    announcer->minute_ms = minute;
    struct weir_clock clock = announcer->log->clock;
    if (rollups_due(&announcer->rollups, announcer->rollups_every_ms, clock.monotonic_ms(clock.context)))
        announcer_tell_rollup(announcer, rules);
    if (announcer->sink && announcer->sink->operations->poll(announcer->sink, 0, &error) == WEIR_FATAL) {
        give_up(announcer, "all until the next start", error.text);
        announcer->sink->operations->close(announcer->sink);
        announcer->sink = NULL;
    }
}

void announcer_close(struct announcer *announcer, int deadline_ms)
{
    struct weir_error error;
    if (announcer->sink) {
        if (announcer->sink->operations->flush(announcer->sink, deadline_ms, &error) != WEIR_OK)
            give_up(announcer, "those that wait", "the broker did not take them before the end");
        announcer->sink->operations->close(announcer->sink);
    }
    rollups_fini(&announcer->rollups);
    weir_arena_free(announcer->arena);
    *announcer = (struct announcer){0};
}
