/* UTF-8: encoding, counting, and the repair that makes all later text valid. */
#include "weir/utf8.h"

size_t weir_utf8_encode(uint32_t code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

size_t weir_utf8_count(struct weir_text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += !weir_utf8_is_continuation(text.data[i]);
    return count;
}

/* What may follow a lead byte: the number of continuation bytes, and the range of the first of them (Unicode 15, table
 * 3-7). */
struct lead {
    unsigned char continuations; /* 0: no lead byte of a longer sequence */
    unsigned char first_low;
    unsigned char first_high;
};

static struct lead classify_lead(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF)
        return (struct lead){1, 0x80, 0xBF};
    if (byte == 0xE0)
        return (struct lead){2, 0xA0, 0xBF};
    if (byte == 0xED)
        return (struct lead){2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF)
        return (struct lead){2, 0x80, 0xBF};
    if (byte == 0xF0)
        return (struct lead){3, 0x90, 0xBF};
    if (byte == 0xF4)
        return (struct lead){3, 0x80, 0x8F};
    if (byte >= 0xF1 && byte <= 0xF3)
        return (struct lead){3, 0x80, 0xBF};
    return (struct lead){0, 0, 0};
}

/* Length of the sequence at data, or of its maximal subpart when it is ill-formed. */
static size_t measure_sequence(const unsigned char *data, size_t length, bool *valid)
{
    *valid = data[0] < 0x80;
    struct lead lead = classify_lead(data[0]);
    if (lead.continuations == 0)
        return 1;
    size_t taken = 1;
    for (; taken <= lead.continuations && taken < length; taken++) {
        unsigned char low = taken == 1 ? lead.first_low : 0x80;
        unsigned char high = taken == 1 ? lead.first_high : 0xBF;
        if (data[taken] < low || data[taken] > high)
            break;
    }
    *valid = taken == (size_t)lead.continuations + 1;
    return taken;
}

bool weir_utf8_valid(struct weir_text text)
{
    bool valid = true;
    for (size_t i = 0; valid && i < text.length;)
        i += measure_sequence((const unsigned char *)text.data + i, text.length - i, &valid);
    return valid;
}

size_t weir_utf8_repair(struct weir_text bytes, char *out)
{
    size_t written = 0;
    for (size_t i = 0; i < bytes.length;) {
        bool valid;
        size_t width = measure_sequence((const unsigned char *)bytes.data + i, bytes.length - i, &valid);
        if (valid) {
            memcpy(out + written, bytes.data + i, width);
            written += width;
        } else {
            written += weir_utf8_encode(WEIR_REPLACEMENT_CHARACTER, out + written);
        }
        i += width;
    }
    return written;
}
