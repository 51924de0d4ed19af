/* The table of all keys of weir.yaml: names, types, ranges, what holds without them. Data only. */
#include "reader.h"

#define NUMBER(NAME, SETTING, LEAST, MOST, STANDARD, RANGE)                                                            \
    {.name = NAME, .type = WEIR_TYPE_INTEGER, .setting = SETTING, .least = LEAST, .most = MOST, .standard = STANDARD, \
     .range = RANGE}
#define DURATION(NAME, SETTING, LEAST, MOST, STANDARD, RANGE)                                                          \
    {.name = NAME, .type = WEIR_TYPE_DURATION, .setting = SETTING, .least = LEAST, .most = MOST,                      \
     .standard = STANDARD, .range = RANGE}
#define WORD(NAME, SETTING, WORDS, STANDARD, RANGE)                                                                    \
    {.name = NAME, .type = WEIR_TYPE_WORD, .setting = SETTING, .words = WORDS, .standard = STANDARD, .range = RANGE}
#define TOPIC(NAME, SETTING, STANDARD)                                                                                 \
    {.name = NAME, .type = WEIR_TYPE_TOPIC, .setting = SETTING, .standard_text = STANDARD}
#define SECTION(NAME, KEYS) {.name = NAME, .type = WEIR_TYPE_SECTION, .keys = KEYS}
#define OWN(NAME, READ) {.name = NAME, .type = WEIR_TYPE_OWN, .read = READ}
#define END {.name = NULL}

#define SECOND 1000
#define DAY (24 * 60 * 60 * (int64_t)SECOND)

static const char *const booleans[] = {"false", "true", NULL};
static const char *const deliveries[] = {"at_least_once", "exactly_once", NULL};
static const char *const contents[] = {"full", "excerpt", "none", NULL};
static const char *const joins[] = {"auto", "space", "none", NULL};
static const char *const rollups[] = {"auto", "off", NULL};
static const char *const formats[] = {"text", "json", NULL};
static const char *const levels[] = {"debug", "info", "warning", "error", NULL};

static const struct weir_setting_key review_keys[] = {TOPIC("topic", WEIR_SETTING_REVIEW, "weir.review"), END};
static const struct weir_setting_key shadow_keys[] = {TOPIC("topic", WEIR_SETTING_SHADOW, "weir.shadow"), END};
static const struct weir_setting_key overflow_keys[] = {TOPIC("topic", WEIR_SETTING_OVERFLOW, "weir.overflow"), END};
static const struct weir_setting_key dead_letter_keys[] = {
    TOPIC("topic", WEIR_SETTING_DEAD_LETTERS, "weir.dead-letters"), END};
static const struct weir_setting_key audit_keys[] = {TOPIC("topic", WEIR_SETTING_AUDIT, "weir.audit"), END};
static const struct weir_setting_key rollup_keys[] = {
    TOPIC("topic", WEIR_SETTING_ROLLUPS, "weir.rollups"),
    {.name = "every", .type = WEIR_TYPE_DURATION, .setting = WEIR_SETTING_ROLLUPS_EVERY, .least = SECOND, .most = DAY,
     .standard = 10 * SECOND, .range = "from 1s to 1d"},
    END,
};

static const struct weir_setting_key output_keys[] = {
    SECTION("review", review_keys),
    SECTION("shadow", shadow_keys),
    SECTION("overflow", overflow_keys),
    SECTION("dead_letters", dead_letter_keys),
    SECTION("rollups", rollup_keys),
    SECTION("audit", audit_keys),
    END,
};

static const struct weir_setting_key rules_keys[] = {
    {.name = "path", .type = WEIR_TYPE_PATH, .setting = WEIR_SETTING_RULES_PATH, .standard_text = "rules"},
    NUMBER("budget_per_minute", WEIR_SETTING_RULES_BUDGET, 0, 1000000, 0, "from 0 to 1000000"),
    {.name = "cache", .type = WEIR_TYPE_PATH, .setting = WEIR_SETTING_RULES_CACHE},
    END,
};

static const struct weir_setting_key caption_keys[] = {
    NUMBER("window", WEIR_SETTING_WINDOW, 64, 1048576, 1024, "from 64 to 1048576"),
    WORD("join", WEIR_SETTING_JOIN, joins, 0, "auto, space or none"),
    WORD("rollup", WEIR_SETTING_ROLLUP, rollups, 0, "auto or off"),
    DURATION("idle", WEIR_SETTING_IDLE, SECOND, 30 * DAY, 600 * SECOND, "from 1s to 30d"),
    NUMBER("streams_max", WEIR_SETTING_STREAMS_MAX, 1, 100000000, 1000000, "from 1 to 100000000"),
    END,
};

static const struct weir_setting_key limit_keys[] = {
    /* Folding makes at most eleven bytes of one (U+FDFA), and offsets have 32 bits. */
    NUMBER("payload", WEIR_SETTING_PAYLOAD, 1, 268435456, 8388608, "from 1 to 268435456"),
    NUMBER("depth", WEIR_SETTING_DEPTH, 1, 1000, 64, "from 1 to 1000"),
    NUMBER("hits", WEIR_SETTING_HITS, 1, 10000000, 10000, "from 1 to 10000000"),
    NUMBER("evidence", WEIR_SETTING_EVIDENCE, 1, 1000, 32, "from 1 to 1000"),
    END,
};

static const struct weir_setting_key privacy_keys[] = {
    OWN("author_key", weir_secret_read_author_key),
    WORD("content", WEIR_SETTING_CONTENT, contents, WEIR_CONTENT_FULL, "full, excerpt or none"),
    END,
};

static const struct weir_setting_key http_keys[] = {
    {.name = "listen", .type = WEIR_TYPE_ADDRESS, .setting = WEIR_SETTING_LISTEN, .standard_text = "127.0.0.1:8377"},
    WORD("show_content", WEIR_SETTING_SHOW_CONTENT, booleans, 0, "false or true"),
    END,
};

static const struct weir_setting_key log_keys[] = {
    WORD("format", WEIR_SETTING_LOG_FORMAT, formats, 0, "text or json"),
    WORD("level", WEIR_SETTING_LOG_LEVEL, levels, WEIR_LOG_INFO, "debug, info, warning or error"),
    END,
};

static const struct weir_setting_key top_keys[] = {
    OWN("kafka", weir_properties_read),
    OWN("sources", weir_sources_read),
    SECTION("outputs", output_keys),
    WORD("delivery", WEIR_SETTING_DELIVERY, deliveries, WEIR_AT_LEAST_ONCE, "at_least_once"),
    SECTION("rules", rules_keys),
    SECTION("captions", caption_keys),
    SECTION("limits", limit_keys),
    SECTION("privacy", privacy_keys),
    NUMBER("workers", WEIR_SETTING_WORKERS, 0, 256, 2, "from 0 (one per core) to 256"),
    {.name = "audit_sample", .type = WEIR_TYPE_SHARE, .setting = WEIR_SETTING_AUDIT_SAMPLE, .range = "from 0 to 1"},
    SECTION("http", http_keys),
    SECTION("log", log_keys),
    END,
};

const struct weir_setting_key *weir_setting_keys(void)
{
    return top_keys;
}
