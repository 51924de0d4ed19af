/* Building JSON with jansson. Keeps nothing. */
#include "json_document.h"

#include "weir/utf8.h"

#include <stdlib.h>

json_t *document_note(struct json_document *document, json_t *value)
{
    document->failed = document->failed || !value;
    return value;
}

void document_put(struct json_document *document, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        document->failed = true;
}

void document_append(struct json_document *document, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        document->failed = true;
}

void document_put_number(struct json_document *document, json_t *object, const char *key, uint64_t number)
{
    document_put(document, object, key, json_integer((json_int_t)number));
}

json_t *document_text(struct weir_text text)
{
    if (weir_utf8_valid(text))
        return json_stringn_nocheck(text.data, text.length);
    char *repaired = malloc(WEIR_UTF8_REPAIRED_MAX(text.length));
    json_t *made = repaired ? json_stringn_nocheck(repaired, weir_utf8_repair(text, repaired)) : NULL;
    free(repaired);
    return made;
}

json_t *document_string(const char *string)
{
    return document_text(weir_text_of(string));
}
