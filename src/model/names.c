/* The names that records and messages use for the model's enumerations. */
#include "weir/flag.h"

const char *weir_bad_reason_name(enum weir_bad_reason reason)
{
    static const char *const names[WEIR_BAD_REASON_COUNT] = {
        [WEIR_BAD_TOMBSTONE] = "tombstone", [WEIR_BAD_EMPTY] = "empty",
        [WEIR_BAD_TOO_LARGE] = "too_large", [WEIR_BAD_TOO_DEEP] = "too_deep",
        [WEIR_BAD_NOT_JSON] = "not_json",   [WEIR_BAD_NOT_OBJECT] = "not_object",
        [WEIR_BAD_NO_TEXT] = "no_text",     [WEIR_BAD_FLAG_TOO_LARGE] = "flag_too_large",
    };
    return names[reason];
}

const char *weir_view_name(enum weir_view view)
{
    static const char *const names[WEIR_VIEW_COUNT] = {
        [WEIR_VIEW_FOLDED] = "folded", [WEIR_VIEW_SKELETON] = "skeleton", [WEIR_VIEW_EXACT] = "exact"};
    return names[view];
}

const char *weir_channel_name(enum weir_channel channel)
{
    return channel == WEIR_CHANNEL_REVIEW ? "review" : "shadow";
}
