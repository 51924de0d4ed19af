/* rules, private: labels of internationalized hosts in ASCII (RFC 3492), without the prefix xn--. */
#ifndef WEIR_RULES_PUNYCODE_H
#define WEIR_RULES_PUNYCODE_H

#include "writer.h"

#include <stdbool.h>

#define WEIR_LABEL_MAX 63u

/* Adds the label, in UTF-8, that the ASCII text stands for; false when it stands for none. */
bool weir_punycode_decode(struct weir_text ascii, struct weir_writer *out);
/* Adds the ASCII text for the label; false when it is too long. */
bool weir_punycode_encode(struct weir_text label, struct weir_writer *out);

#endif
