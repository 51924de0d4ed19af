/* Check digits, on the examples of the standards and of those who publish such numbers. */
#include "../../../src/pipeline/decide/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef bool check(struct weir_text text);

/* The number passes; with any one digit changed, or its last two swapped where they differ, it does not. */
static void expect_number(check *passes, const char *number)
{
    char changed[64];
    size_t length = strlen(number);
    memcpy(changed, number, length + 1);
    if (!passes(weir_text_of(number)))
        fail_msg("%s does not pass", number);
    for (size_t i = 0; i < length; i++) {
        if (changed[i] < '0' || changed[i] > '9')
            continue;
        changed[i] = changed[i] == '9' ? '0' : (char)(changed[i] + 1);
        if (passes(weir_text_of(changed)))
            fail_msg("%s passes, made of %s", changed, number);
        changed[i] = number[i];
    }
}

static void expect_refused(check *passes, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (passes(weir_text_of(texts[i])))
            fail_msg("\"%s\" passes", texts[i]);
}

static void luhn__published_numbers__pass_unless_a_digit_changes(void **unused)
{
    (void)unused;
    static const char *const refused[] = {"", "0", " -", "79927398710", "7992739871a", "4111.1111.1111.1111", "x18"};
    expect_number(checksum_luhn, "79927398713");
    expect_number(checksum_luhn, "17893729974");
    expect_number(checksum_luhn, "4111 1111 1111 1111");
    expect_number(checksum_luhn, "3782-822463-10005");
    expect_number(checksum_luhn, "18");
    expect_refused(checksum_luhn, refused, sizeof refused / sizeof *refused);
}

static void iban__published_numbers__pass_unless_a_digit_changes(void **unused)
{
    (void)unused;
    static const char *const refused[] = {"",     "GB82", "G882WEST12345698765432", "82GBWEST12345698765432",
                                          "GB82WEST1234569876543_2", "GBW2WEST12345698765432",
                                          "GB82WEST123456987654320000000000000"};
    expect_number(checksum_iban, "GB82 WEST 1234 5698 7654 32");
    expect_number(checksum_iban, "gb82west12345698765432");
    expect_number(checksum_iban, "DE89 3704 0044 0532 0130 00");
    expect_number(checksum_iban, "FR14-2004-1010-0505-0001-3M02-606");
    expect_number(checksum_iban, "NO93 8601 1117 947");
    expect_number(checksum_iban, "MT84 MALT 0110 0001 2345 MTLC AST0 01S");
    expect_refused(checksum_iban, refused, sizeof refused / sizeof *refused);
}

static void mod11_2__published_numbers__pass_unless_a_digit_changes(void **unused)
{
    (void)unused;
    static const char *const refused[] = {"", "1", "X", "0X94", "079A", "079XX", "07940 a", "0000-0002-1825-009X"};
    expect_number(checksum_mod11_2, "07940");
    expect_number(checksum_mod11_2, "079X");
    expect_number(checksum_mod11_2, "079x");
    expect_number(checksum_mod11_2, "0000-0002-1825-0097");
    expect_number(checksum_mod11_2, "0000-0002-1694-233X");
    expect_number(checksum_mod11_2, "11010519491231002X");
    expect_number(checksum_mod11_2, "440524188001010014");
    expect_refused(checksum_mod11_2, refused, sizeof refused / sizeof *refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luhn__published_numbers__pass_unless_a_digit_changes),
        cmocka_unit_test(iban__published_numbers__pass_unless_a_digit_changes),
        cmocka_unit_test(mod11_2__published_numbers__pass_unless_a_digit_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
