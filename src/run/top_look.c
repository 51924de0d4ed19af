/* JSON of a daemon into figures. What is missing is nought: an older or a newer weir may say less. */
#include "top_look.h"

#include <stdlib.h>

/* ---- Values ---- */

static uint64_t count_of(const json_t *value)
{
    json_int_t number = json_integer_value(value);
    return number > 0 ? (uint64_t)number : 0;
}

static uint64_t count_at(const json_t *object, const char *key)
{
    return count_of(json_object_get(object, key));
}

#define TIME_MAX_MS ((int64_t)1 << 53) /* beyond every clock; sums of a few hundred do not overflow */

int64_t top_look_time(const json_t *object, const char *key)
{
    json_int_t ms = json_integer_value(json_object_get(object, key));
    return ms < 0 ? 0 : ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* ---- Rows ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct top_row *)a)->name, ((const struct top_row *)b)->name);
}

/* Rows of one name become one. */
static void merge_rows(struct top_rows *rows)
{
    size_t kept = 0;
    if (rows->count > 0)
        qsort(rows->at, rows->count, sizeof *rows->at, compare_names);
    for (size_t i = 0; i < rows->count; i++) {
        struct top_row *last = kept > 0 ? &rows->at[kept - 1] : NULL;
        if (!last || strcmp(last->name, rows->at[i].name) != 0) {
            rows->at[kept++] = rows->at[i];
            continue;
        }
        last->review += rows->at[i].review;
        last->shadow += rows->at[i].shadow;
        last->overflow += rows->at[i].overflow;
    }
    rows->count = kept;
}

static struct top_row *find_row(const struct top_rows *rows, const char *name)
{
    const struct top_row wanted = {.name = name};
    return rows->count > 0 ? bsearch(&wanted, rows->at, rows->count, sizeof *rows->at, compare_names) : NULL;
}

static bool read_rows(const json_t *flags, const char *name, struct top_rows *rows)
{
    size_t i;
    json_t *flag;
    rows->at = calloc(json_array_size(flags) + 1, sizeof *rows->at);
    if (!rows->at)
        return false;
    json_array_foreach(flags, i, flag)
    {
        struct top_row *row = &rows->at[rows->count++];
        const char *output = text_at(flag, "output");
        uint64_t count = count_at(flag, "flags");
        row->name = text_at(flag, name);
        row->severity = text_at(flag, "severity");
        row->review = strcmp(output, "review") == 0 ? count : 0;
        row->shadow = strcmp(output, "shadow") == 0 ? count : 0;
        row->overflow = strcmp(output, "overflow") == 0 ? count : 0;
    }
    merge_rows(rows);
    return true;
}

/* ---- History ---- */

/* list: [{NAME: of a row, flags}]. */
static void add_flags(const struct top_rows *rows, const json_t *list, const char *name, bool is_recent)
{
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        struct top_row *row = find_row(rows, text_at(entry, name));
        uint64_t flags = count_at(entry, "flags");
        if (!row)
            continue;
        row->hour += flags;
        row->recent += is_recent ? flags : 0;
    }
}

static void read_interval_flags(struct top_look *look, const json_t *interval, bool is_recent)
{
    const json_t *delays = json_object_get(interval, "delays");
    add_flags(&look->rules, json_object_get(interval, "rules"), "rule", is_recent);
    add_flags(&look->categories, json_object_get(interval, "categories"), "category", is_recent);
    for (size_t i = 0; is_recent && i < WEIR_DELAY_BUCKETS; i++)
        look->recent_delays[i] += count_of(json_array_get(delays, i));
}

static void read_interval(const json_t *from, struct top_interval *interval)
{
    *interval = (struct top_interval){
        .from_ms = top_look_time(from, "from_ms"),
        .to_ms = top_look_time(from, "to_ms"),
        .messages = count_at(from, "messages"),
        .flags = count_at(from, "flags"),
        .lag = count_at(from, "lag"),
    };
    if (interval->to_ms < interval->from_ms)
        interval->to_ms = interval->from_ms;
}

static void read_history(struct top_look *look, const json_t *history)
{
    const json_t *list = json_object_get(history, "intervals");
    size_t size = json_array_size(list);
    size_t first = size > TOP_INTERVALS_MAX ? size - TOP_INTERVALS_MAX : 0;
    look->interval_count = size - first;
    for (size_t i = size; i-- > first;) { /* the newest first */
        const json_t *from = json_array_get(list, i);
        struct top_interval *interval = &look->intervals[i - first];
        read_interval(from, interval);
        bool is_recent = look->recent_ms < TOP_RECENT_MS;
        look->recent_ms += is_recent ? interval->to_ms - interval->from_ms : 0;
        read_interval_flags(look, from, is_recent);
    }
}

/* ---- All of it ---- */

static bool read_status(struct top_look *look)
{
    const json_t *counts = json_object_get(look->status, "counts");
    const json_t *buckets = json_object_get(json_object_get(look->status, "delays"), "buckets");
    const json_t *flags = json_object_get(look->status, "flags");
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        look->counts[i] = count_at(counts, weir_counter_name((enum weir_counter)i));
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        look->delays[i] = count_at(json_array_get(buckets, i), "flags");
    look->now_ms = top_look_time(look->status, "now_ms");
    look->started_ms = top_look_time(look->status, "started_ms");
    return read_rows(flags, "rule", &look->rules) && read_rows(flags, "category", &look->categories);
}

enum weir_status top_look_new(struct weir_text status, const json_t *history, struct top_look **look,
                              struct weir_error *error)
{
    struct top_look *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    made->status = json_loadb(status.data, status.length, 0, NULL);
    enum weir_status outcome = WEIR_OK;
    if (!made->status)
        outcome = weir_error_set(error, WEIR_INVALID, "what it answers is no JSON");
    else if (strcmp(text_at(made->status, "schema"), "weir.status/1") != 0)
        outcome = weir_error_set(error, WEIR_INVALID,
                                 "what it answers is no weir.status/1: another program, or a weir of another version");
    else if (!read_status(made))
        outcome = weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    if (outcome != WEIR_OK) {
        top_look_free(made);
        return outcome;
    }
    read_history(made, history);
    *look = made;
    return WEIR_OK;
}

void top_look_free(struct top_look *look)
{
    if (!look)
        return;
    json_decref(look->status);
    free(look->rules.at);
    free(look->categories.at);
    free(look);
}

int64_t top_delay_within(const uint64_t delays[WEIR_DELAY_BUCKETS], double share)
{
    static const int64_t bounds[] = WEIR_DELAY_BOUNDS;
    uint64_t all = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++)
        all += delays[i];
    for (size_t i = 0; all > 0 && i < WEIR_DELAY_BUCKETS - 1; i++) {
        sum += delays[i];
        if ((double)sum >= (double)all * share)
            return bounds[i];
    }
    return all > 0 ? INT64_MAX : -1;
}
