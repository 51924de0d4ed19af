/* Characters that act on what shows them. */
#include "visible.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

bool visible_is_order(uint32_t code_point)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } orders[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, /* Arabic letter mark */
        {0x200E, 0x200F}, {0x2028, 0x202E},                   /* line separators, directions */
        {0x2066, 0x2069}, {0xFFF9, 0xFFFB},                   /* isolates, annotations */
    };
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (code_point >= orders[i].first && code_point <= orders[i].last)
            return true;
    return false;
}

int visible_name(uint32_t code_point, char out[VISIBLE_NAME_SIZE])
{
    return snprintf(out, VISIBLE_NAME_SIZE, "<U+%04" PRIX32 ">", code_point);
}
