/* Mappings along tables of keys, and plain values. Knows no key by name. */
#include "pack.h"

#include <stdio.h>

#define KEYS_MAX 32u

static size_t find_key(const struct weir_pack_key *keys, size_t count, struct weir_text name)
{
    size_t i = 0;
    while (i < count && !weir_text_is(name, keys[i].name))
        i++;
    return i;
}

static void refuse_key(struct weir_pack_reader *reader, const struct weir_yaml_node *key, const char *what,
                       const struct weir_pack_key *keys, size_t count)
{
    const char *names[KEYS_MAX];
    char list[512] = "";
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
        if (!keys[i].later && length < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "", keys[i].name);
    }
    struct weir_text name = weir_yaml_text(key);
    const char *nearest = weir_nearest_name(name, names, count);
    if (nearest)
        weir_yaml_error(key, reader->diagnostics, "unknown key '%.64s'; did you mean '%s'?", name.data, nearest);
    else
        weir_yaml_error(key, reader->diagnostics, "unknown key '%.64s'; the keys of %s are: %s", name.data, what, list);
}

static void report_missing(struct weir_pack_reader *reader, const struct weir_yaml_node *mapping, const char *what,
                           const struct weir_pack_key *keys, size_t count, const bool *seen)
{
    char list[256] = "";
    size_t length = 0;
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (!keys[i].required || seen[i] || length >= sizeof list)
            continue;
        length += (size_t)snprintf(list + length, sizeof list - length, "%s'%s'", missing ? ", " : "", keys[i].name);
        missing++;
    }
    if (missing)
        weir_yaml_error(mapping, reader->diagnostics, "%s needs %s; add %s", what, list, missing > 1 ? "them" : "it");
}

void weir_pack_read_keys(struct weir_pack_reader *reader, const struct weir_yaml_node *mapping, const char *what,
                         const struct weir_pack_key *keys, size_t count, void *target)
{
    bool seen[KEYS_MAX] = {false};
    if (weir_yaml_kind(mapping) != WEIR_YAML_MAPPING) {
        weir_yaml_error(mapping, reader->diagnostics, "%s must be 'key: value' lines", what);
        return;
    }
    for (size_t i = 0; i < weir_yaml_size(mapping); i++) {
        const struct weir_yaml_node *key = weir_yaml_key(mapping, i);
        size_t found = find_key(keys, count, weir_yaml_text(key));
        if (found == count) {
            refuse_key(reader, key, what, keys, count);
            continue;
        }
        seen[found] = true;
        if (keys[found].later)
            weir_yaml_error(key, reader->diagnostics, "'%s' is not in this version yet; without it %s; remove the key",
                            keys[found].name, keys[found].later);
        else
            keys[found].read(reader, weir_yaml_value(mapping, i), target);
    }
    report_missing(reader, mapping, what, keys, count, seen);
}

bool weir_pack_is_list(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what)
{
    if (weir_yaml_kind(node) == WEIR_YAML_SEQUENCE)
        return true;
    weir_yaml_error(node, reader->diagnostics, "%s must be a list, as in [one, two]", what);
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* [-+]? ( . digits | digits ( . digits )? ) ( [eE] [-+]? digits )? of YAML's core schema, and 0o7, 0xF, .inf, .nan */
static bool is_number(struct weir_text text)
{
    size_t at = 0;
    size_t digits = 0;
    if (text.length > 2 && text.data[0] == '0' && (text.data[1] == 'x' || text.data[1] == 'o'))
        return strspn(text.data + 2, text.data[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567") == text.length - 2;
    if (text.length && (text.data[0] == '-' || text.data[0] == '+'))
        at++;
    if (weir_text_is(weir_text_slice(text, at, text.length), ".inf") || weir_text_is(text, ".nan"))
        return true;
    for (; at < text.length && is_digit(text.data[at]); at++)
        digits++;
    if (at < text.length && text.data[at] == '.')
        for (at++; at < text.length && is_digit(text.data[at]); at++)
            digits++;
    if (digits && at < text.length && (text.data[at] == 'e' || text.data[at] == 'E')) {
        at++;
        if (at < text.length && (text.data[at] == '-' || text.data[at] == '+'))
            at++;
        if (at == text.length)
            return false;
        while (at < text.length && is_digit(text.data[at]))
            at++;
    }
    return digits > 0 && at == text.length;
}

/* What YAML takes an unquoted scalar for, when that is no text. */
static const char *name_plain_type(struct weir_text text)
{
    static const char *const booleans[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    for (size_t i = 0; i < sizeof booleans / sizeof booleans[0]; i++)
        if (weir_text_is(text, booleans[i]))
            return "a truth value";
    return is_number(text) ? "a number" : NULL;
}

bool weir_pack_read_text(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         struct weir_text *text)
{
    enum weir_yaml_kind kind = weir_yaml_kind(node);
    struct weir_text found = weir_yaml_text(node);
    if (kind == WEIR_YAML_NULL) {
        weir_yaml_error(node, reader->diagnostics, "%s is empty; write a text", what);
        return false;
    }
    if (kind != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, reader->diagnostics, "%s must be a text; if it is one, put it in single quotes", what);
        return false;
    }
    const char *type = weir_yaml_quoted(node) ? NULL : name_plain_type(found);
    if (type) {
        weir_yaml_error(node, reader->diagnostics, "%s must be a text, and %.64s is %s in YAML; put it in quotes", what,
                        found.data, type);
        return false;
    }
    if (found.length == 0) {
        weir_yaml_error(node, reader->diagnostics, "%s is empty; write a text", what);
        return false;
    }
    *text = found;
    return true;
}

bool weir_pack_read_string(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                           const char **string)
{
    struct weir_text text;
    if (!weir_pack_read_text(reader, node, what, &text))
        return false;
    if (memchr(text.data, '\0', text.length)) {
        weir_yaml_error(node, reader->diagnostics, "%s holds U+0000; remove it", what);
        return false;
    }
    const char *copy = weir_arena_text(reader->arena, text).data;
    reader->no_memory |= !copy;
    if (copy)
        *string = copy;
    return copy != NULL;
}

bool weir_pack_read_word(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         const char *const *words, size_t count, size_t *index)
{
    struct weir_text text;
    char list[512] = "";
    size_t length = 0;
    if (!weir_pack_read_text(reader, node, what, &text))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (weir_text_is(text, words[i])) {
            *index = i;
            return true;
        }
        if (length < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", words[i]);
    }
    const char *nearest = weir_nearest_name(text, words, count);
    if (nearest)
        weir_yaml_error(node, reader->diagnostics, "%s cannot be '%.64s'; did you mean '%s'?", what, text.data,
                        nearest);
    else
        weir_yaml_error(node, reader->diagnostics, "%s cannot be '%.64s'; it must be one of: %s", what, text.data,
                        list);
    return false;
}

bool weir_is_name(struct weir_text text, const char *first_more, const char *rest_more)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        const char *more = i == 0 ? first_more : rest_more;
        if ((c < 'a' || c > 'z') && (c == '\0' || !strchr(more, c)))
            return false;
    }
    return text.length > 0;
}
