/* Check digits of numbers that people copy. Spaces and hyphens are left out of each test; any other character that does
 * not belong makes it fail. Private to decide. */
#ifndef WEIR_DECIDE_CHECKSUM_H
#define WEIR_DECIDE_CHECKSUM_H

#include "weir/text.h"

bool checksum_skips(char c);

/* ISO/IEC 7812-1, annex B: two digits at least. */
bool checksum_luhn(struct weir_text text);
/* ISO 13616: two letters of either case, two digits, 1 to 30 letters or digits; ISO 7064 MOD 97-10. */
bool checksum_iban(struct weir_text text);
/* ISO 7064 MOD 11-2: a digit at least, then a digit or X of either case. */
bool checksum_mod11_2(struct weir_text text);

#endif
