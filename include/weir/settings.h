/* settings: weir.yaml as one validated, immutable struct. DESIGN: docs/configuration.md lists every key.
 *
 * Loaded once before any thread starts; afterwards any thread reads it. */
#ifndef WEIR_SETTINGS_H
#define WEIR_SETTINGS_H

#include "weir/captions.h"
#include "weir/diagnostics.h"
#include "weir/item.h"
#include "weir/limits.h"
#include "weir/log.h"

/* What a mapped value is for. VALUE is scanned; the others say something about the item. */
enum weir_role {
    WEIR_ROLE_VALUE,
    WEIR_ROLE_ID,
    WEIR_ROLE_AUTHOR,
    WEIR_ROLE_LANG,
    WEIR_ROLE_TIME,
    WEIR_ROLE_STREAM, /* captions from here on */
    WEIR_ROLE_SEQUENCE,
    WEIR_ROLE_START_MS,
    WEIR_ROLE_END_MS,
    WEIR_ROLE_FINAL,
    WEIR_ROLE_END,
};

/* One JSON Pointer (RFC 6901) of one mapped field, its reference tokens unescaped. */
struct weir_pointer {
    enum weir_role role;
    uint32_t field; /* for WEIR_ROLE_VALUE: index into weir_settings.fields */
    const struct weir_text *tokens;
    size_t token_count; /* 0: the whole document, which is refused at load */
};

struct weir_mapping {
    const char *topic; /* NULL: none is needed (weir scan) */
    enum weir_kind kind;
    const struct weir_pointer *pointers;
    size_t pointer_count;
};

enum weir_delivery { WEIR_AT_LEAST_ONCE, WEIR_EXACTLY_ONCE };
enum weir_content { WEIR_CONTENT_FULL, WEIR_CONTENT_EXCERPT, WEIR_CONTENT_NONE };

/* A librdkafka property as given, secrets filled in. Its value is never printed. */
struct weir_property {
    const char *name;
    const char *value;
    struct weir_place place; /* for errors that only librdkafka can find */
    const char *origin;      /* "${env:NAME}": the value, or some of it, comes from there; NULL: it is in the file */
};

struct weir_settings {
    const struct weir_property *kafka;
    size_t kafka_count;
    const struct weir_mapping *mappings; /* `sources` */
    size_t mapping_count;
    struct weir_field_names fields;
    struct {
        const char *review;
        const char *shadow;
        const char *overflow;
        const char *dead_letters;
        const char *rollups;
        const char *audit;
    } topics;
    uint32_t audit_share; /* of the unflagged items, in millionths: these go to the audit topic; 0 but for the daemon */
    int64_t rollups_every_ms;
    enum weir_delivery delivery;
    const char *rules_path;
    struct weir_place rules_place; /* of rules.path; no line: the file has no such key */
    const char *rules_cache;       /* a folder for compiled rules; NULL: none */
    uint32_t
        budget_per_minute; /* flags of one rule to the review topic; the rest goes to the overflow topic; 0: no limit */
    struct weir_limits limits;
    struct {
        size_t window_bytes;
        enum weir_join join;
        bool rollup;
        int64_t idle_ms;
        size_t streams_max; /* of the process */
    } captions;
    struct weir_text author_key; /* empty: authors are left out */
    enum weir_content content;
    struct {
        const char *host; /* a name or an address, IPv6 without its brackets; NULL: no HTTP */
        uint16_t port;
        bool is_given;      /* by the file */
        bool shows_content; /* of the latest flags */
    } http;
    unsigned workers; /* never 0: one per core is resolved at load */
    bool log_json;
    enum weir_log_level log_level;
};

/* How weir wraps what is no JSON: {"text": ...} of a line, and of a subtitle's cue its start_ms and end_ms too. A
 * decoder knows these mappings besides those of the settings, under this number. */
struct weir_mapping weir_mapping_plain(enum weir_kind kind);

static inline uint32_t weir_mapping_plain_number(const struct weir_settings *settings, enum weir_kind kind)
{
    return (uint32_t)settings->mapping_count + (uint32_t)kind;
}

enum weir_settings_use {
    WEIR_SETTINGS_FOR_DAEMON, /* everything that `weir run` needs must be there */
    WEIR_SETTINGS_FOR_SCAN,   /* mappings, limits and privacy matter; Kafka keys may be absent */
};

struct weir_settings_file; /* owns a weir_settings */

/* Reads and checks the file. On WEIR_INVALID or WEIR_UNAVAILABLE the diagnostics say why, all mistakes at once. Paths
 * in the file are relative to the file. The result is the caller's. On WEIR_INVALID too *file may be set, if it was
 * NULL: to what is right in the file, with defaults elsewhere, good enough to look at the rules and at nothing else. */
enum weir_status weir_settings_load(const char *path, enum weir_settings_use use, struct weir_diagnostics *diagnostics,
                                    struct weir_settings_file **file) WEIR_MUST_CHECK;
/* The same from memory, without that exception; `name` stands for the file in messages, its folder for relative paths.
 */
enum weir_status weir_settings_parse(const char *name, struct weir_text source, enum weir_settings_use use,
                                     struct weir_diagnostics *diagnostics,
                                     struct weir_settings_file **file) WEIR_MUST_CHECK;
/* The settings of `weir scan` without a file: the documentation's example for posts, without topics. */
enum weir_status weir_settings_default(struct weir_settings_file **file) WEIR_MUST_CHECK;
void weir_settings_free(struct weir_settings_file *file); /* NULL is fine; wipes the secrets */

/* Lives as long as the file. */
const struct weir_settings *weir_settings_get(const struct weir_settings_file *file);

#endif
