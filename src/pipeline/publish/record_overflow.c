/* publish: the rules that went over their budget in a minute, as a weir.overflow/1 record. */
#include "record_json.h"

#include "weir/clock.h"

#define LIST_MAX ((size_t)1000)

static void put_rules(struct weir_record_json *json, const struct weir_overflow *overflow, size_t list_max)
{
    weir_record_array(json, "rules");
    for (size_t i = 0; i < overflow->rule_count && i < list_max; i++) {
        weir_record_object(json, NULL);
        weir_record_put_string(json, "id", overflow->rules[i].id);
        weir_record_put_number(json, "flags", (int64_t)overflow->rules[i].flags);
        weir_record_put_number(json, "overflow", (int64_t)overflow->rules[i].overflow);
        weir_record_end_object(json);
    }
    weir_record_end_array(json);
}

static void put_summary(struct weir_record_json *json, const struct weir_ruleset *now,
                        const struct weir_overflow *overflow, size_t list_max)
{
    char minute[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(overflow->minute_ms, minute);
    weir_record_object(json, NULL);
    weir_record_put_string(json, "schema", "weir.overflow/1");
    weir_record_put_string(json, "minute", minute);
    weir_record_put_number(json, "budget_per_minute", overflow->budget_per_minute);
    weir_record_put_generation(json, now);
    weir_record_put_number(json, "rule_count", (int64_t)overflow->rule_count);
    put_rules(json, overflow, list_max);
    if (overflow->rule_count > list_max)
        weir_record_put_true(json, "truncated");
    weir_record_end_object(json);
}

enum weir_status weir_record_overflow(const struct weir_ruleset *now, const struct weir_overflow *overflow,
                                      size_t record_max, struct weir_arena *arena, struct weir_record *record)
{
    struct weir_record_json json = {.arena = arena};
    struct weir_text line = {NULL, 0};
    size_t list_max = LIST_MAX;
    enum weir_record_fit fit;
    for (;; list_max /= 2) {
        put_summary(&json, now, overflow, list_max);
        fit = weir_record_finish(&json, list_max > 0 ? record_max : SIZE_MAX, &line);
        if (fit != WEIR_RECORD_TOO_LONG)
            break;
    }
    if (fit != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .value = line};
    return WEIR_OK;
}
