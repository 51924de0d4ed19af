/* Punycode as RFC 3492 has it, for one label of at most 63 code points. */
#include "punycode.h"

#include "weir/utf8.h"

#define BASE 36u
#define T_MIN 1u
#define T_MAX 26u
#define SKEW 38u
#define DAMP 700u
#define BIAS_START 72u
#define CODE_START 0x80u
#define CODE_MAX 0x10FFFFu

static uint32_t adapt(uint32_t delta, uint32_t count, bool is_first)
{
    uint32_t k = 0;
    delta /= is_first ? DAMP : 2;
    for (delta += delta / count; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t threshold(uint32_t k, uint32_t bias)
{
    return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

static uint32_t digit_of(char c)
{
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a');
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    return c >= '0' && c <= '9' ? (uint32_t)(c - '0') + 26 : BASE;
}

/* One number of variable length; false at bad digits and beyond what a label can need. */
static bool read_delta(struct weir_text ascii, size_t *at, uint32_t bias, uint64_t *delta)
{
    uint64_t weight = 1;
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t digit = *at < ascii.length ? digit_of(ascii.data[(*at)++]) : BASE;
        if (digit == BASE || weight > UINT32_MAX)
            return false;
        *delta += digit * weight;
        if (*delta > UINT32_MAX)
            return false;
        uint32_t t = threshold(k, bias);
        if (digit < t)
            return true;
        weight *= BASE - t;
    }
}

static void add_code_points(struct weir_writer *out, const uint32_t *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char bytes[4];
        weir_writer_add(out, (struct weir_text){bytes, weir_utf8_encode(points[i], bytes)});
    }
}

bool weir_punycode_decode(struct weir_text ascii, struct weir_writer *out)
{
    uint32_t points[WEIR_LABEL_MAX];
    uint32_t count = 0;
    size_t at = 0;
    if (ascii.length > WEIR_LABEL_MAX)
        return false;
    for (size_t i = ascii.length; i > 0 && at == 0; i--)
        at = ascii.data[i - 1] == '-' ? i : 0;
    for (size_t i = 0; i + 1 < at; i++)
        points[count++] = (unsigned char)ascii.data[i];
    uint64_t code = CODE_START;
    uint64_t place = 0;
    uint32_t bias = BIAS_START;
    while (at < ascii.length) {
        uint64_t before = place;
        if (count == WEIR_LABEL_MAX || !read_delta(ascii, &at, bias, &place))
            return false;
        count++;
        bias = adapt((uint32_t)(place - before), count, before == 0);
        code += place / count;
        place %= count;
        if (code > CODE_MAX || (code >= 0xD800 && code <= 0xDFFF))
            return false;
        memmove(points + place + 1, points + place, (count - 1 - place) * sizeof *points);
        points[place++] = (uint32_t)code;
    }
    add_code_points(out, points, count);
    return count > 0;
}

static void write_delta(struct weir_writer *out, uint32_t delta, uint32_t bias)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = threshold(k, bias);
        if (delta < t)
            break;
        uint32_t digit = t + (delta - t) % (BASE - t);
        weir_writer_add(out, (struct weir_text){digits + digit, 1});
        delta = (delta - t) / (BASE - t);
    }
    weir_writer_add(out, (struct weir_text){digits + delta, 1});
}

bool weir_punycode_encode(struct weir_text label, struct weir_writer *out)
{
    uint32_t points[WEIR_LABEL_MAX];
    uint32_t count = 0;
    uint32_t done = 0;
    for (size_t at = 0, width; at < label.length; at += width) {
        if (count == WEIR_LABEL_MAX)
            return false;
        points[count++] = weir_utf8_decode(label.data + at, &width);
        if (width > 1)
            continue;
        weir_writer_add(out, weir_text_slice(label, at, at + 1));
        done++;
    }
    if (done)
        weir_writer_add_string(out, "-");
    uint32_t basic = done;
    uint32_t bias = BIAS_START;
    uint32_t delta = 0; /* below 63 * 0x10FFFF: no overflow */
    for (uint32_t code = CODE_START; done < count; code++) {
        uint32_t next = CODE_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (points[i] >= code && points[i] < next)
                next = points[i];
        delta += (next - code) * (done + 1);
        code = next;
        for (uint32_t i = 0; i < count; i++) {
            delta += points[i] < code;
            if (points[i] != code)
                continue;
            write_delta(out, delta, bias);
            bias = adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
    }
    return true;
}
