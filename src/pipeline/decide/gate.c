/* Which items a rule looks at. Pure. */
#include "decider.h"

#include <ctype.h>

/* Whether the tag is `language` or one below it, as en-GB is of en. */
static bool is_language(struct weir_text tag, struct weir_text language)
{
    if (tag.length < language.length)
        return false;
    for (size_t i = 0; i < language.length; i++) {
        char c = tag.data[i] == '_' ? '-' : tag.data[i];
        if (tolower((unsigned char)c) != tolower((unsigned char)language.data[i]))
            return false;
    }
    return tag.length == language.length || tag.data[language.length] == '-' || tag.data[language.length] == '_';
}

enum weir_gate find_gate(const struct weir_rule *rule, const struct weir_item *item)
{
    if (!(rule->kinds >> item->kind & 1))
        return WEIR_GATE_KIND;
    bool passes = rule->language_count == 0 || item->lang.length == 0;
    for (size_t i = 0; !passes && i < rule->language_count; i++)
        passes = is_language(item->lang, rule->languages[i]);
    return passes ? WEIR_GATE_OPEN : WEIR_GATE_LANGUAGE;
}
