/* Chance, and what texts and patterns are made of: characters of many scripts and of every kind that folding,
 * boundaries and spans treat in a way of their own. */
#include "spec.h"
#include "utf16.h"

#include "weir/utf8.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

const char *const SPEC_FIELDS[FIELDS_COUNT] = {"text", "author_name", "url"};

const char *const SPEC_HOSTS[SPEC_HOSTS_COUNT][2] = {
    {"example.com", "EXAMPLE.com"},
    {"bad.example.com", "bad.example.com"},
    {"b-a.net", "b-a.net"},
    {"a.b", "a.b"},
    {"a.b.a.b", "a.b.a.b"},
    {"bücher.example", "xn--bcher-kva.example"},
    {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
    {"пример.рф", "xn--e1afmkfd.xn--p1ai"},
};

#define POINTS_MAX 64
#define COUNT(array) (sizeof(array) / sizeof *(array))

uint32_t roll(struct chance *chance, uint32_t sides)
{
    chance->state = chance->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((chance->state >> 33) % sides);
}

bool roll_one_in(struct chance *chance, uint32_t sides)
{
    return roll(chance, sides) == 0;
}

/* Letters of one script each, what stands beside them in it included. */
static const char *const SCRIPTS[] = {
    "aabceiknstxzAEIKSé",
    "abcüßſﬁİıñÅKÉæœǆ",
    "абвеоспхйёъАЕС",
    "αβσςωάοΐΣΆ",
    "ابلمع\u064eة\u0640\ufefb\u0651\u0622",
    "אבםמש\u05b0\ufb2a\u05c1",
    "कषि\u094dाँ\u200dरक\u093cज",
    "การ\u0e49\u0e33บ",
    "中国转账安全〇汉",
    "かがはばの\u3099ーゝ",
    "カガパァー\u309a",
    "ｶﾞｱｰﾟﾊ",
    "가각한국말",
    "\u1100\u1161\u11a8\u1102\u1175가\u11ab",
    "ＡｂｃＤ１＿",
    "0157９٣²½",
};

#define SCRIPTS_ALIKE 4 /* the first ones */

static const char *const NOISE[] = {
    "a",          "b",       "é",          "б",
    "σ",          "ע",       "ب",          "क",
    "ก",          "中",      "か",         "가",
    "ｱ",          "_",       "\u203f",     "0",
    "9",          "Ⅳ",       "-",          "–",
    "—",          "‑",       "−",          "'",
    "’",          "‘",       "\"",         "“",
    "”",          ".",       ",",          "!",
    "。",         "、",      "・",         "！",
    "(",          "/",       "@",          "\u0301",
    "\u0327",     "\u0336",  "\u0345",     "\u20e3",
    "\u3099",     "\u064e",  "\u05b0",     "\u094d",
    "\u0e49",     "\u1161",  "\u11a8",     "\uff9e",
    "\u200b",     "\u200c",  "\u200d",     "\u00ad",
    "\ufe0f",     "\u2060",  "\u034f",     "\u3164",
    "\u115f",     "\ufeff",  "\U000e0041", "😀",
    "👨\u200d👩",   "❤\ufe0f", "\u00a8",     "\ufdfa",
    "㌔",         "\ufffd",  "\ue000",     "\u0378",
    "ﬃ",          "ẞ",       "ŉ",          "\u1e9b\u0323",
    "\u0344",     "\u0f73",  "\U0001d15e", "𝐚",
    "\U0001f1e9", "\x01",    "+",          "%",
    "\u02bc",     "ˈ",       "\u201a",     "\u201b",
    "\u201e",     "\u201f",  "\u2010",     "\u2015",
    "\u05be",     "\u301c",  "\u30a0",     "\ufe58",
    "\uff0d",     "\u2043",
};

static const char *const SPACES[] = {
    " ",      " ",      " ",        "  ",       "\t",       "\n",           "\r\n", " \t \n", "\u00a0",
    "\u3000", "\u2028", "\xc2\x85", " \u00a0 ", " \u200b ", "\u2003\u2003", "\x0b", "\u202f",
};

static const char *const NUMBERS[] = {
    "4111 1111 1111 1111",
    "79927398713",
    "7992-7398-713 ",
    "18 ",
    "0",
    "1-8-",
    "BE68 5390 0754 7034",
    "be68539007547034",
    "BE69539007547034",
    "07940",
    "0000-0002-1825-0097",
    "079X",
    "0000-0002-1694-233X",
    "1234 5674 9",
    "AA481",
    "0X3",
};

/* Letters that look alike. */
static const uint32_t TWINS[][2] = {
    {'a', 0x430}, {'e', 0x435}, {'o', 0x43E}, {'c', 0x441}, {'p', 0x440},     {'x', 0x445},   {'i', 0x456},
    {'s', 0x455}, {'A', 0x391}, {'K', 0x39A}, {'o', 0x3BF}, {0x4E00, 0x30FC}, {0x44A, 0x185},
};

const char *draw_noise(struct chance *chance)
{
    return NOISE[roll(chance, COUNT(NOISE))];
}

const char *draw_space(struct chance *chance)
{
    return SPACES[roll(chance, COUNT(SPACES))];
}

const char *draw_number(struct chance *chance)
{
    return NUMBERS[roll(chance, COUNT(NUMBERS))];
}

void draw_character(struct chance *chance, const char *word, char *out)
{
    size_t at = roll(chance, (uint32_t)strlen(word));
    while (weir_utf8_is_continuation(word[at]))
        at--;
    size_t width = weir_utf8_width(word[at]);
    memcpy(out, word + at, width);
    out[width] = '\0';
}

static void make_word(struct chance *chance, uint32_t scripts, char out[WORD_BYTES])
{
    static const char *const seams[] = {" ", " ", "\n", "-", "—", "'", "", "’", "\u201b", "\u3000", ". ", "\u3002"};
    size_t length = 0;
    unsigned parts = 1 + roll(chance, 3) / 2 + roll(chance, 8) / 7;
    for (unsigned part = 0; part < parts; part++) {
        const char *script = SCRIPTS[roll(chance, scripts)];
        const char *seam = part ? seams[roll(chance, COUNT(seams))] : "";
        length += (size_t)snprintf(out + length, WORD_BYTES - length, "%s", seam);
        for (unsigned i = 1 + roll(chance, 4); i > 0; i--) {
            char character[5];
            if (roll_one_in(chance, 12))
                script = SCRIPTS[roll(chance, scripts)];
            draw_character(chance, script, character);
            length += (size_t)snprintf(out + length, WORD_BYTES - length, "%s", character);
        }
    }
}

struct points {
    uint32_t at[POINTS_MAX * 2];
    size_t count;
};

static void read_points(const char *word, struct points *points)
{
    points->count = 0;
    for (size_t i = 0; word[i] && points->count < POINTS_MAX;) {
        size_t width;
        points->at[points->count++] = weir_utf8_decode(word + i, &width);
        i += width;
    }
}

static void write_points(const struct points *points, FILE *out)
{
    for (size_t i = 0; i < points->count; i++) {
        char bytes[4];
        fwrite(bytes, 1, weir_utf8_encode(points->at[i], bytes), out);
    }
}

static void normalize(struct points *points, const UNormalizer2 *form)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar units[POINTS_MAX * 4];
    UChar out[POINTS_MAX * 8];
    int32_t length = 0;
    for (size_t i = 0; i < points->count; i++)
        U16_APPEND_UNSAFE(units, length, (UChar32)points->at[i]);
    length = unorm2_normalize(form, units, length, out, POINTS_MAX * 8, &error);
    if (U_FAILURE(error))
        return;
    points->count = 0;
    for (int32_t i = 0; i < length && points->count < POINTS_MAX;)
        points->at[points->count++] = (uint32_t)utf16_next(out, &i);
}

/* Quotes apart: what is left of them does not load. */
static void fold_word(const char *word, char out[WORD_BYTES])
{
    UErrorCode error = U_ZERO_ERROR;
    struct points points;
    read_points(word, &points);
    normalize(&points, unorm2_getNFKCCasefoldInstance(&error));
    FILE *file = fmemopen(out, WORD_BYTES, "w");
    write_points(&points, file);
    fclose(file);
}

void make_words(struct chance *chance, struct spec_words *words)
{
    /* Some packs are of scripts that look alike. */
    uint32_t scripts = roll_one_in(chance, 4) ? SCRIPTS_ALIKE : COUNT(SCRIPTS);
    words->hosts = 1 + roll(chance, (1u << SPEC_HOSTS_COUNT) - 1);
    words->count = 4 + roll(chance, WORDS_MAX - 3);
    for (unsigned i = 0; i < words->count; i++) {
        make_word(chance, scripts, words->at[i]);
        char part[WORD_BYTES / 2];
        bool fits = i > 0 && (size_t)snprintf(part, sizeof part, "%s", words->at[i - 1]) < sizeof part;
        /* One within another, so that hits nest and overlap; of few words, so that all their mixes are looked for. */
        if (fits && roll_one_in(chance, 3) && !strpbrk(part, " \n-'.") && !strstr(part, "\u3000") &&
            !strstr(part, "\u3002") && !strstr(part, "\u2019") && !strstr(part, "\u201b") && !strstr(part, "\u2014"))
            snprintf(words->at[i], WORD_BYTES, "%s%s%s", part, roll_one_in(chance, 2) ? " " : "", part);
        fold_word(words->at[i], words->folded[i]);
    }
}

/* ---- Words altered ---- */

static void insert(struct points *points, size_t at, uint32_t point)
{
    memmove(points->at + at + 1, points->at + at, (points->count - at) * sizeof *points->at);
    points->at[at] = point;
    points->count++;
}

static void put_twin(struct chance *chance, uint32_t *point)
{
    size_t first = roll(chance, COUNT(TWINS));
    for (size_t i = 0; i < COUNT(TWINS); i++) {
        const uint32_t *twins = TWINS[(first + i) % COUNT(TWINS)];
        if (*point == twins[0] || *point == twins[1]) {
            *point = *point == twins[0] ? twins[1] : twins[0];
            return;
        }
    }
}

static void alter(struct chance *chance, struct points *points)
{
    static const uint32_t ignorables[] = {0x200B, 0x200D, 0xAD, 0xFE0F, 0x34F, 0x3164};
    static const uint32_t marks[] = {0x301, 0x327, 0x336, 0x3099, 0x64E, 0x308};
    UErrorCode error = U_ZERO_ERROR;
    uint32_t kind = roll(chance, 10);
    size_t place = roll(chance, (uint32_t)points->count);
    if (kind == 0)
        normalize(points, unorm2_getNFCInstance(&error));
    else if (kind == 1)
        normalize(points, unorm2_getNFDInstance(&error));
    else if (kind == 2)
        insert(points, place + roll(chance, 2), ignorables[roll(chance, COUNT(ignorables))]);
    else if (kind == 3)
        insert(points, place + roll(chance, 2), marks[roll(chance, COUNT(marks))]);
    else if (kind == 4)
        memmove(points->at + place, points->at + place + 1, (--points->count - place) * sizeof *points->at);
    else if (kind == 5)
        put_twin(chance, &points->at[place]);
    for (size_t i = 0; i < points->count; i++) {
        uint32_t *point = &points->at[i];
        if (kind == 6)
            *point = (uint32_t)u_toupper((UChar32)*point);
        else if (kind == 7)
            *point = (uint32_t)u_totitle((UChar32)*point);
        else if (kind == 8 && *point > ' ' && *point < 0x7F)
            *point += 0xFEE0;
        else if (kind == 9 && roll_one_in(chance, 2))
            put_twin(chance, point);
    }
}

void write_altered(struct chance *chance, const char *word, FILE *out)
{
    struct points points;
    read_points(word, &points);
    for (unsigned times = roll(chance, 3); times > 0 && points.count > 0; times--)
        alter(chance, &points);
    for (size_t i = 0; i < points.count; i++) {
        char bytes[4];
        if (points.at[i] == ' ' || points.at[i] == '\n')
            fputs(draw_space(chance), out);
        else
            fwrite(bytes, 1, weir_utf8_encode(points.at[i], bytes), out);
    }
}

void write_host(struct chance *chance, FILE *out)
{
    static const char *const before[] = {"",   "",   " ", "www.",   "https://login.", "me@", "my", "my-", ".",
                                         "。", "访", "é", "\u0301", "访\u0301",       "_",   "(",  "—"};
    static const char *const after[] = {"",     "",    " ", "/x", ".au",   ".",      "-x", "x", ":80",
                                        "。访", ".中", "_", ")",  ". And", "\u0301", "访", "．"};
    static const char *const dots[] = {".", ".", ".", "。", "．", "｡"};
    const char *host = SPEC_HOSTS[roll(chance, SPEC_HOSTS_COUNT)][roll(chance, 2)];
    char spelled[WORD_BYTES];
    size_t length = 0;
    for (size_t i = 0; host[i]; i++)
        length += (size_t)snprintf(spelled + length, WORD_BYTES - length, "%.*s", host[i] == '.' ? 3 : 1,
                                   host[i] == '.' ? dots[roll(chance, COUNT(dots))] : host + i);
    fputs(before[roll(chance, COUNT(before))], out);
    if (roll_one_in(chance, 3))
        write_altered(chance, spelled, out);
    else
        fputs(spelled, out);
    fputs(after[roll(chance, COUNT(after))], out);
}
