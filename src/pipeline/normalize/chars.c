/* Makes and frees the table of code points; what it says of them comes from ICU. */
#include "fold_icu.h"
#include "weir/normalize.h"

#include <stdlib.h>

struct weir_chars *weir_chars_new(void)
{
    struct weir_chars *chars = calloc(1, sizeof *chars);
    if (chars && weir_icu_fill_chars(chars))
        return chars;
    free(chars);
    return NULL;
}

void weir_chars_free(struct weir_chars *chars)
{
    free(chars);
}
