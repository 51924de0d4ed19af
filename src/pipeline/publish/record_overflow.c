/* publish: the rules that went over their budget in a minute, as a weir.overflow/1 record. */
#include "record_json.h"

#include "weir/clock.h"

#define LIST_MAX ((size_t)1000)

static json_t *make_rules(struct weir_record_json *json, const struct weir_overflow *overflow, size_t list_max)
{
    json_t *list = weir_record_array(json);
    for (size_t i = 0; i < overflow->rule_count && i < list_max; i++) {
        json_t *rule = weir_record_object(json);
        weir_record_put_string(json, rule, "id", overflow->rules[i].id);
        weir_record_put_number(json, rule, "flags", (int64_t)overflow->rules[i].flags);
        weir_record_put_number(json, rule, "overflow", (int64_t)overflow->rules[i].overflow);
        weir_record_append(json, list, rule);
    }
    return list;
}

static json_t *make_summary(struct weir_record_json *json, const struct weir_ruleset *now,
                            const struct weir_overflow *overflow, size_t list_max)
{
    char minute[WEIR_RFC3339_SIZE];
    weir_clock_format_rfc3339(overflow->minute_ms, minute);
    json_t *root = weir_record_object(json);
    weir_record_put_string(json, root, "schema", "weir.overflow/1");
    weir_record_put_string(json, root, "minute", minute);
    weir_record_put_number(json, root, "budget_per_minute", overflow->budget_per_minute);
    weir_record_put(json, root, "ruleset", weir_record_generation(json, now));
    weir_record_put_number(json, root, "rule_count", (int64_t)overflow->rule_count);
    weir_record_put(json, root, "rules", make_rules(json, overflow, list_max));
    if (overflow->rule_count > list_max)
        weir_record_put_true(json, root, "truncated");
    return root;
}

enum weir_status weir_record_overflow(const struct weir_ruleset *now, const struct weir_overflow *overflow,
                                      size_t record_max, struct weir_arena *arena, struct weir_record *record)
{
    struct weir_record_json json = {.arena = arena};
    struct weir_text line = {NULL, 0};
    size_t list_max = LIST_MAX;
    enum weir_record_fit fit;
    while ((fit = weir_record_write(&json, make_summary(&json, now, overflow, list_max),
                                    list_max > 0 ? record_max : SIZE_MAX, &line)) == WEIR_RECORD_TOO_LONG)
        list_max /= 2;
    if (fit != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .value = line};
    return WEIR_OK;
}
