/* publish: what can be left out of a record that is too long for its topic, the least important first. Works on the
 * record alone: the item that it was made of is gone. Must never change which flag it is, or where it comes from. */
#include "record_shorten.h"

#include "record_parts.h"

#include "weir/utf8.h"

#include <jansson.h>

#include <stdlib.h>

#define TEXT_MAX 200 /* code points */
#define TEXT_LEAST 40
#define DETAIL_SIZE 512
#define REAL_DIGITS 6 /* of a number that is not whole: shares are in millionths */

/* One thing less; false when there is nothing of that kind left to leave out. */
typedef bool shorten_step(struct weir_record_json *json, json_t *root);

static struct weir_text text_of(const json_t *value)
{
    if (!json_is_string(value))
        return WEIR_TEXT_LITERAL("");
    return (struct weir_text){json_string_value(value), json_string_length(value)};
}

static struct weir_text member(const json_t *object, const char *key)
{
    return text_of(json_object_get(object, key));
}

/* Takes the value. */
static void set(struct weir_record_json *json, json_t *object, const char *key, json_t *value)
{
    json->failed = json_object_set_new_nocheck(object, key, value) != 0 || json->failed;
}

/* True: it was longer. */
static bool cut_member(struct weir_record_json *json, json_t *object, const char *key, size_t max)
{
    struct weir_text text = member(object, key);
    if (text.length <= max || weir_utf8_count(text) <= max + 1) /* with the ellipsis of an earlier cut */
        return false;
    struct weir_text shorter = weir_record_shorten(json, text, max);
    set(json, object, key, json_stringn_nocheck(shorter.data, shorter.length));
    return true;
}

/* ---- Texts ---- */

/* Of the evidence of one field, in code points of its content. */
struct span {
    size_t first;
    size_t last;
    bool is_found;
};

static void widen(struct span *span, const json_t *evidence, struct weir_text content)
{
    struct weir_text quote = member(evidence, "quote");
    const char *at = quote.length > 0 ? memmem(content.data, content.length, quote.data, quote.length) : NULL;
    json_int_t byte = json_integer_value(json_object_get(evidence, "start_byte")); /* 0: of a caption */
    if (byte > 0 && (size_t)byte < content.length && content.length - (size_t)byte >= quote.length &&
        memcmp(content.data + byte, quote.data, quote.length) == 0)
        at = content.data + byte;
    if (!at)
        return;
    size_t first = weir_utf8_count(weir_text_slice(content, 0, (size_t)(at - content.data)));
    size_t last = first + weir_utf8_count(quote);
    span->first = first < span->first ? first : span->first;
    span->last = last > span->last ? last : span->last;
    span->is_found = true;
}

static struct span span_field(const json_t *root, const char *field, struct weir_text content)
{
    struct span span = {.first = SIZE_MAX};
    const json_t *rules = json_object_get(root, "rules");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        const json_t *list = json_object_get(json_array_get(rules, i), "evidence");
        for (size_t j = 0; j < json_array_size(list); j++) {
            const json_t *evidence = json_array_get(list, j);
            if (weir_text_is(member(evidence, "field"), field))
                widen(&span, evidence, content);
        }
    }
    return span;
}

/* Fields without evidence keep their beginning: nothing says that they do not matter. */
static bool cut_content(struct weir_record_json *json, json_t *root)
{
    json_t *content = json_object_get(root, "content");
    bool has_cut = false;
    for (void *next = json_object_iter(content); next; next = json_object_iter_next(content, next)) {
        struct weir_text text = text_of(json_object_iter_value(next));
        struct span span = span_field(root, json_object_iter_key(next), text);
        struct weir_text kept = span.is_found ? weir_record_excerpt(json, text, span.first, span.last)
                                              : weir_record_shorten(json, text, TEXT_MAX);
        if (kept.length >= text.length)
            continue;
        json_t *value = json_stringn_nocheck(kept.data, kept.length);
        json->failed = json->failed || !value || json_object_iter_set_new(content, next, value) != 0;
        has_cut = true;
    }
    return has_cut;
}

static bool cut_texts(struct weir_record_json *json, json_t *root, size_t max)
{
    static const char *const of_item[] = {"id", "lang", "time", "stream"};
    json_t *item = json_object_get(root, "item");
    json_t *rules = json_object_get(root, "rules");
    bool has_cut = false;
    for (size_t i = 0; i < sizeof of_item / sizeof of_item[0]; i++)
        has_cut |= cut_member(json, item, of_item[i], max);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        json_t *list = json_object_get(json_array_get(rules, i), "evidence");
        for (size_t j = 0; j < json_array_size(list); j++) {
            has_cut |= cut_member(json, json_array_get(list, j), "quote", max);
            has_cut |= cut_member(json, json_array_get(list, j), "matched_as", max);
        }
    }
    return has_cut;
}

static bool cut_long_texts(struct weir_record_json *json, json_t *root)
{
    bool has_cut = cut_content(json, root);
    return cut_texts(json, root, TEXT_MAX) || has_cut;
}

/* What every flag of a rule says is known to those who have the rule. */
static bool cut_all_texts(struct weir_record_json *json, json_t *root)
{
    json_t *rules = json_object_get(root, "rules");
    bool has_cut = cut_texts(json, root, TEXT_LEAST);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        has_cut |= cut_member(json, json_array_get(rules, i), "title", TEXT_LEAST);
        has_cut |= cut_member(json, json_array_get(rules, i), "why", TEXT_LEAST);
    }
    return has_cut;
}

/* ---- Lists ---- */

static void cut_list(json_t *list, size_t count)
{
    while (json_array_size(list) > count)
        json_array_remove(list, json_array_size(list) - 1);
}

static bool halve_evidence(struct weir_record_json *json, json_t *root)
{
    (void)json;
    const json_t *rules = json_object_get(root, "rules");
    size_t most = 0;
    for (size_t i = 0; i < json_array_size(rules); i++) {
        size_t count = json_array_size(json_object_get(json_array_get(rules, i), "evidence"));
        most = count > most ? count : most;
    }
    for (size_t i = 0; most > 1 && i < json_array_size(rules); i++)
        cut_list(json_object_get(json_array_get(rules, i), "evidence"), most / 2);
    return most > 1;
}

/* The first rules, with the first one of the flag's severity among them. */
static bool halve_rules(struct weir_record_json *json, json_t *root)
{
    json_t *rules = json_object_get(root, "rules");
    struct weir_text severity = member(root, "severity");
    size_t half = json_array_size(rules) / 2;
    size_t top = 0;
    while (top < json_array_size(rules) && !weir_text_equal(member(json_array_get(rules, top), "severity"), severity))
        top++;
    if (half == 0)
        return false;
    if (top >= half && top < json_array_size(rules) && json_array_set(rules, half - 1, json_array_get(rules, top)) != 0)
        json->failed = true;
    cut_list(rules, half);
    return true;
}

static bool drop_content(struct weir_record_json *json, json_t *root)
{
    (void)json;
    return json_object_del(root, "content") == 0;
}

/* That it stands is said all the same. */
static bool drop_rules(struct weir_record_json *json, json_t *root)
{
    (void)json;
    return json_object_del(root, "rules") == 0;
}

/* Of the rollups. */
static bool halve_lists(struct weir_record_json *json, json_t *root)
{
    (void)json;
    bool has_cut = false;
    for (void *next = json_object_iter(root); next; next = json_object_iter_next(root, next)) {
        json_t *list = json_object_iter_value(next);
        has_cut = has_cut || json_array_size(list) > 0;
        cut_list(list, json_array_size(list) / 2);
    }
    return has_cut;
}

static bool omit_payload(struct weir_record_json *json, json_t *root)
{
    struct weir_text payload = member(root, "payload");
    if (payload.length < 4)
        return false;
    size_t padding = (size_t)(payload.data[payload.length - 1] == '=') + (payload.data[payload.length - 2] == '=');
    size_t bytes = payload.length / 4 * 3 - padding;
    json_object_del(root, "payload");
    set(json, root, "payload_omitted", json_true());
    set(json, root, "payload_bytes", json_integer((json_int_t)bytes));
    return true;
}

/* ---- A record ---- */

#define STEPS_MAX 6

/* In this order, each as often as it finds something. */
static const struct shortening {
    const char *schema;
    bool says_truncated;
    shorten_step *steps[STEPS_MAX];
} SHORTENINGS[] = {
    {"weir.flag/1", true, {cut_long_texts, halve_evidence, halve_rules, drop_content, cut_all_texts}},
    {"weir.flag-update/1", false, {cut_long_texts, halve_evidence, cut_all_texts, drop_rules}},
    {"weir.audit/1", true, {cut_long_texts, drop_content, cut_all_texts}},
    {"weir.dead-letter/1", false, {omit_payload}},
    {"weir.ruleset/1", true, {halve_lists}},
    {"weir.overflow/1", true, {halve_lists}},
};

static const struct shortening *find_shortening(const json_t *root)
{
    for (size_t i = 0; i < sizeof SHORTENINGS / sizeof SHORTENINGS[0]; i++)
        if (weir_text_is(member(root, "schema"), SHORTENINGS[i].schema))
            return &SHORTENINGS[i];
    return NULL;
}

static enum weir_record_fit write_tree(struct weir_record_json *json, const json_t *root, size_t max,
                                       struct weir_text *line)
{
    char *text = json->failed ? NULL : json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(REAL_DIGITS));
    if (!text)
        return WEIR_RECORD_NO_MEMORY;
    struct weir_text written = weir_text_of(text); /* U+0000 is escaped, so the first NUL is the end */
    enum weir_record_fit fit = WEIR_RECORD_TOO_LONG;
    if (written.length <= max) {
        *line = weir_arena_text(json->arena, written);
        fit = line->data ? WEIR_RECORD_FITS : WEIR_RECORD_NO_MEMORY;
    }
    free(text);
    return fit;
}

static enum weir_record_fit shorten(struct weir_record_json *json, json_t *root, const struct shortening *shortening,
                                    size_t max, struct weir_text *shorter)
{
    enum weir_record_fit fit = WEIR_RECORD_TOO_LONG;
    if (shortening->says_truncated)
        set(json, root, "truncated", json_true());
    for (size_t i = 0; i < STEPS_MAX && shortening->steps[i]; i++)
        while (fit == WEIR_RECORD_TOO_LONG && shortening->steps[i](json, root))
            fit = write_tree(json, root, max, shorter);
    return fit == WEIR_RECORD_TOO_LONG ? write_tree(json, root, SIZE_MAX, shorter) : fit;
}

enum weir_status weir_record_shorten_to(struct weir_text value, size_t max, struct weir_arena *arena,
                                        struct weir_text *shorter)
{
    struct weir_record_json json = {.arena = arena};
    json_t *root = json_loadb(value.data, value.length, JSON_ALLOW_NUL, NULL);
    const struct shortening *shortening = find_shortening(root);
    enum weir_status status = WEIR_INVALID;
    if (shortening)
        status = shorten(&json, root, shortening, max, shorter) == WEIR_RECORD_FITS ? WEIR_OK : WEIR_NO_MEMORY;
    json_decref(root);
    return status;
}

enum weir_status weir_record_undeliverable(struct weir_text flag, const char *topic, size_t bytes,
                                           struct weir_arena *arena, struct weir_text *letter)
{
    struct weir_record_json json = {.arena = arena};
    char detail[DETAIL_SIZE];
    json_t *root = json_loadb(flag.data, flag.length, JSON_ALLOW_NUL, NULL);
    json_t *source = json_object_get(root, "source");
    json_t *flag_id = json_object_get(root, "flag_id");
    if (!weir_text_is(member(root, "schema"), "weir.flag/1") || !source || !flag_id) {
        json_decref(root);
        return WEIR_INVALID;
    }
    snprintf(detail, sizeof detail, "%.255s does not take the flag, of which at least %zu bytes must be said", topic,
             bytes);
    json_t *made = json_object();
    set(&json, made, "schema", json_string("weir.dead-letter/1"));
    set(&json, made, "source", json_incref(source));
    set(&json, made, "reason", json_string(weir_bad_reason_name(WEIR_BAD_FLAG_TOO_LARGE)));
    set(&json, made, "detail", json_string(detail));
    set(&json, made, "flag_id", json_incref(flag_id));
    set(&json, made, "payload_omitted", json_true());
    enum weir_record_fit fit = write_tree(&json, made, SIZE_MAX, letter);
    json_decref(made);
    json_decref(root);
    return fit == WEIR_RECORD_FITS ? WEIR_OK : WEIR_NO_MEMORY;
}

const char *weir_jansson_version(void)
{
    return jansson_version_str();
}
