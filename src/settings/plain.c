/* The mapping of what weir wraps itself: a line of text, a subtitle's cue. Data only. */
#include "weir/settings.h"

static const struct weir_text TEXT = {"text", 4};
static const struct weir_text START = {"start_ms", 8};
static const struct weir_text END = {"end_ms", 6};

static const struct weir_pointer POINTERS[] = {
    {.role = WEIR_ROLE_VALUE, .field = 0, .tokens = &TEXT, .token_count = 1},
    {.role = WEIR_ROLE_START_MS, .tokens = &START, .token_count = 1},
    {.role = WEIR_ROLE_END_MS, .tokens = &END, .token_count = 1},
};

struct weir_mapping weir_mapping_plain(enum weir_kind kind)
{
    return (struct weir_mapping){
        .kind = kind,
        .pointers = POINTERS,
        .pointer_count = kind == WEIR_CAPTION ? sizeof POINTERS / sizeof *POINTERS : 1,
    };
}
