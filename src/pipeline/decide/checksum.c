/* Check digits, in one pass and without a copy. Knows nothing of patterns or matches. */
#include "checksum.h"

#define IBAN_HEAD 4u
#define IBAN_LENGTH_MAX 34u

bool checksum_skips(char c)
{
    return c == ' ' || c == '-';
}

/* 0 to 9, 10 to 35 for letters of either case, -1 for all else. */
static int value_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : -1;
}

bool checksum_luhn(struct weir_text text)
{
    unsigned sum = 0;
    size_t digits = 0;
    for (size_t i = text.length; i > 0; i--) {
        char c = text.data[i - 1];
        if (checksum_skips(c))
            continue;
        int value = value_of(c);
        if (value < 0 || value > 9)
            return false;
        unsigned doubled = (unsigned)value * (digits % 2 ? 2u : 1u);
        sum = (sum + doubled / 10 + doubled % 10) % 10;
        digits++;
    }
    return digits > 1 && sum == 0;
}

static unsigned append_mod_97(unsigned remainder, int value)
{
    return (remainder * (value > 9 ? 100 : 10) + (unsigned)value) % 97;
}

bool checksum_iban(struct weir_text text)
{
    int head[IBAN_HEAD]; /* counts last */
    size_t length = 0;
    unsigned remainder = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (checksum_skips(text.data[i]))
            continue;
        int value = value_of(text.data[i]);
        if (value < 0 || length == IBAN_LENGTH_MAX)
            return false;
        if (length < IBAN_HEAD) {
            bool is_letter = value > 9;
            if (is_letter != (length < 2))
                return false;
            head[length] = value;
        } else {
            remainder = append_mod_97(remainder, value);
        }
        length++;
    }
    if (length <= IBAN_HEAD)
        return false;
    for (size_t i = 0; i < IBAN_HEAD; i++)
        remainder = append_mod_97(remainder, head[i]);
    return remainder == 1;
}

bool checksum_mod11_2(struct weir_text text)
{
    unsigned sum = 0;
    size_t length = 0;
    bool is_over = false; /* X stands for 10, at the end only */
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (checksum_skips(c))
            continue;
        bool is_x = c == 'X' || c == 'x';
        int value = is_x ? 10 : value_of(c);
        if (is_over || value < 0 || value > 10 || (value == 10 && !is_x))
            return false;
        sum = (sum * 2 + (unsigned)value) % 11;
        is_over = is_x;
        length++;
    }
    return length > 1 && sum == 1;
}
