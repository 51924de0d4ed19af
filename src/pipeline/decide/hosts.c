/* Finds hosts by trying each place where one can start and asking the list at each place where it can end: no spaced
 * word character or hyphen beside it, a dot before it allowed, no dot and word character after it. Pure. */
#include "hosts.h"

#define IDEOGRAPHIC_STOP 0x3002u

/* Width of the dot at `at`, or 0. */
static size_t measure_dot(struct weir_text text, size_t at)
{
    size_t width;
    if (at == text.length)
        return 0;
    uint32_t c = weir_utf8_decode(text.data + at, &width);
    return c == '.' || c == IDEOGRAPHIC_STOP ? width : 0;
}

static bool is_hyphen(struct weir_text text, size_t at)
{
    return at < text.length && text.data[at] == '-';
}

/* weir_word_after, with the kind of the character before handed in: looking back over marks at each character would
 * take the square of their number. */
static enum weir_word classify(const struct host_walk *walk, size_t at, enum weir_word before)
{
    size_t width;
    if (at >= walk->text.length)
        return WEIR_WORD_NONE;
    if (weir_char_has(walk->chars, weir_utf8_decode(walk->text.data + at, &width), WEIR_CHAR_INHERITED))
        return before == WEIR_WORD_NONE ? WEIR_WORD_SPACED : before;
    return weir_word_after(walk->chars, walk->text, at);
}

static bool can_start(const struct host_walk *walk)
{
    return walk->before != WEIR_WORD_SPACED && classify(walk, walk->start, walk->before) != WEIR_WORD_NONE &&
           (walk->start == 0 || !is_hyphen(walk->text, walk->start - 1));
}

static bool can_end(const struct host_walk *walk)
{
    if (classify(walk, walk->at, walk->last) == WEIR_WORD_SPACED || is_hyphen(walk->text, walk->at))
        return false;
    size_t dot = measure_dot(walk->text, walk->at);
    return dot == 0 || classify(walk, walk->at + dot, WEIR_WORD_NONE) == WEIR_WORD_NONE;
}

static void pass_start(struct host_walk *walk)
{
    walk->before = classify(walk, walk->start, walk->before);
    walk->start += weir_utf8_width(walk->text.data[walk->start]);
}

/* The next place where a host can start, from here on. */
static void try_start(struct host_walk *walk)
{
    while (walk->start < walk->text.length && !can_start(walk))
        pass_start(walk);
    walk->at = walk->start;
    walk->last = walk->before;
    walk->hash = WEIR_DOMAINS_HASH_START;
    walk->length = 0;
}

/* Reads one more character of the host that is tried; false when it cannot go on. */
static bool read_on(struct host_walk *walk)
{
    struct weir_text text = walk->text;
    if (walk->at == text.length)
        return false;
    size_t dot = measure_dot(text, walk->at);
    size_t width = dot ? dot : weir_utf8_width(text.data[walk->at]);
    struct weir_text character = dot ? WEIR_TEXT_LITERAL(".") : weir_text_slice(text, walk->at, walk->at + width);
    enum weir_word kind = classify(walk, walk->at, walk->last);
    if (!dot && !is_hyphen(text, walk->at) && kind == WEIR_WORD_NONE)
        return false;
    if (walk->length + character.length > weir_domains_length_max(walk->domains))
        return false;
    for (size_t i = 0; i < character.length; i++) {
        walk->hash = weir_domains_hash(walk->hash, character.data[i]);
        walk->host[walk->length++] = character.data[i];
    }
    walk->at += width;
    walk->last = kind;
    return true;
}

void start_hosts(struct host_walk *walk, const struct weir_chars *chars, const struct weir_domains *domains,
                 struct weir_text text)
{
    walk->chars = chars;
    walk->domains = domains;
    walk->text = text;
    walk->start = 0;
    walk->before = WEIR_WORD_NONE;
    try_start(walk);
}

bool next_host(struct host_walk *walk, struct weir_range *host)
{
    while (walk->start < walk->text.length) {
        while (read_on(walk)) {
            if (!can_end(walk))
                continue;
            walk->listed = weir_domains_find(walk->domains, walk->hash, (struct weir_text){walk->host, walk->length});
            if (walk->listed == WEIR_LISTED_NOT)
                continue;
            *host = (struct weir_range){(uint32_t)walk->start, (uint32_t)walk->at};
            return true;
        }
        pass_start(walk);
        try_start(walk);
    }
    return false;
}

bool is_listed_host(const struct host_walk *walk, struct weir_text original)
{
    bool is_listed = walk->listed == WEIR_LISTED;
    for (size_t at = 0, width; !is_listed && at < original.length; at += width)
        is_listed = weir_host_deviates(weir_utf8_decode(original.data + at, &width));
    return is_listed;
}
