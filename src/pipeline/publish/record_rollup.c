/* publish: what a process did in some seconds, as weir.rollup/1 records. */
#include "record_json.h"

#include "weir/clock.h"

static void put_counts(struct weir_record_json *json, const struct weir_rollup *rollup)
{
    weir_record_object(json, "counts");
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        weir_record_put_number(json, weir_counter_name((enum weir_counter)i), (int64_t)rollup->counts[i]);
    weir_record_end_object(json);
}

static void put_rows(struct weir_record_json *json, const struct weir_rollup *rollup)
{
    weir_record_array(json, "flags");
    for (size_t i = 0; i < rollup->row_count; i++) {
        const struct weir_tally_row *row = &rollup->rows[i];
        weir_record_object(json, NULL);
        weir_record_put_string(json, "rule", row->key.rule);
        weir_record_put_string(json, "category", row->key.category);
        weir_record_put_string(json, "severity", row->key.severity);
        weir_record_put_string(json, "kind", weir_kind_name(row->key.kind));
        weir_record_put_string(json, "lang", row->key.lang);
        weir_record_put_string(json, "output", weir_tally_output_name(row->key.output));
        weir_record_put_number(json, "flags", (int64_t)row->flags);
        weir_record_end_object(json);
    }
    weir_record_end_array(json);
}

enum weir_status weir_record_rollup(const struct weir_ruleset *now, const struct weir_rollup *rollup,
                                    struct weir_arena *arena, struct weir_record *record)
{
    char from[WEIR_RFC3339_SIZE];
    char to[WEIR_RFC3339_SIZE];
    struct weir_record_json json = {.arena = arena};
    struct weir_text line = {NULL, 0};
    weir_clock_format_rfc3339(rollup->from_ms, from);
    weir_clock_format_rfc3339(rollup->to_ms, to);
    weir_record_object(&json, NULL);
    weir_record_put_string(&json, "schema", "weir.rollup/1");
    weir_record_put_string(&json, "instance", rollup->instance);
    weir_record_put_string(&json, "from", from);
    weir_record_put_string(&json, "to", to);
    weir_record_put_number(&json, "part", (int64_t)rollup->part);
    weir_record_put_number(&json, "parts", (int64_t)rollup->parts);
    weir_record_put_generation(&json, now);
    if (rollup->part == 1)
        put_counts(&json, rollup);
    put_rows(&json, rollup);
    weir_record_end_object(&json);
    if (weir_record_finish(&json, SIZE_MAX, &line) != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .key = weir_text_of(rollup->instance), .value = line};
    return WEIR_OK;
}
