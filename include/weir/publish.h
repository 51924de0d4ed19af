/* publish: flags and dead letters -> records -> a sink, and word of their delivery.
 *
 * Encoding is one thing (record.c: JSON as in config/schema), delivery another (a sink: Kafka, a file, a test). */
#ifndef WEIR_PUBLISH_H
#define WEIR_PUBLISH_H

#include "weir/arena.h"
#include "weir/counters.h"
#include "weir/ruleset.h"
#include "weir/settings.h"
#include "weir/tally.h"

enum weir_output {
    WEIR_OUTPUT_REVIEW,
    WEIR_OUTPUT_SHADOW,
    WEIR_OUTPUT_OVERFLOW,
    WEIR_OUTPUT_DEAD_LETTERS,
    WEIR_OUTPUT_ROLLUPS,
    WEIR_OUTPUT_AUDIT,
    WEIR_OUTPUT_COUNT
};

/* A record on its way to an output. */
struct weir_record {
    enum weir_output output;
    struct weir_text key;   /* data == NULL: none */
    struct weir_text value; /* JSON, one line */
    const char *flag_id;    /* of this and the next two: NULL for what is no flag */
    const char *severity;   /* the highest of its rules */
    const char *category;   /* that rule's */
    uint64_t ticket;        /* handed back when the record is delivered; 0: nobody waits for it */
};

/* ---- Encoding ---- */

/* weir's namespace for the ids of flags and of audit records: UUIDv5 of topic/partition/offset/sha256/channel in it, or
 * .../audit. Documented in docs/records.md. */
extern const uint8_t WEIR_FLAG_NAMESPACE[16];

struct weir_encoder {
    const struct weir_ruleset *ruleset;
    struct weir_text author_key; /* empty: authors are left out */
    enum weir_content content;
    size_t record_max; /* bytes: a longer flag is cut to an excerpt and says truncated, a longer dead letter leaves its
                          payload out */
};

/* What there is to say of an item in one channel. */
struct weir_finding {
    const struct weir_item *item;
    const struct weir_verdict *verdict;
    enum weir_channel channel;
    const char *flag_id;
    const char *repeat_of; /* of a post: the first flag like it, or NULL: there is none */
    uint32_t repeats;      /* how many there were before it, that one included; of a stream: hits since the last flag */
    int64_t now_ms;
};

/* The id of the item's flag under the encoder's rules; of a caption also by its stream and the one rule of the flag
 * (NULL for posts). WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_flag_id(const struct weir_encoder *encoder, const struct weir_item *item,
                              enum weir_channel channel, const struct weir_rule *rule, struct weir_arena *arena,
                              char id[WEIR_UUID_SIZE]) WEIR_MUST_CHECK;

/* Fill *record (but for its ticket), in the arena. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_record_flag(const struct weir_encoder *encoder, const struct weir_finding *finding,
                                  struct weir_arena *arena, struct weir_record *record) WEIR_MUST_CHECK;
/* What became of a provisional flag: weir.flag-update/1, to the output that it went to. */
struct weir_flag_update {
    const char *flag_id;
    const struct weir_item *item;   /* the window by which it was settled */
    const struct weir_match *match; /* its rule and, where has_grown, the evidence as it is now */
    enum weir_output output;
    bool is_withdrawn;
    bool has_grown;
};
enum weir_status weir_record_flag_update(const struct weir_encoder *encoder, const struct weir_flag_update *update,
                                         struct weir_arena *arena, struct weir_record *record) WEIR_MUST_CHECK;
enum weir_status weir_record_dead_letter(const struct weir_encoder *encoder, const struct weir_message *message,
                                         const struct weir_bad_payload *bad, struct weir_arena *arena,
                                         struct weir_record *record) WEIR_MUST_CHECK;

/* An unflagged item that was drawn: weir.audit/1. Of a caption: the fragment alone. */
struct weir_drawn {
    const struct weir_item *item;
    uint32_t share; /* of the unflagged items, in millionths: these are drawn */
    int64_t now_ms;
};
enum weir_status weir_record_audit(const struct weir_encoder *encoder, const struct weir_drawn *drawn,
                                   struct weir_arena *arena, struct weir_record *record) WEIR_MUST_CHECK;

/* A rule that went over its budget in a minute. */
struct weir_overflow_rule {
    const char *id;
    uint64_t flags;    /* of the rule in that minute */
    uint64_t overflow; /* of these to the overflow topic; the others had a rule that was not over */
};

/* All of them, those with most in overflow first. */
struct weir_overflow {
    int64_t minute_ms; /* its start */
    uint32_t budget_per_minute;
    const struct weir_overflow_rule *rules;
    size_t rule_count;
};

/* For the rollups topic: which rules went over in a minute, and what a load of rules brought (change: since the load
 * before). A list is cut to 1,000 entries, and below that until the record fits into record_max bytes; the record then
 * says truncated, and the full counts always. Fill *record, in the arena, without a ticket. WEIR_NO_MEMORY is the only
 * failure. */
enum weir_status weir_record_overflow(const struct weir_ruleset *now, const struct weir_overflow *overflow,
                                      size_t record_max, struct weir_arena *arena,
                                      struct weir_record *record) WEIR_MUST_CHECK;
enum weir_status weir_record_ruleset(const struct weir_ruleset *now, const struct weir_ruleset_change *change,
                                     int64_t now_ms, size_t record_max, struct weir_arena *arena,
                                     struct weir_record *record) WEIR_MUST_CHECK;

/* What a process did in some seconds: one record, or several parts of which the first has the counts. */
struct weir_rollup {
    const char *instance; /* the process; the record's key */
    int64_t from_ms;      /* wall clock */
    int64_t to_ms;
    size_t part; /* from 1 */
    size_t parts;
    uint64_t counts[WEIR_COUNTER_COUNT]; /* of these seconds; levels as they are at the end */
    const struct weir_tally_row *rows;   /* of these seconds */
    size_t row_count;
};
/* Fills *record, in the arena, without a ticket. WEIR_NO_MEMORY is the only failure. */
enum weir_status weir_record_rollup(const struct weir_ruleset *now, const struct weir_rollup *rollup,
                                    struct weir_arena *arena, struct weir_record *record) WEIR_MUST_CHECK;

/* Version of the linked jansson; a constant. */
const char *weir_jansson_version(void);

/* ---- Delivery ---- */

/* Called on the sink's thread, from inside its operations, once for each record with a ticket. */
struct weir_sink_events {
    void (*delivered)(void *context, uint64_t ticket);
    void *context;
};

struct weir_sink;
struct weir_kafka_cluster;
struct weir_kafka_position;

/* What became of a commit. */
enum weir_commit {
    WEIR_COMMITTED,
    WEIR_COMMITTING, /* it is not known within the deadline: commit again, without a position, and put nothing till then
                      */
    WEIR_ABORTED,    /* nothing was: what the records were made of is to be read again */
    WEIR_COMMIT_BROKEN, /* the sink is: *error says why */
};

struct weir_sink_operations {
    /* Takes a copy of the record. WEIR_RETRY: full, call poll and then put again. Never drops. */
    enum weir_status (*put)(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error);
    /* Lets deliveries be reported; waits up to timeout_ms for one. WEIR_FATAL with *error: the sink is broken. */
    enum weir_status (*poll)(struct weir_sink *sink, int timeout_ms, struct weir_error *error);
    /* Waits up to deadline_ms until everything is delivered; WEIR_RETRY when something is not. */
    enum weir_status (*flush)(struct weir_sink *sink, int deadline_ms, struct weir_error *error);
    void (*close)(struct weir_sink *sink); /* frees it; what is not delivered is given up, and of records with a ticket
                                              the log says so */

    /* Of a sink with transactions; NULL for others. Its records need no tickets: they are delivered by a commit. */

    /* Milliseconds until it wants to commit; 0: now. is_busy: more is waiting to be read. */
    int (*due)(struct weir_sink *sink, bool is_busy);
    /* Commits what was put since the last commit, and the position (taken over; NULL: none): all of it or nothing. */
    enum weir_commit (*commit)(struct weir_sink *sink, struct weir_kafka_position *position, int deadline_ms,
                               struct weir_error *error);
    /* What was put since the last commit must not be committed: the next commit aborts. */
    void (*spoil)(struct weir_sink *sink);
};

struct weir_sink {
    const struct weir_sink_operations *operations; /* implementations embed this struct first */
};

/* An idempotent producer. A record whose delivery fails is handed to the producer again until it succeeds (the sink
 * says so once, as an event). Borrows settings, cluster, counters and events for its life. */
enum weir_status weir_kafka_sink_open(const struct weir_settings *settings, struct weir_kafka_cluster *cluster,
                                      unsigned number, struct weir_counters *counters,
                                      const struct weir_sink_events *events, struct weir_sink **sink,
                                      struct weir_error *error) WEIR_MUST_CHECK;
/* A transactional producer, for delivery: exactly_once. Counts records as delivered when they are committed. Borrows
 * settings, cluster and counters for its life. */
enum weir_status weir_kafka_transactional_sink_open(const struct weir_settings *settings,
                                                    struct weir_kafka_cluster *cluster, unsigned number,
                                                    struct weir_counters *counters, struct weir_sink **sink,
                                                    struct weir_error *error) WEIR_MUST_CHECK;
/* What message.max.bytes of the settings, or librdkafka's default, leaves for a record. */
size_t weir_kafka_sink_record_max(const struct weir_settings *settings);

/* One JSON line per record: flags to `flags`, dead letters to `dead_letters` (-1: they are only counted). Delivered at
 * once. Buffers; borrows the descriptors. */
enum weir_status weir_file_sink_open(int flags, int dead_letters, const struct weir_sink_events *events,
                                     struct weir_sink **sink) WEIR_MUST_CHECK;

#endif
