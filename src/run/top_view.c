/* The figures of a look as lines of phrases. A phrase that does not fit goes to the next line; of what is left of the
 * rows the tables have all. Decides nothing about the terminal. */
#include "top_view.h"

#include "top_lines.h"
#include "top_words.h"

#include <inttypes.h>
#include <stdlib.h>

#define SHA_SHOWN 12    /* digits, where columns are dear */
#define TABLES_ROWS 10  /* that the tables should have */
#define SPARK_BESIDE 30 /* columns for the words beside a small history */

/* "0 dead letters". */
static void say_count(struct top_lines *lines, uint64_t count, const char *noun)
{
    char words[TOP_WORDS_SIZE];
    top_lines_say(lines, "", "%s %s", top_words_count(count, words), noun);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static uint64_t counted(const struct top_view *view, enum weir_counter counter)
{
    return view->look->counts[counter];
}

/* ---- The daemon ---- */

static void write_state(const struct top_view *view, struct top_lines *lines)
{
    char words[TOP_WORDS_SIZE];
    const struct top_look *look = view->look;
    const char *unready = text_of(look->status, "unready");
    top_lines_begin(lines, "weir");
    if (!view->lost)
        top_lines_say(lines, unready[0] ? TOP_BAD : TOP_GOOD, "%s", unready[0] ? unready : "at work");
    if (view->is_paused)
        top_lines_say(lines, TOP_BOLD, "paused");
    if (!lines->is_terse) {
        top_lines_say(lines, "", "%s", text_of(look->status, "version"));
        top_lines_say(lines, "", "%s", view->address);
    }
    top_lines_say(lines, "", "up %s", top_words_span(look->now_ms - look->started_ms, words));
    int64_t workers = number_of(look->status, "workers");
    top_lines_say(lines, "", "%" PRId64 " of %" PRId64 " worker%s", number_of(look->status, "working"), workers,
                  workers == 1 ? "" : "s");
}

static void write_lost(const struct top_view *view, struct top_lines *lines)
{
    top_lines_begin(lines, view->look ? "" : "weir");
    top_lines_say(lines, TOP_BAD, "not reachable since %s", view->lost_since);
    top_lines_say(lines, "", "%s", view->lost);
    if (view->look)
        top_lines_say(lines, "", "the figures are those before");
}

static void write_troubles(const struct top_view *view, struct top_lines *lines)
{
    size_t i;
    json_t *trouble;
    json_array_foreach(json_object_get(view->look->status, "troubles"), i, trouble)
    {
        top_lines_begin(lines, "trouble");
        top_lines_say(lines, TOP_BAD, "%s: %s", text_of(trouble, "event"), text_of(trouble, "subject"));
    }
}

static void write_rules(const struct top_view *view, struct top_lines *lines)
{
    char words[2][TOP_WORDS_SIZE];
    const struct top_look *look = view->look;
    const json_t *ruleset = json_object_get(look->status, "ruleset");
    const json_t *failure = json_object_get(ruleset, "last_failure");
    top_lines_begin(lines, "rules");
    top_lines_say(lines, "", "generation %" PRId64, number_of(ruleset, "generation"));
    int64_t count = number_of(ruleset, "rules");
    top_lines_say(lines, "", "%s rule%s", top_words_count(count > 0 ? (uint64_t)count : 0, words[0]),
                  count == 1 ? "" : "s");
    top_lines_say(lines, "", "loaded %s ago",
                  top_words_span(look->now_ms - top_look_time(ruleset, "loaded_ms"), words[1]));
    const char *sha256 = text_of(ruleset, "sha256");
    size_t digits = strspn(sha256, "0123456789abcdef");
    top_lines_say(lines, "", "sha256 %.*s", view->columns > 0 && digits > SHA_SHOWN ? SHA_SHOWN : (int)digits, sha256);
    if (!failure)
        return;
    top_lines_begin(lines, "");
    top_lines_say(lines, TOP_BAD,
                  "a reload failed %s ago:", top_words_span(look->now_ms - top_look_time(failure, "at_ms"), words[0]));
    top_lines_say(lines, "", "%s", text_of(failure, "reason"));
}

static void write_delivery(const struct top_view *view, struct top_lines *lines)
{
    char words[TOP_WORDS_SIZE];
    uint64_t waited_ms = counted(view, WEIR_COUNT_BACK_PRESSURE_MS);
    top_lines_begin(lines, "delivery");
    top_lines_say(lines, "", "%s", text_of(view->look->status, "delivery"));
    say_count(lines, counted(view, WEIR_COUNT_DELIVERED), "records");
    say_count(lines, counted(view, WEIR_COUNT_RETRIED), "retried");
    if (counted(view, WEIR_COUNT_COMMITTED) + counted(view, WEIR_COUNT_ABORTED) > 0) {
        say_count(lines, counted(view, WEIR_COUNT_COMMITTED), "transactions");
        say_count(lines, counted(view, WEIR_COUNT_ABORTED), "aborted");
    }
    if (waited_ms > 0)
        top_lines_say(lines, "", "waited %s for the brokers",
                      top_words_span(waited_ms < INT64_MAX ? (int64_t)waited_ms : INT64_MAX, words));
}

/* ---- The stream ---- */

/* Values of a small history: words follow it in the same line, or in a narrow terminal in the next. */
static size_t find_spark_room(size_t columns)
{
    size_t taken = TOP_LABEL_WIDTH + (columns > 2 * SPARK_BESIDE ? SPARK_BESIDE : 0);
    size_t room = columns == 0 ? TOP_SPARK_MAX : columns > taken ? columns - taken : 0;
    return room < TOP_SPARK_MAX ? room : TOP_SPARK_MAX;
}

/* The newest intervals, as many as there is room for. value: of one of them; unit: "", and it is a whole number. */
static void say_history(const struct top_view *view, struct top_lines *lines,
                        double (*value)(const struct top_interval *interval), const char *unit)
{
    char spark[TOP_SPARK_SIZE];
    char words[2][TOP_WORDS_SIZE];
    double values[TOP_SPARK_MAX];
    const struct top_look *look = view->look;
    size_t room = find_spark_room(view->columns);
    size_t count = room < look->interval_count ? room : look->interval_count;
    double most = 0;
    if (count == 0 || lines->is_terse)
        return;
    const struct top_interval *first = &look->intervals[look->interval_count - count];
    for (size_t i = 0; i < count; i++) {
        values[i] = value(&first[i]);
        most = values[i] > most ? values[i] : most;
    }
    top_lines_put(lines, TOP_GOOD, weir_text_of(top_words_spark(values, count, spark)));
    const char *highest = unit[0] ? top_words_rate(most, words[1]) : top_words_count((uint64_t)most, words[1]);
    top_lines_say(lines, "", "%s, %s%s at most", top_words_span(first[count - 1].to_ms - first->from_ms, words[0]),
                  highest, unit);
}

static double messages_a_second(const struct top_interval *interval)
{
    int64_t ms = interval->to_ms - interval->from_ms;
    return ms > 0 ? (double)interval->messages * 1000 / (double)ms : 0;
}

static double lag_of(const struct top_interval *interval)
{
    return (double)interval->lag;
}

/* Between the last two looks; else in the newest interval; else since the start. */
static double find_rate(const struct top_view *view)
{
    const struct top_look *look = view->look;
    const struct top_look *before = view->before;
    uint64_t messages = counted(view, WEIR_COUNT_MESSAGES);
    if (before && before->started_ms == look->started_ms && before->now_ms < look->now_ms &&
        before->counts[WEIR_COUNT_MESSAGES] <= messages)
        return (double)(messages - before->counts[WEIR_COUNT_MESSAGES]) * 1000 /
               (double)(look->now_ms - before->now_ms);
    if (look->interval_count > 0)
        return messages_a_second(&look->intervals[look->interval_count - 1]);
    int64_t up_ms = look->now_ms - look->started_ms;
    return up_ms > 0 ? (double)messages * 1000 / (double)up_ms : 0;
}

static void write_messages(const struct top_view *view, struct top_lines *lines)
{
    char words[TOP_WORDS_SIZE];
    top_lines_begin(lines, "messages");
    top_lines_say(lines, TOP_BOLD, "%s/s", top_words_rate(find_rate(view), words));
    say_count(lines, counted(view, WEIR_COUNT_MESSAGES), "since the start");
    if (!lines->is_terse && view->look->interval_count > 0)
        top_lines_begin(lines, "");
    say_history(view, lines, messages_a_second, "/s");
}

static void write_lag(const struct top_view *view, struct top_lines *lines)
{
    uint64_t partitions = counted(view, WEIR_COUNT_PARTITIONS);
    top_lines_begin(lines, "lag");
    say_count(lines, counted(view, WEIR_COUNT_LAG), "not read yet");
    say_count(lines, partitions, partitions == 1 ? "partition" : "partitions");
    say_history(view, lines, lag_of, "");
}

static void say_within(struct top_lines *lines, const uint64_t delays[WEIR_DELAY_BUCKETS], double share,
                       const char *who)
{
    static const int64_t bounds[] = WEIR_DELAY_BOUNDS;
    char words[TOP_WORDS_SIZE];
    int64_t within_ms = top_delay_within(delays, share);
    bool is_beyond = within_ms == INT64_MAX;
    top_lines_say(lines, "", "%s %s %s", who, is_beyond ? "over" : "within",
                  top_words_bound(is_beyond ? bounds[WEIR_DELAY_BUCKETS - 2] : within_ms, words));
}

static void write_delay(const struct top_view *view, struct top_lines *lines)
{
    char words[TOP_WORDS_SIZE];
    const struct top_look *look = view->look;
    bool is_recent = top_delay_within(look->recent_delays, 1) >= 0;
    const uint64_t *delays = is_recent ? look->recent_delays : look->delays;
    top_lines_begin(lines, "to flag");
    if (top_delay_within(delays, 1) < 0) {
        top_lines_say(lines, "", "no flag yet");
        return;
    }
    say_within(lines, delays, 0.5, "half");
    say_within(lines, delays, 0.99, "99 %");
    if (is_recent)
        top_lines_say(lines, "", "in the last %s", top_words_span(look->recent_ms, words));
    else
        top_lines_say(lines, "", "since the start");
}

static void write_flags(const struct top_view *view, struct top_lines *lines)
{
    top_lines_begin(lines, "flags");
    say_count(lines, counted(view, WEIR_COUNT_FLAGS), "to review");
    say_count(lines, counted(view, WEIR_COUNT_OVERFLOW_FLAGS), "in overflow");
    say_count(lines, counted(view, WEIR_COUNT_SHADOW_FLAGS), "in shadow");
    say_count(lines, counted(view, WEIR_COUNT_REPEATS), "repeats");
    top_lines_begin(lines, "unclear");
    say_count(lines, counted(view, WEIR_COUNT_DEAD_LETTERS), "dead letters");
    say_count(lines, counted(view, WEIR_COUNT_INCONCLUSIVE), "inconclusive");
    say_count(lines, counted(view, WEIR_COUNT_TRUNCATED), "truncated");
}

static void write_captions(const struct top_view *view, struct top_lines *lines)
{
    if (counted(view, WEIR_COUNT_STREAMS) + counted(view, WEIR_COUNT_CONFIRMED) + counted(view, WEIR_COUNT_WITHDRAWN) +
            counted(view, WEIR_COUNT_STREAMS_EVICTED) ==
        0)
        return;
    top_lines_begin(lines, "captions");
    say_count(lines, counted(view, WEIR_COUNT_STREAMS), "streams");
    say_count(lines, (counted(view, WEIR_COUNT_STREAM_BYTES) + 1023) / 1024, "KiB");
    say_count(lines, counted(view, WEIR_COUNT_CONFIRMED), "confirmed");
    say_count(lines, counted(view, WEIR_COUNT_WITHDRAWN), "withdrawn");
    say_count(lines, counted(view, WEIR_COUNT_STREAMS_EVICTED), "evicted");
}

/* ---- All of it ---- */

static void write_head(const struct top_view *view, struct top_lines *lines)
{
    if (!view->look) {
        write_lost(view, lines);
        return;
    }
    write_state(view, lines);
    if (view->lost)
        write_lost(view, lines);
    write_troubles(view, lines);
    write_messages(view, lines);
    write_lag(view, lines);
    write_delay(view, lines);
    write_flags(view, lines);
    write_captions(view, lines);
    write_delivery(view, lines);
    write_rules(view, lines);
}

/* Copies whole lines, `rows` of them at most (0: all); returns how many. */
static size_t copy_lines(const char *text, size_t rows, FILE *out)
{
    size_t count = 0;
    for (const char *at = text; *at && (rows == 0 || count < rows); count++) {
        size_t length = strcspn(at, "\n");
        fprintf(out, "%.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
    return count;
}

/* *head is the caller's. */
static enum weir_status make_head(const struct top_view *view, bool is_terse, char **head)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return WEIR_NO_MEMORY;
    struct top_lines lines = {
        .page = {.out = file, .columns = view->columns}, .has_colour = view->has_colour, .is_terse = is_terse};
    write_head(view, &lines);
    fputc('\n', file);
    if (fclose(file) != 0 || lines.failed) {
        free(text);
        return WEIR_NO_MEMORY;
    }
    *head = text;
    return WEIR_OK;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

enum weir_status top_view_write(const struct top_view *view, FILE *out)
{
    char *head;
    enum weir_status status = make_head(view, false, &head);
    if (status == WEIR_OK && view->rows > 0 && count_lines(head) + TABLES_ROWS > view->rows) {
        free(head);
        status = make_head(view, true, &head);
    }
    if (status != WEIR_OK)
        return status;
    size_t count = copy_lines(head, view->rows, out);
    free(head);
    if (!view->look || (view->rows > 0 && count + 1 >= view->rows))
        return WEIR_OK;
    return top_tables_write(view, view->rows > 0 ? view->rows - count : 0, out);
}
