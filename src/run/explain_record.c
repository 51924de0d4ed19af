/* Reads flag records with the doubt that any file deserves: whatever is missing or of another type is an error that a
 * person can do something about. */
#include "explain_record.h"

#include "weir/utf8.h"

#define EXCERPT_AROUND 80 /* as docs/records.md has it */
#define EXCERPT_EVIDENCE 400
#define LINE_FEEDS_MAX 4096 /* of one field that are looked at */
#define ELLIPSIS "\xE2\x80\xA6"

struct weir_text record_text(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);
    if (!json_is_string(member))
        return WEIR_TEXT_LITERAL("");
    return (struct weir_text){json_string_value(member), json_string_length(member)};
}

int64_t record_number(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);
    return json_is_integer(member) && json_integer_value(member) >= 0 ? json_integer_value(member) : -1;
}

/* The first member that says which flag it is and is not there, or NULL. */
static const char *find_missing(const json_t *root)
{
    const json_t *source = json_object_get(root, "source");
    if (record_text(root, "schema").length == 0)
        return "schema";
    if (record_text(root, "flag_id").length == 0)
        return "flag_id";
    if (record_text(root, "flagged_at").length == 0)
        return "flagged_at";
    if (record_text(source, "file").length > 0)
        return record_number(source, "line") < 0 ? "source.line" : NULL;
    if (record_text(source, "topic").length == 0)
        return "source.topic";
    if (record_number(source, "partition") < 0)
        return "source.partition";
    return record_number(source, "offset") < 0 ? "source.offset" : NULL;
}

enum weir_status record_check(const json_t *root, struct weir_error *error)
{
    struct weir_text schema = record_text(root, "schema");
    const char *missing = find_missing(root);
    if (schema.length > 0 && !weir_text_is(schema, "weir.flag/1"))
        return weir_error_set(error, WEIR_INVALID, "this is no weir.flag/1 record: its schema is another one");
    if (missing)
        return weir_error_set(error, WEIR_INVALID, "this is no weir.flag/1 record: it has no \"%s\"", missing);
    return WEIR_OK;
}

bool record_is_of_fragments(const json_t *evidence)
{
    return json_is_array(json_object_get(evidence, "fragments"));
}

static bool is_weird_evidence(const json_t *evidence)
{
    int64_t start = record_number(evidence, "start_byte");
    if (record_is_of_fragments(evidence))
        return record_text(evidence, "field").length == 0;
    return record_number(evidence, "start") < 0 || record_number(evidence, "end") < record_number(evidence, "start") ||
           start < 0 || record_number(evidence, "end_byte") < start || record_text(evidence, "field").length == 0;
}

/* rules[] with an id, a status and evidence each; the channel is that of the first. */
static enum weir_status read_rules(struct record *record, struct weir_error *error)
{
    record->rules = json_object_get(record->root, "rules");
    if (!json_is_array(record->rules) || json_array_size(record->rules) == 0)
        return weir_error_set(error, WEIR_INVALID, "the record names no rules");
    for (size_t i = 0; i < json_array_size(record->rules); i++) {
        const json_t *rule = json_array_get(record->rules, i);
        const json_t *list = json_object_get(rule, "evidence");
        if (record_text(rule, "id").length == 0 || !json_is_array(list))
            return weir_error_set(error, WEIR_INVALID, "rule %zu of the record has no id or no evidence", i + 1);
        for (size_t j = 0; j < json_array_size(list); j++)
            if (is_weird_evidence(json_array_get(list, j)))
                return weir_error_set(error, WEIR_INVALID,
                                      "evidence %zu of rule %zu of the record does not say where it stands", j + 1,
                                      i + 1);
    }
    bool is_shadow = weir_text_is(record_text(json_array_get(record->rules, 0), "status"), "shadow");
    record->channel = is_shadow ? WEIR_CHANNEL_SHADOW : WEIR_CHANNEL_REVIEW;
    return WEIR_OK;
}

static enum weir_status read_content(struct record *record, const struct weir_ruleset *ruleset,
                                     struct weir_error *error)
{
    const json_t *content = json_object_get(record->root, "content");
    if (!json_is_object(content))
        return weir_error_set(error, WEIR_INVALID,
                              "the record does not hold the text (it was made with privacy.content: none, or was too "
                              "long); find the item at its source and give its text with --text");
    for (size_t i = 0; i < ruleset->fields.count; i++) {
        struct weir_text text = record_text(content, ruleset->fields.at[i]);
        if (text.length > 0)
            record->fields[record->field_count++] = (struct record_field){(uint32_t)i, text};
    }
    record->has_unknown_fields = json_object_size(content) > record->field_count;
    if (record->field_count == 0)
        return weir_error_set(error, WEIR_INVALID,
                              "the record holds no text of a field that these rules read; give the configuration that "
                              "names its fields with -c");
    return WEIR_OK;
}

/* ---- Excerpts ---- */

static bool begins_with(struct weir_text text, struct weir_text head)
{
    return text.length >= head.length && memcmp(text.data, head.data, head.length) == 0;
}

static bool ends_with(struct weir_text text, struct weir_text tail)
{
    return text.length >= tail.length && memcmp(text.data + text.length - tail.length, tail.data, tail.length) == 0;
}

/* Whether the quote stands where the evidence says; places in fragments are none of the content. */
static bool is_in_place(const json_t *evidence, struct weir_text content)
{
    struct weir_text quote = record_text(evidence, "quote");
    if (record_is_of_fragments(evidence))
        return memmem(content.data, content.length, quote.data, quote.length);
    size_t start = (size_t)record_number(evidence, "start_byte");
    size_t end = (size_t)record_number(evidence, "end_byte");
    return end <= content.length && end - start == quote.length &&
           weir_text_equal(weir_text_slice(content, start, end), quote);
}

/* An excerpt misplaces its evidence, unless it is that of the beginning: then it ends, in an ellipsis, exactly as far
 * behind the evidence as excerpts do. */
static bool is_excerpt(const struct record *record, const struct weir_ruleset *ruleset,
                       const struct record_field *field)
{
    size_t first = SIZE_MAX;
    size_t last = 0;
    for (size_t i = 0; i < json_array_size(record->rules); i++) {
        const json_t *list = json_object_get(json_array_get(record->rules, i), "evidence");
        for (size_t j = 0; j < json_array_size(list); j++) {
            const json_t *evidence = json_array_get(list, j);
            if (!weir_text_is(record_text(evidence, "field"), ruleset->fields.at[field->field]))
                continue;
            if (!is_in_place(evidence, field->content))
                return true;
            if (record_is_of_fragments(evidence))
                continue;
            size_t start = (size_t)record_number(evidence, "start");
            size_t end = (size_t)record_number(evidence, "end");
            first = start < first ? start : first;
            last = end > last ? end : last;
        }
    }
    struct weir_text ellipsis = WEIR_TEXT_LITERAL(ELLIPSIS);
    if (first == SIZE_MAX || !ends_with(field->content, ellipsis))
        return false;
    size_t shown = last - first > EXCERPT_EVIDENCE ? first + EXCERPT_EVIDENCE : last;
    return weir_utf8_count(field->content) == shown + EXCERPT_AROUND + 1;
}

static enum weir_status refuse_excerpt(const struct record *record, const struct weir_ruleset *ruleset,
                                       struct weir_error *error)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct record_field *field = &record->fields[i];
        if (!is_excerpt(record, ruleset, field))
            continue;
        bool is_cut = begins_with(field->content, WEIR_TEXT_LITERAL(ELLIPSIS)) ||
                      ends_with(field->content, WEIR_TEXT_LITERAL(ELLIPSIS));
        return weir_error_set(error, WEIR_INVALID,
                              is_cut
                                  ? "the record holds only an excerpt of %s (privacy.content: excerpt, or it was too "
                                    "long); find the item at its source and give its text with --text"
                                  : "the quotes of the record do not stand in its %s where it says; it was changed",
                              ruleset->fields.at[field->field]);
    }
    return WEIR_OK;
}

/* ---- Values ---- */

static bool lies_in_evidence(const struct record *record, const char *field, size_t at)
{
    for (size_t i = 0; i < json_array_size(record->rules); i++) {
        const json_t *list = json_object_get(json_array_get(record->rules, i), "evidence");
        for (size_t j = 0; j < json_array_size(list); j++) {
            const json_t *evidence = json_array_get(list, j);
            if ((size_t)record_number(evidence, "start_byte") <= at &&
                at < (size_t)record_number(evidence, "end_byte") && weir_text_is(record_text(evidence, "field"), field))
                return true;
        }
    }
    return false;
}

/* Nothing matches across two values, so that a line feed inside a quote stands in one; and no value is empty. */
static void find_seams(struct record *record, const struct weir_ruleset *ruleset)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        struct weir_text content = record->fields[i].content;
        const char *name = ruleset->fields.at[record->fields[i].field];
        size_t seen = 0;
        for (size_t at = 1; at + 1 < content.length && record->seam_count < RECORD_SEAMS_MAX; at++) {
            if (content.data[at] != '\n')
                continue;
            if (seen++ == LINE_FEEDS_MAX)
                break;
            if (!lies_in_evidence(record, name, at))
                record->seams[record->seam_count++] = (struct record_seam){i, at};
        }
    }
}

enum weir_status record_read(const json_t *root, const struct weir_ruleset *ruleset, struct record *record,
                             struct weir_error *error)
{
    struct record made = {.root = root, .sha256 = ""};
    enum weir_status status = read_rules(&made, error);
    if (status == WEIR_OK)
        status = read_content(&made, ruleset, error);
    if (status == WEIR_OK)
        status = refuse_excerpt(&made, ruleset, error);
    if (status != WEIR_OK)
        return status;
    made.kind = weir_text_is(record_text(root, "kind"), "caption") ? WEIR_CAPTION : WEIR_POST;
    struct weir_text lang = record_text(json_object_get(root, "item"), "lang");
    if (lang.length > 0)
        made.lang = lang;
    const json_t *digest = json_object_get(json_object_get(root, "ruleset"), "sha256");
    if (json_is_string(digest))
        made.sha256 = json_string_value(digest);
    find_seams(&made, ruleset);
    *record = made;
    return WEIR_OK;
}

enum weir_status record_item(const struct record *record, const bool split[RECORD_SEAMS_MAX], struct weir_arena *arena,
                             struct weir_item *item)
{
    struct weir_value *values = weir_arena_array(arena, record->field_count + record->seam_count, sizeof *values);
    if (!values)
        return WEIR_NO_MEMORY;
    size_t count = 0;
    size_t seam = 0;
    for (uint32_t i = 0; i < record->field_count; i++) {
        struct weir_text content = record->fields[i].content;
        size_t from = 0;
        for (; seam < record->seam_count && record->seams[seam].field == i; seam++) {
            size_t at = record->seams[seam].at;
            if (!split[seam] || at == from)
                continue;
            values[count++] = (struct weir_value){record->fields[i].field, weir_text_slice(content, from, at)};
            from = at + 1;
        }
        values[count++] = (struct weir_value){record->fields[i].field, weir_text_slice(content, from, content.length)};
    }
    *item = (struct weir_item){
        .kind = record->kind,
        .lang = record->lang,
        .values = values,
        .value_count = count,
    };
    return WEIR_OK;
}
