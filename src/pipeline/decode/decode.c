/* decode: the policy for payloads: which are bad and why, what is repaired, what an item takes from them.
 * Never looks into a text; never fails a batch for one bad payload. */
#include "weir/decode.h"

#include "caption_facts.h"
#include "collector.h"
#include "item_facts.h"
#include "json_walk.h"
#include "json_token.h"
#include "pointer_trie.h"
#include "weir/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define KINDS 2 /* post and caption */

struct source {
    enum weir_kind kind;
    struct weir_trie trie;
    char no_text[sizeof((struct weir_bad_payload *)NULL)->detail]; /* what to say when no pointer gave a value */
};

struct weir_decoder {
    struct weir_arena *arena; /* everything of the decoder that does not grow */
    struct weir_json_parser *parser;
    struct weir_collector collector;
    struct source *sources;
    size_t source_count;
    struct weir_limits limits;
};

/* Appends as much as fits; false when something did not. */
static bool append(char *out, size_t size, size_t *length, struct weir_text text)
{
    if (*length + text.length >= size)
        return false;
    memcpy(out + *length, text.data, text.length);
    *length += text.length;
    out[*length] = '\0';
    return true;
}

static bool append_pointer(char *out, size_t size, size_t *length, const struct weir_pointer *pointer)
{
    bool fits = true;
    for (size_t i = 0; i < pointer->token_count && fits; i++) {
        fits = append(out, size, length, WEIR_TEXT_LITERAL("/"));
        for (size_t j = 0; j < pointer->tokens[i].length && fits; j++) {
            struct weir_text c = weir_text_slice(pointer->tokens[i], j, j + 1);
            c = weir_text_is(c, "~") ? weir_text_of("~0") : weir_text_is(c, "/") ? weir_text_of("~1") : c;
            fits = append(out, size, length, c);
        }
    }
    return fits;
}

/* "no text or number at /title, /text". Pointers that do not fit whole are left out. */
static void describe_pointers(const struct weir_mapping *mapping, char *out, size_t size)
{
    size_t length = 0;
    append(out, size, &length, WEIR_TEXT_LITERAL("no text or number at "));
    size_t room = size - sizeof ", ...";
    bool first = true;
    for (size_t i = 0; i < mapping->pointer_count; i++) {
        if (mapping->pointers[i].role != WEIR_ROLE_VALUE)
            continue;
        size_t before = length;
        bool fits = first || append(out, room, &length, WEIR_TEXT_LITERAL(", "));
        if (!fits || !append_pointer(out, room, &length, &mapping->pointers[i])) {
            length = before;
            append(out, size, &length, first ? WEIR_TEXT_LITERAL("...") : WEIR_TEXT_LITERAL(", ..."));
            return;
        }
        first = false;
    }
    if (first)
        snprintf(out, size, "the configuration maps no field that rules read");
}

static enum weir_status fill_decoder(struct weir_decoder *decoder, const struct weir_mapping *mappings,
                                     size_t mapping_count)
{
    decoder->arena = weir_arena_new(0);
    if (!decoder->arena)
        return WEIR_NO_MEMORY;
    const size_t count = mapping_count + KINDS;
    decoder->sources = weir_arena_array(decoder->arena, count, sizeof *decoder->sources);
    size_t depth_max = decoder->limits.depth < WEIR_JSON_DEPTH_MAX ? decoder->limits.depth : WEIR_JSON_DEPTH_MAX;
    decoder->parser = weir_json_parser_new(depth_max);
    if (!decoder->sources || !decoder->parser)
        return WEIR_NO_MEMORY;
    size_t target_max = 0;
    for (size_t i = 0; i < count; i++) {
        const struct weir_mapping mapping =
            i < mapping_count ? mappings[i] : weir_mapping_plain((enum weir_kind)(i - mapping_count));
        struct source *source = &decoder->sources[decoder->source_count++];
        source->kind = mapping.kind;
        describe_pointers(&mapping, source->no_text, sizeof source->no_text);
        enum weir_status status = weir_trie_build(&mapping, decoder->arena, &source->trie);
        if (status != WEIR_OK)
            return status;
        if (source->trie.target_count > target_max)
            target_max = source->trie.target_count;
    }
    return weir_collector_init(&decoder->collector, target_max, decoder->arena);
}

enum weir_status weir_decoder_new(const struct weir_mapping *mappings, size_t mapping_count,
                                  const struct weir_limits *limits, struct weir_decoder **decoder)
{
    struct weir_decoder *made = calloc(1, sizeof *made);
    if (!made)
        return WEIR_NO_MEMORY;
    made->limits = *limits;
    enum weir_status status = fill_decoder(made, mappings, mapping_count);
    if (status != WEIR_OK) {
        weir_decoder_free(made);
        return status;
    }
    *decoder = made;
    return WEIR_OK;
}

void weir_decoder_free(struct weir_decoder *decoder)
{
    if (decoder) {
        weir_collector_fini(&decoder->collector);
        weir_json_parser_free(decoder->parser);
        weir_arena_free(decoder->arena);
        free(decoder);
    }
}

WEIR_PRINTF(3, 4)
static enum weir_status refuse(struct weir_bad_payload *bad, enum weir_bad_reason reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bad->detail, sizeof bad->detail, format, arguments);
    va_end(arguments);
    bad->reason = reason;
    return WEIR_INVALID;
}

static const char *name_type(struct weir_text document)
{
    switch (weir_json_trim(document).data[0]) {
    case '[':
        return "an array";
    case '"':
        return "a string";
    case 't':
    case 'f':
        return "a boolean";
    case 'n':
        return "null";
    default:
        return "a number";
    }
}

static enum weir_status refuse_outcome(const struct weir_decoder *decoder, struct weir_text document, size_t skipped,
                                       enum weir_json_outcome outcome, const struct weir_json_fault *fault,
                                       struct weir_bad_payload *bad)
{
    size_t depth_max = decoder->limits.depth;
    if (outcome == WEIR_JSON_TOO_DEEP || (outcome == WEIR_JSON_BROKEN && weir_json_nests_deeper(document, depth_max))) {
        return refuse(bad, WEIR_BAD_TOO_DEEP, "more than %zu arrays and objects in each other (limits.depth)",
                      depth_max);
    }
    if (outcome == WEIR_JSON_NO_OBJECT)
        return refuse(bad, WEIR_BAD_NOT_OBJECT, "the payload is %s, not an object", name_type(document));
    if (fault->at == SIZE_MAX)
        return refuse(bad, WEIR_BAD_NOT_JSON, "%s", fault->words);
    return refuse(bad, WEIR_BAD_NOT_JSON, "%s at byte %zu", fault->words, skipped + fault->at);
}

/* The document with ill-formed UTF-8 replaced, in the arena; data == NULL when there is no memory. */
static struct weir_padded_text repair(struct weir_padded_text document, struct weir_arena *arena)
{
    char *out = weir_arena_alloc(arena, WEIR_UTF8_REPAIRED_MAX(document.length) + WEIR_PADDING);
    if (!out)
        return (struct weir_padded_text){NULL, 0};
    size_t length = weir_utf8_repair(weir_text_from_padded(document), out);
    memset(out + length, 0, WEIR_PADDING);
    return (struct weir_padded_text){out, length};
}

static enum weir_status walk(struct weir_decoder *decoder, struct source *source, struct weir_padded_text document,
                             size_t skipped, struct weir_arena *arena, struct weir_bad_payload *bad)
{
    struct weir_json_fault fault = {NULL, SIZE_MAX};
    weir_collector_begin(&decoder->collector, &source->trie, arena);
    enum weir_json_outcome outcome =
        weir_json_walk(decoder->parser, document, &source->trie, &decoder->collector, &fault);
    if (outcome == WEIR_JSON_BAD_UTF8) {
        document = repair(document, arena);
        if (!document.data)
            return WEIR_NO_MEMORY;
        weir_collector_begin(&decoder->collector, &source->trie, arena);
        outcome = weir_json_walk(decoder->parser, document, &source->trie, &decoder->collector, &fault);
        fault.at = SIZE_MAX; /* it would count in what nobody sent */
    }
    if (outcome == WEIR_JSON_NO_MEMORY)
        return WEIR_NO_MEMORY;
    if (outcome != WEIR_JSON_OBJECT)
        return refuse_outcome(decoder, weir_text_from_padded(document), skipped, outcome, &fault, bad);
    return WEIR_OK;
}

/* A document to walk, without the byte order mark that RFC 8259 lets a parser ignore; or a refusal. */
static enum weir_status admit(const struct weir_decoder *decoder, const struct weir_message *message,
                              struct weir_padded_text *document, struct weir_bad_payload *bad)
{
    struct weir_padded_text payload = message->payload;
    if (!payload.data)
        return refuse(bad, WEIR_BAD_TOMBSTONE, "the message has no value");
    if (payload.length > decoder->limits.payload) {
        return refuse(bad, WEIR_BAD_TOO_LARGE, "%" PRIu64 " bytes, the most is %zu (limits.payload)",
                      message->whole_bytes ? message->whole_bytes : payload.length, decoder->limits.payload);
    }
    size_t mark = payload.length >= 3 && memcmp(payload.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct weir_padded_text rest = {payload.data + mark, payload.length - mark};
    if (weir_json_trim(weir_text_from_padded(rest)).length == 0) {
        return refuse(bad, WEIR_BAD_EMPTY,
                      rest.length == 0 ? "the value has no bytes" : "the value is only white space");
    }
    *document = rest;
    return WEIR_OK;
}

/* Every member is set by itself: clearing the whole struct first costs more than all of them. */
static void fill_item(const struct weir_decoder *decoder, const struct source *source,
                      const struct weir_message *message, const struct weir_value *values, struct weir_item *item)
{
    const struct weir_fact *facts = decoder->collector.facts;
    item->kind = source->kind;
    item->origin = weir_message_source(message);
    item->key = message->key;
    item->id = facts[WEIR_ROLE_ID].text;
    item->author = facts[WEIR_ROLE_AUTHOR].text;
    item->lang = facts[WEIR_ROLE_LANG].text;
    if (item->lang.data && !weir_fact_is_lang(item->lang))
        item->lang = (struct weir_text){NULL, 0};
    item->time = facts[WEIR_ROLE_TIME].text;
    if (item->time.data && !weir_fact_is_time(item->time))
        item->time = (struct weir_text){NULL, 0};
    item->values = values;
    item->value_count = decoder->collector.found_count;
    item->fragments = NULL;
    item->fragment_count = 0;
    if (item->kind == WEIR_CAPTION)
        item->caption = weir_caption_of_facts(facts, message->key);
}

/* A stream's key without a value ends it. */
static bool ends_stream(const struct source *source, const struct weir_message *message)
{
    return source->kind == WEIR_CAPTION && !message->payload.data && message->key.length > 0;
}

static void fill_end(const struct source *source, const struct weir_message *message, struct weir_item *item)
{
    *item = (struct weir_item){
        .kind = source->kind,
        .origin = weir_message_source(message),
        .key = message->key,
        .caption = weir_caption_of_tombstone(message->key),
    };
}

/* `end: true` says enough without a text. */
static bool is_bare_end(const struct weir_decoder *decoder, const struct source *source)
{
    return source->kind == WEIR_CAPTION && weir_text_is(decoder->collector.facts[WEIR_ROLE_END].text, "true");
}

enum weir_status weir_decode(struct weir_decoder *decoder, const struct weir_message *message, struct weir_arena *arena,
                             struct weir_item *item, struct weir_bad_payload *bad)
{
    assert(message->mapping < decoder->source_count);
    struct source *source = &decoder->sources[message->mapping];
    if (ends_stream(source, message)) {
        fill_end(source, message, item);
        return WEIR_OK;
    }
    struct weir_padded_text document = {NULL, 0};
    enum weir_status status = admit(decoder, message, &document, bad);
    if (status == WEIR_OK) {
        size_t skipped = message->payload.length - document.length;
        status = walk(decoder, source, document, skipped, arena, bad);
    }
    if (status == WEIR_OK && decoder->collector.found_count == 0 && !is_bare_end(decoder, source))
        status = refuse(bad, WEIR_BAD_NO_TEXT, "%s", source->no_text);
    const struct weir_value *values = NULL;
    if (status == WEIR_INVALID && bad->reason == WEIR_BAD_NO_TEXT)
        fill_item(decoder, source, message, values, item);
    if (status == WEIR_OK)
        status = weir_collector_values(&decoder->collector, arena, &values);
    if (status == WEIR_OK)
        fill_item(decoder, source, message, values, item);
    return status;
}
