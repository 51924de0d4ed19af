/* publish: what a process did in some seconds, as weir.rollup/1 records. */
#include "record_json.h"

#include "weir/clock.h"

static json_t *make_counts(struct weir_record_json *json, const struct weir_rollup *rollup)
{
    json_t *counts = weir_record_object(json);
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        weir_record_put_number(json, counts, weir_counter_name((enum weir_counter)i), (int64_t)rollup->counts[i]);
    return counts;
}

static json_t *make_rows(struct weir_record_json *json, const struct weir_rollup *rollup)
{
    json_t *flags = weir_record_array(json);
    for (size_t i = 0; i < rollup->row_count; i++) {
        const struct weir_tally_row *row = &rollup->rows[i];
        json_t *object = weir_record_object(json);
        weir_record_put_string(json, object, "rule", row->key.rule);
        weir_record_put_string(json, object, "category", row->key.category);
        weir_record_put_string(json, object, "severity", row->key.severity);
        weir_record_put_string(json, object, "kind", weir_kind_name(row->key.kind));
        weir_record_put_string(json, object, "lang", row->key.lang);
        weir_record_put_string(json, object, "output", weir_tally_output_name(row->key.output));
        weir_record_put_number(json, object, "flags", (int64_t)row->flags);
        weir_record_append(json, flags, object);
    }
    return flags;
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
    json_t *root = weir_record_object(&json);
    weir_record_put_string(&json, root, "schema", "weir.rollup/1");
    weir_record_put_string(&json, root, "instance", rollup->instance);
    weir_record_put_string(&json, root, "from", from);
    weir_record_put_string(&json, root, "to", to);
    weir_record_put_number(&json, root, "part", (int64_t)rollup->part);
    weir_record_put_number(&json, root, "parts", (int64_t)rollup->parts);
    weir_record_put(&json, root, "ruleset", weir_record_generation(&json, now));
    if (rollup->part == 1)
        weir_record_put(&json, root, "counts", make_counts(&json, rollup));
    weir_record_put(&json, root, "flags", make_rows(&json, rollup));
    if (weir_record_write(&json, root, SIZE_MAX, &line) != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .key = weir_text_of(rollup->instance), .value = line};
    return WEIR_OK;
}
