/* decode under hostile payloads: the first byte picks limits and mapping, the rest is the payload. jansson says what is
 * JSON. */
#include "weir/decode.h"
#include "weir/utf8.h"

#include <stdlib.h>

#include <jansson.h>

#define TOKEN(string)                                                                                                  \
    {                                                                                                                  \
        (string), sizeof(string) - 1                                                                                   \
    }

static const struct weir_text tokens[] = {
    TOKEN("id"),    TOKEN("author"), TOKEN("id"),    TOKEN("author"), TOKEN("name"), TOKEN("lang"), TOKEN("t"),
    TOKEN("title"), TOKEN("text"),   TOKEN("links"), TOKEN("0"),      TOKEN("url"),  TOKEN(""),     TOKEN("a/~b")};

static const struct weir_pointer post[] = {
    {WEIR_ROLE_ID, 0, &tokens[0], 1},    {WEIR_ROLE_AUTHOR, 0, &tokens[1], 2}, {WEIR_ROLE_VALUE, 1, &tokens[3], 2},
    {WEIR_ROLE_LANG, 0, &tokens[5], 1},  {WEIR_ROLE_TIME, 0, &tokens[6], 1},   {WEIR_ROLE_VALUE, 0, &tokens[7], 1},
    {WEIR_ROLE_VALUE, 0, &tokens[8], 1}, {WEIR_ROLE_VALUE, 2, &tokens[9], 3},  {WEIR_ROLE_VALUE, 2, &tokens[9], 2},
    {WEIR_ROLE_VALUE, 2, &tokens[9], 1}, {WEIR_ROLE_VALUE, 3, &tokens[12], 1}, {WEIR_ROLE_VALUE, 3, &tokens[13], 1},
    {WEIR_ROLE_VALUE, 3, &tokens[0], 1},
};

static const struct weir_mapping mappings[] = {
    {"posts", WEIR_POST, post, sizeof post / sizeof *post},
    {"texts", WEIR_POST, &post[6], 1},
};

#define FIELDS 4

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_fact(struct weir_text fact)
{
    require(fact.data ? fact.length > 0 && weir_utf8_valid(fact) : fact.length == 0);
}

static void check_item(const struct weir_item *item)
{
    require(item->value_count > 0);
    for (size_t i = 0; i < item->value_count; i++) {
        const struct weir_value *value = &item->values[i];
        require(value->field < FIELDS && value->text.length > 0 && weir_utf8_valid(value->text));
        /* The values of a field stand together. */
        for (size_t j = i; j-- > 0 && i < 64 && value->field != item->values[i - 1].field;) {
            require(item->values[j].field != value->field);
        }
    }
    check_fact(item->id);
    check_fact(item->author);
    check_fact(item->lang);
    check_fact(item->time);
}

static void check_bad(const struct weir_bad_payload *bad)
{
    const char *end = memchr(bad->detail, '\0', sizeof bad->detail);
    require((unsigned)bad->reason < WEIR_BAD_REASON_COUNT && end && end > bad->detail);
    require(weir_utf8_valid(weir_text_of(bad->detail)) && !memchr(bad->detail, '\n', sizeof bad->detail));
}

/* jansson has limits of its own (numbers, lone surrogates, NUL in keys), and takes a raw NUL behind a number for the
 * end; where that decides, it is not asked. */
static bool is_about_syntax(const json_error_t *error)
{
    enum json_error_code code = json_error_code(error);
    return (code == json_error_invalid_syntax || code == json_error_premature_end_of_input ||
            code == json_error_end_of_input_expected) &&
           !strstr(error->text, "Unicode");
}

static void compare_with_jansson(struct weir_text payload, enum weir_status status, enum weir_bad_reason reason)
{
    json_error_t error;
    json_t *root = json_loadb(payload.data, payload.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (root) {
        require(status == WEIR_OK || reason == WEIR_BAD_TOO_DEEP ||
                reason == (json_is_object(root) ? WEIR_BAD_NO_TEXT : WEIR_BAD_NOT_OBJECT));
        require(status != WEIR_OK || json_is_object(root));
    } else if (is_about_syntax(&error) && weir_utf8_valid(payload)) {
        require(status == WEIR_INVALID && (reason == WEIR_BAD_NOT_JSON || reason == WEIR_BAD_TOO_DEEP));
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    unsigned options = data[0];
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    limits.depth = options & 1 ? 3 : 1000;
    limits.payload = options & 2 ? 40 : limits.payload;
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_decoder *decoder = NULL;
    require(arena && weir_decoder_new(mappings, 2, &limits, &decoder) == WEIR_OK);
    struct weir_text bytes = {(const char *)data + 1, size - 1};
    struct weir_message message = {.payload = weir_arena_padded(arena, bytes), .mapping = options >> 2 & 1};
    /* Twice: the second call starts from what the first left behind. */
    for (int round = 0; round < 2; round++) {
        struct weir_item item;
        struct weir_bad_payload bad = {WEIR_BAD_REASON_COUNT, ""};
        enum weir_status status = weir_decode(decoder, &message, arena, &item, &bad);
        require(status == WEIR_OK || status == WEIR_INVALID);
        if (status == WEIR_OK) {
            check_item(&item);
        } else {
            check_bad(&bad);
        }
        bool has_mark = bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0;
        bool has_nul = bytes.length > 0 && memchr(bytes.data, '\0', bytes.length);
        if (!has_mark && !has_nul && bad.reason != WEIR_BAD_TOO_LARGE && bad.reason != WEIR_BAD_EMPTY) {
            compare_with_jansson(bytes, status, bad.reason);
        }
    }
    weir_decoder_free(decoder);
    weir_arena_free(arena);
    return 0;
}
