/* One post, as if it had come with these texts: what decode would make of it, explained. */
#include "explain_parts.h"

#include <stdlib.h>

#define ARENA_KEEP ((size_t)1 << 20)

static enum weir_status find_field(const struct weir_field_names *names, const char *name, uint32_t *field,
                                   struct weir_error *error)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name) == 0) {
            *field = (uint32_t)i;
            return WEIR_OK;
        }
    const char *nearest = weir_nearest_name(weir_text_of(name), names->at, names->count);
    if (nearest)
        return weir_error_set(error, WEIR_INVALID, "there is no field '%.80s'; did you mean '%s'?", name, nearest);
    return weir_error_set(error, WEIR_INVALID,
                          "there is no field '%.80s'; the configuration (-c) names fields under `sources`", name);
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static enum weir_status check_lang(struct weir_text lang, struct weir_error *error)
{
    bool is_tag = lang.length >= 2;
    for (size_t i = 0; i < lang.length; i++)
        is_tag = is_tag && (is_letter_or_digit(lang.data[i]) || (i > 0 && lang.data[i] == '-'));
    if (!lang.data || is_tag)
        return WEIR_OK;
    return weir_error_set(error, WEIR_INVALID, "the language is no tag such as en or zh-Hant; weir would leave it out");
}

static int compare_values(const void *a, const void *b)
{
    const struct weir_value *x = a;
    const struct weir_value *y = b;
    if (x->field != y->field)
        return x->field < y->field ? -1 : 1;
    return (x->text.data > y->text.data) - (x->text.data < y->text.data); /* in one buffer, in the order given */
}

/* The texts as values, by field, then in the order given. */
static enum weir_status make_values(const struct weir_explain_run *run, const struct weir_explain_post *post,
                                    struct weir_arena *arena, struct weir_item *item, struct weir_error *error)
{
    size_t room = 0;
    for (size_t i = 0; i < post->text_count; i++)
        room += WEIR_UTF8_REPAIRED_MAX(post->texts[i].text.length);
    struct weir_value *values = weir_arena_array(arena, post->text_count, sizeof *values);
    char *data = weir_arena_alloc(arena, room);
    if (!values || !data)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the text");
    for (size_t i = 0; i < post->text_count; i++) {
        struct weir_value *value = &values[item->value_count];
        enum weir_status status = find_field(&run->ruleset->fields, post->texts[i].field, &value->field, error);
        if (status != WEIR_OK)
            return status;
        value->text = (struct weir_text){data, weir_utf8_repair(post->texts[i].text, data)};
        data += value->text.length;
        item->value_count += value->text.length > 0;
    }
    if (item->value_count)
        qsort(values, item->value_count, sizeof *values, compare_values);
    item->values = values;
    return WEIR_OK;
}

/* What never reaches the rules. */
static bool print_dead_letter(const struct explain_session *session, const struct weir_item *item)
{
    size_t length = 0;
    for (size_t i = 0; i < item->value_count; i++)
        length += item->values[i].text.length;
    if (item->value_count > 0 && length <= session->run->settings->limits.payload)
        return false;
    explain_put(&session->page, EXPLAIN_STRONG, "The answer: ");
    explain_put(&session->page, EXPLAIN_BAD, "not flagged");
    if (item->value_count == 0)
        fputs(".\nThere is no text, so no rule looks at it: it becomes a dead letter (no_text).\n", session->page.out);
    else
        fprintf(session->page.out,
                ".\nIt is longer than weir takes (%zu bytes, and limits.payload is %zu), so no rule looks at it: it "
                "becomes a dead letter (too_large).\n",
                length, session->run->settings->limits.payload);
    return true;
}

static enum weir_status explain_values(struct explain_session *session, const struct weir_item *item,
                                       struct weir_arena *arena, struct weir_error *error)
{
    struct explained explained;
    if (print_dead_letter(session, item))
        return WEIR_OK;
    enum weir_status status = explain_item(session, item, arena, &explained);
    if (status != WEIR_OK)
        return weir_error_set(error, status, "no memory to explain the text");
    explain_print_texts(session, &explained);
    explain_print_rules(session, &explained);
    return WEIR_OK;
}

enum weir_status weir_explain_post(const struct weir_explain_run *run, const struct weir_explain_post *post,
                                   struct weir_error *error)
{
    struct explain_session session = {0};
    struct weir_item item = {.kind = post->kind, .lang = post->lang};
    struct weir_arena *arena = weir_arena_new(ARENA_KEEP);
    enum weir_status status =
        arena ? check_lang(post->lang, error) : weir_error_set(error, WEIR_NO_MEMORY, "no memory to start");
    if (status == WEIR_OK)
        status = make_values(run, post, arena, &item, error);
    if (status == WEIR_OK)
        status = explain_open(run, &session, error);
    if (status == WEIR_OK)
        status = explain_values(&session, &item, arena, error);
    explain_close(&session);
    weir_arena_free(arena);
    return status;
}
