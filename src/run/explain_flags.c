/* Flag records, one after the other, explained and compared with what they say. */
#include "explain_compare.h"

#include "weir/clock.h"

#define ARENA_KEEP ((size_t)1 << 20)
#define SEAMS_MS 2000 /* how long ways to cut one record's content are tried */

/* Cuts the content at those line feeds that bring the answer nearer to the record's, starting with none: what is one
 * text is most often one value, and the record's own evidence says where it is not. */
static enum weir_status settle_seams(struct explain_session *session, const struct record *record,
                                     struct weir_arena *arena, bool split[RECORD_SEAMS_MAX])
{
    const struct weir_clock clock = weir_clock_system();
    const int64_t end_ms = clock.monotonic_ms(clock.context) + SEAMS_MS;
    size_t best = SIZE_MAX;
    memset(split, 0, RECORD_SEAMS_MAX * sizeof *split);
    for (size_t seam = 0; seam <= record->seam_count && best > 0; seam++) {
        struct weir_item item;
        struct weir_verdict verdict;
        if (seam > 0)
            split[seam - 1] = true;
        weir_arena_reset(arena);
        enum weir_status status = record_item(record, split, arena, &item);
        if (status == WEIR_OK)
            status = explain_judge(session, &item, arena, &verdict);
        if (status != WEIR_OK)
            return status;
        size_t differ = record_differences(record, session->run->ruleset, &verdict);
        if (seam > 0 && differ >= best)
            split[seam - 1] = false;
        else
            best = differ;
        if (clock.monotonic_ms(clock.context) > end_ms)
            break;
    }
    weir_arena_reset(arena);
    return WEIR_OK;
}

static void print_origin(const struct explain_session *session, const json_t *root)
{
    const struct explain_page *page = &session->page;
    const json_t *source = json_object_get(root, "source");
    bool is_file = record_text(source, "file").length > 0;
    explain_put(page, EXPLAIN_STRONG, "Flag ");
    explain_put_text(page, record_text(root, "flag_id"), 64);
    fputs(" of ", page->out);
    explain_put_text(page, record_text(root, "flagged_at"), 64);
    fputs(is_file ? ", from file " : ", from topic ", page->out);
    explain_put_text(page, record_text(source, is_file ? "file" : "topic"), 300);
    if (is_file)
        fprintf(page->out, ", line %lld\n\n", (long long)record_number(source, "line"));
    else
        fprintf(page->out, ", partition %lld, offset %lld\n\n", (long long)record_number(source, "partition"),
                (long long)record_number(source, "offset"));
}

static enum weir_status explain_record(struct explain_session *session, const json_t *root, struct weir_arena *arena,
                                       struct weir_explain_tally *tally)
{
    struct weir_error error;
    struct record record;
    struct weir_item item;
    struct explained explained;
    bool split[RECORD_SEAMS_MAX];
    enum weir_status status = record_check(root, &error);
    if (status == WEIR_OK) {
        print_origin(session, root);
        status = record_read(root, session->run->ruleset, &record, &error);
    }
    if (status != WEIR_OK) {
        explain_put(&session->page, EXPLAIN_BAD, "It cannot be explained: ");
        explain_put_string(&session->page, error.text);
        fputs(".\n", session->page.out);
        tally->unusable++;
        return WEIR_OK;
    }
    status = settle_seams(session, &record, arena, split);
    if (status == WEIR_OK)
        status = record_item(&record, split, arena, &item);
    if (status == WEIR_OK)
        status = explain_item(session, &item, arena, &explained);
    if (status != WEIR_OK)
        return status;
    explain_print_texts(session, &explained);
    explain_print_rules(session, &explained);
    record_print_comparison(session, &record, &explained);
    if (record_differences(&record, session->run->ruleset, &explained.explanation.verdict) == 0)
        tally->same++;
    else
        tally->different++;
    return WEIR_OK;
}

static bool skip_space(FILE *records)
{
    int c = getc(records);
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        c = getc(records);
    return c != EOF && ungetc(c, records) != EOF;
}

static enum weir_status explain_all(struct explain_session *session, FILE *records, const char *name,
                                    struct weir_arena *arena, struct weir_explain_tally *tally,
                                    struct weir_error *error)
{
    for (size_t number = 1; skip_space(records); number++) {
        json_error_t wrong;
        json_t *root = json_loadf(records, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &wrong);
        if (!root)
            return weir_error_set(error, WEIR_INVALID, "%.200s: record %zu is not JSON, at line %d and column %d of it",
                                  name, number, wrong.line, wrong.column);
        if (weir_text_is(record_text(root, "schema"), "weir.flag-update/1")) { /* stands beside its flag */
            json_decref(root);
            continue;
        }
        if (tally->same + tally->different + tally->unusable > 0)
            fputs("\n----\n\n", session->page.out);
        weir_arena_reset(arena);
        enum weir_status status = explain_record(session, root, arena, tally);
        json_decref(root);
        if (status != WEIR_OK)
            return weir_error_set(error, status, "no memory to explain record %zu", number);
    }
    if (ferror(records))
        return weir_error_set(error, WEIR_UNAVAILABLE, "%.200s cannot be read", name);
    if (tally->same + tally->different + tally->unusable == 0)
        return weir_error_set(error, WEIR_INVALID, "%.200s holds no flag record", name);
    return WEIR_OK;
}

enum weir_status weir_explain_flags(const struct weir_explain_run *run, FILE *records, const char *name,
                                    struct weir_explain_tally *tally, struct weir_error *error)
{
    struct explain_session session;
    struct weir_arena *arena = weir_arena_new(ARENA_KEEP);
    *tally = (struct weir_explain_tally){0};
    enum weir_status status = explain_open(run, &session, error);
    if (status == WEIR_OK && !arena)
        status = weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    if (status == WEIR_OK)
        status = explain_all(&session, records, name, arena, tally, error);
    explain_close(&session);
    weir_arena_free(arena);
    return status;
}
