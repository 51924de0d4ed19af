/* Reads what WebVTT (W3C) and SubRip have in common: lines with a time, an arrow and a time, and below each its text up
 * to a blank line or the next such line. Tags such as <i> and <v Ann> are left out, the five entities of WebVTT read;
 * settings, numbers of cues and styles do not matter. */
#include "subtitles.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

bool weir_subtitles_have_name(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && (strcasecmp(path + length - 4, ".vtt") == 0 || strcasecmp(path + length - 4, ".srt") == 0);
}

void weir_subtitles_fini(struct weir_subtitles *subtitles)
{
    free(subtitles->text);
    *subtitles = (struct weir_subtitles){0};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* [HH:]MM:SS.mmm or with a comma; *at moves behind it. */
static bool read_time(struct weir_text line, size_t *at, int64_t *ms)
{
    int64_t parts[3] = {0};
    size_t count = 0;
    for (;;) {
        size_t first = *at;
        int64_t number = 0;
        while (*at < line.length && isdigit((unsigned char)line.data[*at]) && *at - first < 9)
            number = number * 10 + (line.data[(*at)++] - '0');
        if (*at == first || count == 3)
            return false;
        parts[count++] = number;
        if (*at == line.length || line.data[*at] != ':')
            break;
        (*at)++;
    }
    int64_t fraction = 0;
    if (*at < line.length && (line.data[*at] == '.' || line.data[*at] == ',')) {
        int64_t weight = 100;
        for ((*at)++; *at < line.length && isdigit((unsigned char)line.data[*at]); (*at)++, weight /= 10)
            fraction += weight * (line.data[*at] - '0');
    }
    if (count < 2)
        return false;
    int64_t seconds = count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : parts[0] * 60 + parts[1];
    *ms = seconds * 1000 + fraction;
    return true;
}

static bool read_timing(struct weir_text line, int64_t *start_ms, int64_t *end_ms)
{
    size_t at = 0;
    while (at < line.length && is_space(line.data[at]))
        at++;
    if (!read_time(line, &at, start_ms))
        return false;
    while (at < line.length && is_space(line.data[at]))
        at++;
    if (at + 3 > line.length || memcmp(line.data + at, "-->", 3) != 0)
        return false;
    at += 3;
    while (at < line.length && is_space(line.data[at]))
        at++;
    return read_time(line, &at, end_ms) && (at == line.length || is_space(line.data[at]));
}

static bool reserve(struct weir_subtitles *subtitles, size_t more)
{
    size_t needed = subtitles->length + more;
    if (needed <= subtitles->capacity)
        return true;
    char *grown = realloc(subtitles->text, 2 * needed);
    if (!grown)
        return false;
    subtitles->text = grown;
    subtitles->capacity = 2 * needed;
    return true;
}

/* The character that an entity at `at` stands for; *width becomes its length, 0 where none stands. */
static const char *read_entity(struct weir_text line, size_t at, size_t *width)
{
    static const struct {
        const char *name;
        const char *text;
    } entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", "\u00A0"}, {"&lrm;", ""}, {"&rlm;", ""}};
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t length = strlen(entities[i].name);
        if (at + length <= line.length && memcmp(line.data + at, entities[i].name, length) == 0) {
            *width = length;
            return entities[i].text;
        }
    }
    *width = 0;
    return "";
}

/* Where the tag at `at` ends; `at` when there is none: a lone < is text. */
static size_t skip_tag(struct weir_text line, size_t at)
{
    char next = at + 1 < line.length ? line.data[at + 1] : ' ';
    bool is_tag = line.data[at] == '<' && (isalnum((unsigned char)next) || next == '/');
    bool is_style = line.data[at] == '{' && next == '\\'; /* SubRip's {\an8} */
    const char *end = is_tag || is_style ? memchr(line.data + at, is_tag ? '>' : '}', line.length - at) : NULL;
    return end ? (size_t)(end - line.data) + 1 : at;
}

static void add_line(struct weir_subtitles *subtitles, struct weir_text line)
{
    if (subtitles->length > 0)
        subtitles->text[subtitles->length++] = '\n';
    for (size_t at = 0; at < line.length;) {
        size_t behind = skip_tag(line, at);
        size_t width = 0;
        const char *entity = line.data[at] == '&' ? read_entity(line, at, &width) : "";
        if (behind > at) {
            at = behind;
        } else if (width > 0) {
            memcpy(subtitles->text + subtitles->length, entity, strlen(entity));
            subtitles->length += strlen(entity);
            at += width;
        } else {
            subtitles->text[subtitles->length++] = line.data[at++];
        }
    }
}

static bool is_blank(struct weir_text line)
{
    size_t at = 0;
    while (at < line.length && is_space(line.data[at]))
        at++;
    return at == line.length;
}

static bool begins(struct weir_text line, const char *word)
{
    size_t length = strlen(word);
    return line.length >= length && memcmp(line.data, word, length) == 0 &&
           (line.length == length || is_space(line.data[length]));
}

/* Whether the line was meant to be one of times. */
static bool looks_like_timing(struct weir_text line)
{
    size_t at = 0;
    while (at < line.length && is_space(line.data[at]))
        at++;
    return at < line.length && isdigit((unsigned char)line.data[at]) && memmem(line.data, line.length, "-->", 3);
}

/* Where no blank line stands between two cues, the number of the second is no text of the first. */
static void drop_number(struct weir_subtitles *subtitles)
{
    size_t at = subtitles->length;
    while (at > 0 && isdigit((unsigned char)subtitles->text[at - 1]))
        at--;
    if (at > 0 && at < subtitles->length && subtitles->text[at - 1] == '\n')
        subtitles->length = at - 1;
}

bool weir_subtitles_read(struct weir_subtitles *subtitles, int64_t number, struct weir_text line, struct weir_cue *cue,
                         enum weir_status *status)
{
    int64_t start_ms = 0;
    int64_t end_ms = 0;
    if (number == 1 && line.length >= 3 && memcmp(line.data, "\xEF\xBB\xBF", 3) == 0)
        line = weir_text_slice(line, 3, line.length);
    bool is_timing = !subtitles->is_block && read_timing(line, &start_ms, &end_ms);
    if (!subtitles->is_block && !is_timing && looks_like_timing(line)) {
        *status = WEIR_INVALID;
        return false;
    }
    if (is_timing && subtitles->is_open && subtitles->length > 0)
        drop_number(subtitles);
    bool ends = is_blank(line) || is_timing;
    bool completes = ends && subtitles->is_open && subtitles->length > 0;
    if (completes)
        *cue = (struct weir_cue){
            subtitles->line, subtitles->start_ms, subtitles->end_ms, {subtitles->text, subtitles->length}};
    if (ends) {
        subtitles->is_open = is_timing;
        subtitles->is_block = false;
        subtitles->length = 0;
        subtitles->line = number;
        if (is_timing) {
            subtitles->start_ms = start_ms;
            subtitles->end_ms = end_ms;
        }
    } else if (subtitles->is_open) {
        if (reserve(subtitles, line.length + 1))
            add_line(subtitles, line);
        else
            *status = WEIR_NO_MEMORY;
    } else {
        subtitles->is_block =
            subtitles->is_block || begins(line, "NOTE") || begins(line, "STYLE") || begins(line, "REGION");
    }
    return completes;
}
