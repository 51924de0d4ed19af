/* Keys of a rule about languages and time. */
#include "pack.h"

#include <ctype.h>

#define LANGUAGES_MAX 64u
#define COOLDOWN_MAX_MS (INT64_C(30) * 24 * 60 * 60 * 1000)

/* Two or three letters, then letters and digits after hyphens, eight at most each: BCP 47, without its registered and
 * private tags. The JSON Schema has the same. */
static bool is_tag(struct weir_text text)
{
    size_t run = 0;
    bool is_first = true;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '-' && run >= (is_first ? 2 : 1)) {
            is_first = false;
            run = 0;
        } else if (c >= 0x80 || !(is_first ? isalpha(c) : isalnum(c)) || ++run > (is_first ? 3 : 8)) {
            return false;
        }
    }
    return run >= (is_first ? 2 : 1);
}

void weir_rule_read_languages(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    struct weir_rule_draft *draft = target;
    if (!weir_pack_is_list(reader, node, "'languages'"))
        return;
    size_t count = weir_yaml_size(node);
    if (count == 0 || count > LANGUAGES_MAX) {
        weir_yaml_error(node, reader->diagnostics,
                        count ? "more than 64 languages; leave the key out for all"
                              : "'languages' is empty; leave it out for all languages");
        return;
    }
    struct weir_text *languages = weir_arena_array(reader->arena, count, sizeof *languages);
    reader->no_memory |= !languages;
    for (size_t i = 0; languages && i < count; i++) {
        const struct weir_yaml_node *item = weir_yaml_item(node, i);
        if (!weir_pack_read_text(reader, item, "a language", &languages[i]))
            return;
        if (!is_tag(languages[i])) {
            weir_yaml_error(item, reader->diagnostics,
                            "'%.64s' is not a language tag, which starts with two or three letters; write en for "
                            "English, zh-Hant for Chinese in traditional script, and so on",
                            languages[i].data);
            return;
        }
    }
    draft->rule.languages = languages;
    draft->rule.language_count = languages ? count : 0;
}

void weir_rule_read_cooldown(struct weir_pack_reader *reader, const struct weir_yaml_node *node, void *target)
{
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    struct weir_rule_draft *draft = target;
    struct weir_text text = weir_yaml_text(node);
    int64_t number = 0;
    size_t at = 0;
    while (at < text.length && isdigit((unsigned char)text.data[at]) && number <= COOLDOWN_MAX_MS)
        number = number * 10 + (text.data[at++] - '0');
    for (size_t i = 0; at > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (!weir_text_is(weir_text_slice(text, at, text.length), units[i].unit) ||
            number > COOLDOWN_MAX_MS / units[i].ms)
            continue;
        draft->rule.cooldown_ms = number * units[i].ms;
        return;
    }
    weir_yaml_error(node, reader->diagnostics,
                    "'cooldown' must be a number with ms, s, m, h or d, as in 5m, and at most 30d");
}
