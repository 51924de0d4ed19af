/* model: a message as it came, and the item that decode makes of it. Plain structs; whoever fills one says who owns the
 * texts. */
#ifndef WEIR_ITEM_H
#define WEIR_ITEM_H

#include "weir/text.h"

#include <stdint.h>

enum weir_kind { WEIR_POST, WEIR_CAPTION };

/* Sets of kinds are bits: 1 << WEIR_POST. */
static inline const char *weir_kind_name(enum weir_kind kind)
{
    return kind == WEIR_POST ? "post" : "caption";
}

/* The scannable fields that the configuration maps and the rules name, as one list: a field is its index here, a set of
 * fields 64 bits. `text` is always the first. The names live as long as whoever owns the list. */
#define WEIR_FIELDS_MAX 64

struct weir_field_names {
    const char *at[WEIR_FIELDS_MAX];
    size_t count;
    bool is_whole; /* a configuration names them: items have no others */
};

/* Where a message stands. From Kafka: topic, partition, offset. From a file: its name (or "-"), 0, the line from 1. */
struct weir_origin {
    struct weir_text topic;
    int32_t partition;
    int64_t offset;
    int64_t timestamp_ms; /* -1: none */
    bool is_file;
};

/* A message as a source hands it out. The texts live until the batch is reset. */
struct weir_message {
    struct weir_origin origin;
    struct weir_padded_text payload;    /* data == NULL: a tombstone (no value at all) */
    uint64_t whole_bytes;               /* of the payload, when only its beginning is here; 0: it is all here */
    struct weir_text key;               /* data == NULL: none */
    uint32_t mapping;                   /* which source of the configuration it came through */
    uint32_t slot;                      /* the source's partition, as the commit stage numbers it */
    uint32_t epoch;                     /* of the assignment under which it was read */
    const struct weir_origin *original; /* where it first came from, when this is a copy of it; NULL: it is none */
    bool is_skipped;                    /* nothing is made of it: it only counts as finished */
};

/* Where the item of the message is said to come from. */
static inline struct weir_origin weir_message_source(const struct weir_message *message)
{
    return message->original ? *message->original : message->origin;
}

/* One value of a field: valid UTF-8, the original text of RULES.md section 1. */
struct weir_value {
    uint32_t field; /* index into weir_field_names */
    struct weir_text text;
};

#define WEIR_TIME_NONE INT64_MIN

/* Where a caption fragment stands in the text of its stream, and when it was spoken. */
struct weir_fragment {
    uint32_t value;      /* of the item */
    uint32_t start_byte; /* in that value */
    uint32_t end_byte;
    uint32_t skipped; /* code points of its own text that stand before start_byte, but not in the value */
    int64_t start_ms; /* media time; of this and the next: WEIR_TIME_NONE when it is not known */
    int64_t end_ms;
    int64_t sequence;
    bool is_partial; /* what was heard of it may still change */
};

/* What a caption fragment says of itself. */
struct weir_caption {
    struct weir_text stream; /* data == NULL: nothing */
    int64_t sequence;        /* where has_sequence */
    int64_t start_ms;        /* media time; WEIR_TIME_NONE */
    int64_t end_ms;
    bool has_sequence;
    bool is_partial; /* final: false */
    bool is_last;    /* end: true */
};

struct weir_item {
    enum weir_kind kind;
    struct weir_origin origin;
    struct weir_text key;    /* data == NULL: none */
    struct weir_text id;     /* of this and the next three: data == NULL means absent */
    struct weir_text author; /* as it came: never leaves the process; records hold a keyed hash of it */
    struct weir_text lang;
    struct weir_text time;
    const struct weir_value
        *values; /* by field in order of first mapping, then in the order of the payload; none is empty */
    size_t value_count;
    const struct weir_fragment *fragments; /* in order; NULL: of what is no stream */
    size_t fragment_count;
    struct weir_caption caption; /* where kind is WEIR_CAPTION */
};

/* Why a payload could not become an item, or an item no flag: the closed list of weir.dead-letter/1. */
enum weir_bad_reason {
    WEIR_BAD_TOMBSTONE, /* no value */
    WEIR_BAD_EMPTY,     /* a value of no bytes */
    WEIR_BAD_TOO_LARGE, /* limits.payload */
    WEIR_BAD_TOO_DEEP,  /* limits.depth */
    WEIR_BAD_NOT_JSON,
    WEIR_BAD_NOT_OBJECT,
    WEIR_BAD_NO_TEXT,        /* no value in any mapped field that rules read */
    WEIR_BAD_FLAG_TOO_LARGE, /* it was one, but its topic does not take the flag, however short */
    WEIR_BAD_REASON_COUNT,
};

struct weir_bad_payload {
    enum weir_bad_reason reason;
    char detail[192]; /* one line for a person, without any of the payload's content */
};

/* "tombstone", "empty", "too_large", "too_deep", "not_json", "not_object", "no_text",
 * "flag_too_large". */
const char *weir_bad_reason_name(enum weir_bad_reason reason);

#endif
