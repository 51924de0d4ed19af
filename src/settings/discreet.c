/* Diagnostics of a file that may hold passwords: shows a line only where no secret has its place. */
#include "reader.h"

/* The word that opens the section of the line, without understanding the file: it may not even be YAML. */
static struct weir_text find_head(struct weir_text source, unsigned line)
{
    struct weir_text head = {source.data, 0};
    size_t start = 0;
    for (unsigned number = 1; number <= line && start < source.length; number++) {
        const char *feed = memchr(source.data + start, '\n', source.length - start);
        size_t end = feed ? (size_t)(feed - source.data) : source.length;
        if (end > start && !strchr(" \t#-", source.data[start])) {
            size_t length = 0;
            while (start + length < end && source.data[start + length] != ':')
                length++;
            head = weir_text_slice(source, start, start + length);
        }
        start = end + 1;
    }
    return head;
}

/* Only what is certain: a section of ours that holds no secret. A misspelled one may be any. */
static bool is_harmless(struct weir_text head)
{
    if (weir_text_is(head, "kafka") || weir_text_is(head, "privacy"))
        return false;
    for (const struct weir_setting_key *key = weir_setting_keys(); key->name; key++)
        if (weir_text_is(head, key->name))
            return true;
    return false;
}

static bool starts_with_bracket(struct weir_text source)
{
    size_t at = 0;
    while (at < source.length && strchr(" \t\n", source.data[at]))
        at++;
    return at < source.length && source.data[at] == '{';
}

void weir_diagnostics_hand_on(const struct weir_diagnostics *from, struct weir_text source, struct weir_diagnostics *to)
{
    bool in_brackets = starts_with_bracket(source);
    for (size_t i = 0; i < weir_diagnostics_count(from); i++) {
        const struct weir_diagnostic *entry = weir_diagnostics_at(from, i);
        bool show = !in_brackets && entry->place.line > 0 && is_harmless(find_head(source, entry->place.line));
        struct weir_text line = show ? entry->line : WEIR_TEXT_LITERAL("");
        if (entry->is_warning)
            weir_diagnostics_warning(to, entry->place, line, "%s", entry->text);
        else
            weir_diagnostics_error(to, entry->place, line, "%s", entry->text);
    }
}
