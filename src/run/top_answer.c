/* Reads an answer as RFC 9112 has it, the few parts that a GET without a proxy needs. Allocates nothing, and believes
 * nothing: what answers may be anything that listens there. */
#include "top_answer.h"

#include <stdint.h>
#include <strings.h>

#define NO_LENGTH SIZE_MAX

static enum top_answer_state refuse(struct top_answer *answer, const char *trouble)
{
    answer->trouble = trouble;
    return TOP_ANSWER_BAD;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK"; 0: it is no such line. */
static unsigned read_status(struct weir_text line)
{
    const char *at = line.data;
    if (line.length < 12 || memcmp(at, "HTTP/1.", 7) != 0 || !is_digit(at[7]) || at[8] != ' ' || !is_digit(at[9]) ||
        !is_digit(at[10]) || !is_digit(at[11]) || (line.length > 12 && at[12] != ' '))
        return 0;
    unsigned status = (unsigned)(at[9] - '0') * 100 + (unsigned)(at[10] - '0') * 10 + (unsigned)(at[11] - '0');
    return status >= 100 && status <= 599 ? status : 0;
}

static struct weir_text trim(struct weir_text text)
{
    while (text.length > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = weir_text_slice(text, 1, text.length);
    while (text.length > 0 && (text.data[text.length - 1] == ' ' || text.data[text.length - 1] == '\t'))
        text.length--;
    return text;
}

/* Whether the line is a header of this name (lower case); *value is what follows. */
static bool is_header(struct weir_text line, const char *name, struct weir_text *value)
{
    size_t length = strlen(name);
    if (line.length <= length || line.data[length] != ':' || strncasecmp(line.data, name, length) != 0)
        return false;
    *value = trim(weir_text_slice(line, length + 1, line.length));
    return true;
}

static bool read_length(struct weir_text value, size_t *length)
{
    size_t number = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (!is_digit(value.data[i]) || number > TOP_ANSWER_BODY_MAX)
            return false;
        number = number * 10 + (size_t)(value.data[i] - '0');
    }
    *length = number;
    return value.length > 0 && number <= TOP_ANSWER_BODY_MAX;
}

/* Looks at one line of the head; NULL, or what is wrong with it. */
static const char *read_header(struct weir_text line, size_t *length)
{
    struct weir_text value;
    size_t said;
    if (is_header(line, "transfer-encoding", &value))
        return "it comes in chunks, which HTTP/1.0 has not";
    if (is_header(line, "content-encoding", &value) && !weir_text_is(value, "identity"))
        return "it is compressed, which nobody asked for";
    if (!is_header(line, "content-length", &value))
        return NULL;
    if (!read_length(value, &said))
        return "its Content-Length is no number, or too large";
    if (*length != NO_LENGTH && *length != said)
        return "it has two lengths";
    *length = said;
    return NULL;
}

/* The lines after the first, to the end of the head. */
static const char *read_headers(struct weir_text head, size_t *length)
{
    for (size_t at = 0; at < head.length;) {
        const char *end = memmem(head.data + at, head.length - at, "\r\n", 2);
        size_t stop = end ? (size_t)(end - head.data) : head.length;
        const char *trouble = read_header(weir_text_slice(head, at, stop), length);
        if (trouble)
            return trouble;
        at = stop + 2;
    }
    return NULL;
}

/* Bytes of the head with the empty line at its end; 0: that has not come. */
static size_t find_head(struct weir_text bytes)
{
    size_t looked = bytes.length < TOP_ANSWER_HEAD_MAX ? bytes.length : TOP_ANSWER_HEAD_MAX;
    const char *end = looked > 0 ? memmem(bytes.data, looked, "\r\n\r\n", 4) : NULL;
    return end ? (size_t)(end - bytes.data) + 4 : 0;
}

static enum top_answer_state read_body(struct weir_text rest, size_t length, bool is_end, struct top_answer *answer)
{
    if (length == NO_LENGTH && rest.length > TOP_ANSWER_BODY_MAX)
        return refuse(answer, "it is too large");
    if (length == NO_LENGTH ? !is_end : rest.length < length)
        return is_end ? refuse(answer, "it ends before its end") : TOP_ANSWER_MORE;
    answer->body = weir_text_slice(rest, 0, length == NO_LENGTH ? rest.length : length);
    return TOP_ANSWER_WHOLE;
}

enum top_answer_state top_answer_read(struct weir_text bytes, bool is_end, struct top_answer *answer)
{
    size_t head = find_head(bytes);
    if (head == 0 && bytes.length >= TOP_ANSWER_HEAD_MAX)
        return refuse(answer, "it is no answer of HTTP");
    if (head == 0)
        return is_end ? refuse(answer, bytes.length == 0 ? "there is none" : "it is no answer of HTTP")
                      : TOP_ANSWER_MORE;
    const char *line_end = memmem(bytes.data, head, "\r\n", 2); /* find_head saw one */
    size_t first = line_end ? (size_t)(line_end - bytes.data) : 0;
    unsigned status = read_status(weir_text_slice(bytes, 0, first));
    if (status == 0)
        return refuse(answer, "it is no answer of HTTP");
    size_t length = NO_LENGTH;
    const char *trouble = head - 4 > first ? read_headers(weir_text_slice(bytes, first + 2, head - 4), &length) : NULL;
    if (trouble)
        return refuse(answer, trouble);
    answer->status = status;
    return read_body(weir_text_slice(bytes, head, bytes.length), length, is_end, answer);
}
