/* Sample posts by number: chance, sentences, dressing and JSON. Pure: holds no state and knows no clock. */
#include "demo_posts.h"

#include "weir/demo.h"
#include "weir/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ID_PREFIX "demo-"

/* Numbers that do not wait for chance, so that whoever starts the demo soon sees a flag, a dead letter and, along the
 * tour, every category of the packs: harmful posts at an even distance, each by another of these rules. */
#define FIRST_HARMFUL 4
#define TOUR_EVERY 25
static const char *const tour[] = {
    "scams.safe-account",
    "scams_zh.fake-police",
    "impersonation.protected-name",
    "personal_data.address-of-person",
    "minors.secret",
    "products.replicas",
    "self_harm.intent",
    "exploitation.suffering-for-gifts",
    "spam.fake-followers",
    "minors.age-and-channel-zh",
    "exploitation.undressing-tool",
    "health.stop-treatment",
    "exploitation.animals-for-gifts-zh",
    "secrets.login",
    "spam.premium-text",
    "products.drugs",
    "health.cure-sold-zh",
};
#define FIRST_BAD 150

/* Shares, in ten thousand. */
#define HARMFUL_SHARE 200
#define BAD_SHARE 3

/* ---- Chance ---- */

struct chance {
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014; public domain). */
static uint64_t draw(struct chance *chance)
{
    uint64_t z = chance->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static size_t draw_below(struct chance *chance, size_t count)
{
    return (size_t)(draw(chance) % count);
}

/* ---- Texts in a buffer of fixed size; what does not fit is cut off at a code point ---- */

struct buffer {
    char *data;
    size_t length;
    size_t size;
};

static void append(struct buffer *buffer, const char *data, size_t length)
{
    if (length > buffer->size - 1 - buffer->length)
        return;
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

static void append_string(struct buffer *buffer, const char *string)
{
    append(buffer, string, strlen(string));
}

/* ---- Sentences ---- */

static const char *draw_slot(const struct demo_language *language, struct weir_text name, struct chance *chance)
{
    for (size_t i = 0; i < language->slot_count; i++)
        if (weir_text_is(name, language->slots[i].name))
            return language->slots[i].values[draw_below(chance, language->slots[i].count)];
    return "";
}

static void append_sentence(struct buffer *buffer, const struct demo_language *language, const char *sentence,
                            struct chance *chance)
{
    for (const char *at = sentence; *at;) {
        size_t plain = strcspn(at, "{");
        append(buffer, at, plain);
        at += plain;
        if (*at == '{') {
            size_t length = strcspn(at, "}");
            append_string(buffer, draw_slot(language, (struct weir_text){at + 1, length - 1}, chance));
            at += length + 1;
        }
    }
}

static const char *draw_from(struct demo_list list, struct chance *chance)
{
    return list.at[draw_below(chance, list.count)];
}

static void compose_ordinary(const struct demo_language *language, struct chance *chance, struct buffer *text)
{
    if (draw_below(chance, 2)) {
        append_sentence(text, language, draw_from(language->openers, chance), chance);
        append_string(text, language->space);
    }
    append_sentence(text, language, draw_from(language->ordinary, chance), chance);
    if (draw_below(chance, 4)) {
        append_string(text, language->space);
        append_sentence(text, language, draw_from(language->closers, chance), chance);
    }
}

/* ---- Dressing: what scammers do to get past filters ---- */

enum dressing { PLAIN, CAPITALS, FULLWIDTH, ZERO_WIDTH, CYRILLIC, DRESSING_COUNT };

static uint32_t fullwidth(char letter)
{
    return (uint32_t)letter + 0xFF01u - '!';
}

static uint32_t cyrillic(char letter)
{
    switch (letter) {
    case 'a':
        return 0x0430;
    case 'c':
        return 0x0441;
    case 'e':
        return 0x0435;
    case 'o':
        return 0x043E;
    case 'p':
        return 0x0440;
    default:
        return (uint32_t)letter;
    }
}

static uint32_t dress_letter(enum dressing dressing, char letter)
{
    bool is_lower = letter >= 'a' && letter <= 'z';
    switch (dressing) {
    case CAPITALS:
        return is_lower ? (uint32_t)(letter - 'a' + 'A') : (uint32_t)letter;
    case FULLWIDTH:
        return is_lower ? fullwidth(letter) : (uint32_t)letter;
    case CYRILLIC:
        return cyrillic(letter);
    case PLAIN:
    case ZERO_WIDTH:
    case DRESSING_COUNT:
        break;
    }
    return (uint32_t)letter;
}

/* Dresses about every second word, as people do by hand. */
static void dress(const char *plain, enum dressing dressing, struct chance *chance, struct buffer *text)
{
    bool dressed = false;
    for (const char *at = plain; *at; at++) {
        char out[4];
        if (at == plain || at[-1] == ' ')
            dressed = draw_below(chance, 2);
        bool in_word = at > plain && at[-1] != ' ' && *at != ' ' && !weir_utf8_is_continuation(*at);
        if (dressed && dressing == ZERO_WIDTH && in_word && draw_below(chance, 3) == 0)
            append_string(text, "\xE2\x80\x8B");
        if ((unsigned char)*at >= 0x80 || !dressed)
            append(text, at, 1);
        else
            append(text, out, weir_utf8_encode(dress_letter(dressing, *at), out));
    }
}

/* ---- Harm ---- */

/* The rule of a post of the tour; NULL: the post is not one. */
static const char *tour_rule(uint64_t number)
{
    bool is_stop = number % TOUR_EVERY == FIRST_HARMFUL && number / TOUR_EVERY < DEMO_COUNT(tour);
    return is_stop ? tour[number / TOUR_EVERY] : NULL;
}

static const struct demo_harmful *find_harmful(const struct demo_language *language, const char *rule)
{
    for (size_t i = 0; i < language->harmful_count; i++)
        if (strcmp(language->harmful[i].rule, rule) == 0)
            return &language->harmful[i];
    return NULL;
}

static const struct demo_language *draw_language(uint64_t number, struct chance *chance)
{
    const struct demo_language *language = draw_below(chance, 10) < 6 ? &demo_english : &demo_chinese;
    const char *rule = tour_rule(number);
    if (!rule)
        return language;
    return find_harmful(&demo_english, rule) ? &demo_english : &demo_chinese;
}

static const struct demo_harmful *compose_harmful(const struct demo_language *language, uint64_t number,
                                                  struct chance *chance, struct buffer *text)
{
    const char *rule = tour_rule(number);
    const struct demo_harmful *harmful = rule ? find_harmful(language, rule) : NULL;
    if (!harmful)
        harmful = &language->harmful[draw_below(chance, language->harmful_count)];
    char plain[WEIR_DEMO_PAYLOAD_MAX / 8];
    struct buffer sentence = {plain, 0, sizeof plain};
    append_sentence(&sentence, language, harmful->text, chance);
    enum dressing dressing = draw_below(chance, 3) ? PLAIN : (enum dressing)draw_below(chance, DRESSING_COUNT);
    dress(plain, harmful->is_shape ? PLAIN : dressing, chance, text);
    return harmful;
}

/* ---- Payloads ---- */

static void append_quoted(struct buffer *buffer, const char *string)
{
    append_string(buffer, "\"");
    for (const char *at = string; *at; at++) {
        if (*at == '"' || *at == '\\')
            append_string(buffer, "\\");
        append(buffer, at, 1);
    }
    append_string(buffer, "\"");
}

static void write_payload(const struct weir_demo_post *post, const char *author_name, const char *lang,
                          struct chance *chance, struct buffer *payload)
{
    char author[32];
    snprintf(author, sizeof author, "u%zu", draw_below(chance, 5000));
    append_string(payload, "{\"id\":");
    append_quoted(payload, post->id);
    append_string(payload, ",\"author\":{\"id\":");
    append_quoted(payload, author);
    if (author_name) {
        append_string(payload, ",\"name\":");
        append_quoted(payload, author_name);
    }
    append_string(payload, "},\"lang\":");
    append_quoted(payload, lang);
    append_string(payload, ",\"text\":");
    append_quoted(payload, post->text);
    append_string(payload, "}");
}

/* What producers send when they break: half a message, an error page, an object without a text. */
static void break_payload(const struct weir_demo_post *post, struct chance *chance, struct buffer *payload)
{
    switch (draw_below(chance, 3)) {
    case 0:
        payload->length /= 2;
        payload->data[payload->length] = '\0';
        return;
    case 1:
        payload->length = 0;
        append_string(payload, "<html><body>502 Bad Gateway</body></html>");
        return;
    default:
        payload->length = 0;
        append_string(payload, "{\"id\":");
        append_quoted(payload, post->id);
        append_string(payload, ",\"deleted\":true}");
    }
}

static enum weir_demo_nature draw_nature(uint64_t number, struct chance *chance)
{
    size_t share = draw_below(chance, 10000);
    if (tour_rule(number))
        return WEIR_DEMO_HARMFUL;
    if (number == FIRST_BAD || share < BAD_SHARE)
        return WEIR_DEMO_BAD;
    return share < BAD_SHARE + HARMFUL_SHARE ? WEIR_DEMO_HARMFUL : WEIR_DEMO_ORDINARY;
}

void weir_demo_post(uint64_t seed, uint64_t number, struct weir_demo_post *post)
{
    struct chance chance = {seed ^ (number + 1) * 0xD1342543DE82EF95u};
    const struct demo_language *language = draw_language(number, &chance);
    const char *author_name = NULL;
    post->nature = draw_nature(number, &chance);
    post->rule = NULL;
    snprintf(post->id, sizeof post->id, ID_PREFIX "%06" PRIu64, number);
    struct buffer text = {post->text, 0, sizeof post->text};
    if (post->nature == WEIR_DEMO_HARMFUL) {
        const struct demo_harmful *harmful = compose_harmful(language, number, &chance, &text);
        post->rule = harmful->rule;
        author_name = harmful->author_name;
    } else {
        compose_ordinary(language, &chance, &text);
    }
    struct buffer payload = {post->payload, 0, sizeof post->payload};
    write_payload(post, author_name, language->lang, &chance, &payload);
    if (post->nature == WEIR_DEMO_BAD)
        break_payload(post, &chance, &payload);
    post->length = payload.length;
}

bool weir_demo_post_number(struct weir_text id, uint64_t *number)
{
    const size_t prefix = sizeof ID_PREFIX - 1;
    if (id.length <= prefix || id.length > prefix + 18 || memcmp(id.data, ID_PREFIX, prefix) != 0)
        return false;
    uint64_t value = 0;
    for (size_t i = prefix; i < id.length; i++) {
        if (id.data[i] < '0' || id.data[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(id.data[i] - '0');
    }
    *number = value;
    return true;
}
