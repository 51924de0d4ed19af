/* Numbers and truth values of captions, from JSON tokens or the strings that some producers write instead. */
#include "caption_facts.h"

#define EXACT_DIGITS 18 /* of any number that 64 bits hold */

/* A whole number; with `may_have_fraction` also one whose fraction is left out. */
static bool read_number(struct weir_text text, bool may_have_fraction, int64_t *number)
{
    size_t at = text.length > 0 && text.data[0] == '-' ? 1 : 0;
    size_t first = at;
    int64_t value = 0;
    for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++) {
        if (at - first == EXACT_DIGITS)
            return false;
        value = value * 10 + (text.data[at] - '0');
    }
    if (at == first)
        return false;
    bool has_fraction = may_have_fraction && at < text.length && text.data[at] == '.';
    for (at += has_fraction; has_fraction && at < text.length && text.data[at] >= '0' && text.data[at] <= '9';)
        at++;
    *number = first == 1 ? -value : value;
    return at == text.length;
}

static int64_t read_time(struct weir_text text)
{
    int64_t time = 0;
    return text.data && read_number(text, true, &time) ? time : WEIR_TIME_NONE;
}

struct weir_caption weir_caption_of_facts(const struct weir_fact facts[WEIR_FACTS], struct weir_text key)
{
    struct weir_text stream = facts[WEIR_ROLE_STREAM].text;
    struct weir_caption caption = {
        .stream = stream.data ? stream : key,
        .start_ms = read_time(facts[WEIR_ROLE_START_MS].text),
        .end_ms = read_time(facts[WEIR_ROLE_END_MS].text),
        .is_partial = weir_text_is(facts[WEIR_ROLE_FINAL].text, "false"),
        .is_last = weir_text_is(facts[WEIR_ROLE_END].text, "true"),
    };
    struct weir_text sequence = facts[WEIR_ROLE_SEQUENCE].text;
    caption.has_sequence = sequence.data && read_number(sequence, false, &caption.sequence);
    return caption;
}

struct weir_caption weir_caption_of_tombstone(struct weir_text key)
{
    return (struct weir_caption){.stream = key, .start_ms = WEIR_TIME_NONE, .end_ms = WEIR_TIME_NONE, .is_last = true};
}
