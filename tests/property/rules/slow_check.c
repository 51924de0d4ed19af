/* Check digits by the words of their standards (RULES.md section 4), on the characters written out. */
#include "slow.h"

#include <ctype.h>

#define CHARACTERS_MAX 128u

/* The match without spaces and hyphens, letters as capitals; 0 for what is neither letter nor digit, or too long. */
static size_t write_out(struct weir_text match, char out[CHARACTERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < match.length; i++) {
        unsigned char c = (unsigned char)match.data[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 0x80 || !isalnum(c) || count == CHARACTERS_MAX)
            return 0;
        out[count++] = (char)toupper(c);
    }
    return count;
}

/* ISO/IEC 7812-1: from the right, each second digit doubled and its digits added; the sum ends in 0. */
static bool passes_luhn(const char *digits, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isdigit((unsigned char)digits[i]))
            return false;
        int digit = digits[i] - '0';
        int weighed = (count - 1 - i) % 2 ? 2 * digit : digit;
        sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return count >= 2 && sum % 10 == 0;
}

/* ISO 13616: the first four go to the end, letters become 10 to 35, the number is 1 modulo 97. */
static bool passes_iban(const char *characters, size_t count)
{
    if (count < 5 || count > 34)
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!(i < 2 ? isalpha((unsigned char)characters[i]) : isdigit((unsigned char)characters[i])))
            return false;
    int remainder = 0;
    for (size_t i = 0; i < count; i++) {
        char c = characters[(i + 4) % count];
        remainder =
            isdigit((unsigned char)c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A') + 10) % 97;
    }
    return remainder == 1;
}

/* ISO 7064 MOD 11-2: digits weighed by powers of 2 from the right, X (10) at the end only; the sum is 1 modulo 11. */
static bool passes_mod11_2(const char *characters, size_t count)
{
    int sum = 0;
    int weight = 1;
    for (size_t i = count; i > 0; i--) {
        char c = characters[i - 1];
        if (!isdigit((unsigned char)c) && !(c == 'X' && i == count))
            return false;
        sum = (sum + weight * (c == 'X' ? 10 : c - '0')) % 11;
        weight = weight * 2 % 11;
    }
    return count >= 2 && sum == 1;
}

bool slow_passes(enum weir_check check, struct weir_text match)
{
    char characters[CHARACTERS_MAX];
    size_t count = write_out(match, characters);
    switch (check) {
    case WEIR_CHECK_LUHN:
        return passes_luhn(characters, count);
    case WEIR_CHECK_IBAN:
        return passes_iban(characters, count);
    case WEIR_CHECK_MOD11_2:
        return passes_mod11_2(characters, count);
    case WEIR_CHECK_NONE:
    default:
        return true;
    }
}
