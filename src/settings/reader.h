/* settings, private: what the files of this module share while a configuration is read.
 *
 *   keys.c: the table of keys --> section.c: walks file and table together --> value.c: one value of one type
 *                                     |-> properties.c (kafka)             \
 *                                     |-> sources.c, fields.c, pointer.c  > what no table can say
 *                                     |-> secret.c (${...})               /
 *                                     '-> check.c (one key against another)
 */
#ifndef WEIR_SETTINGS_READER_H
#define WEIR_SETTINGS_READER_H

#include "weir/settings.h"
#include "weir/yaml.h"

/* Every key of the file that holds one value. */
enum weir_setting {
    WEIR_SETTING_NONE, /* sections, and keys that read themselves */
    WEIR_SETTING_REVIEW,
    WEIR_SETTING_SHADOW,
    WEIR_SETTING_OVERFLOW,
    WEIR_SETTING_DEAD_LETTERS,
    WEIR_SETTING_ROLLUPS,
    WEIR_SETTING_ROLLUPS_EVERY,
    WEIR_SETTING_AUDIT,
    WEIR_SETTING_DELIVERY,
    WEIR_SETTING_RULES_PATH,
    WEIR_SETTING_RULES_BUDGET,
    WEIR_SETTING_RULES_CACHE,
    WEIR_SETTING_WINDOW,
    WEIR_SETTING_JOIN,
    WEIR_SETTING_ROLLUP,
    WEIR_SETTING_IDLE,
    WEIR_SETTING_STREAMS_MAX,
    WEIR_SETTING_PAYLOAD,
    WEIR_SETTING_DEPTH,
    WEIR_SETTING_HITS,
    WEIR_SETTING_EVIDENCE,
    WEIR_SETTING_CONTENT,
    WEIR_SETTING_WORKERS,
    WEIR_SETTING_AUDIT_SAMPLE,
    WEIR_SETTING_LISTEN,
    WEIR_SETTING_SHOW_CONTENT,
    WEIR_SETTING_LOG_FORMAT,
    WEIR_SETTING_LOG_LEVEL,
    WEIR_SETTING_COUNT,
};

enum weir_setting_type {
    WEIR_TYPE_SECTION,
    WEIR_TYPE_INTEGER,
    WEIR_TYPE_DURATION, /* number: milliseconds */
    WEIR_TYPE_SHARE,    /* number: millionths */
    WEIR_TYPE_WORD,     /* number: index into words */
    WEIR_TYPE_TOPIC,
    WEIR_TYPE_PATH,
    WEIR_TYPE_ADDRESS, /* HOST:PORT, or WEIR_ADDRESS_OFF */
    WEIR_TYPE_OWN,     /* key.read does it all */
};

#define WEIR_ADDRESS_OFF "off"

struct weir_settings_reader;

struct weir_setting_key {
    const char *name;
    enum weir_setting_type type;
    enum weir_setting setting;
    int64_t least, most, standard;       /* numbers and words; standard is what holds without the key */
    const char *standard_text;           /* texts */
    const char *range;                   /* in words, for errors: "from 1 to 1000", "full, excerpt or none" */
    const char *const *words;            /* ends in NULL */
    const struct weir_setting_key *keys; /* of a section; ends in one without a name */
    void (*read)(struct weir_settings_reader *reader, const struct weir_yaml_node *node);
};

/* The table: the keys at the top of the file. */
const struct weir_setting_key *weir_setting_keys(void);

struct weir_setting_value {
    int64_t number;
    const char *text;
    const struct weir_yaml_node *node; /* NULL: not in the file */
};

/* A piece of memory that must not outlive the settings. */
struct weir_secret {
    struct weir_secret *next;
    struct weir_text text;
};

struct weir_settings_file {
    struct weir_arena *arena;
    struct weir_secret *secrets;
    struct weir_settings settings;
};

struct weir_settings_reader {
    struct weir_settings_file *file;
    struct weir_diagnostics *diagnostics;
    enum weir_settings_use use;
    const char *name;                 /* of the file */
    const char *folder;               /* of the file, ending in '/', or empty */
    struct weir_property *properties; /* settings.kafka, while it may change */
    struct weir_setting_value values[WEIR_SETTING_COUNT];
    bool has_sources;                          /* the key is there */
    bool is_settled;                           /* the settings are whole, right or not */
    const struct weir_yaml_node **topic_nodes; /* of the mappings; NULL where none is given */
    bool no_memory;                            /* noticed at the end: reading goes on, so that no caller has to look */
};

/* section.c: reads `node` as a section with these keys. path: "outputs", for errors. */
void weir_section_read(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *keys,
                       const struct weir_yaml_node *node);
/* The standard values of these keys and of those below. */
void weir_section_standard(struct weir_settings_reader *reader, const struct weir_setting_key *keys);

/* value.c: what the node says, as the key demands; false after an error. */
bool weir_value_read(struct weir_settings_reader *reader, const char *path, const struct weir_setting_key *key,
                     const struct weir_yaml_node *node, struct weir_setting_value *value);
/* A C string of the arena, or NULL with no_memory set. */
const char *weir_value_keep(struct weir_settings_reader *reader, struct weir_text text);

/* secret.c: the scalar's text with ${env:NAME} and ${file:PATH} filled in; false after an error. The text ends in NUL,
 * lives in the file's arena and is wiped with it. *origin: the first of them as it is written, which may be shown;
 * empty when there is none. */
bool weir_secret_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node, struct weir_text *text,
                      struct weir_text *origin);
/* privacy.author_key. */
void weir_secret_read_author_key(struct weir_settings_reader *reader, const struct weir_yaml_node *node);
void weir_secrets_wipe(struct weir_settings_file *file);

/* properties.c: `kafka`. */
void weir_properties_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node);
/* What the daemon cannot do without. */
void weir_properties_require(struct weir_settings_reader *reader, const struct weir_yaml_node *node);

/* sources.c: `sources`. */
void weir_sources_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node);
/* One mapping of posts without a topic. */
void weir_sources_standard(struct weir_settings_reader *reader);

/* fields.c: `fields` of a source to the mapping; without a node those of the documentation's example. */
void weir_fields_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node,
                      struct weir_mapping *mapping);

/* pointer.c: a JSON Pointer's tokens, in the arena. Returns NULL, or what is wrong with its byte *bad. */
const char *weir_pointer_parse(struct weir_text text, struct weir_arena *arena, struct weir_pointer *pointer,
                               size_t *bad) WEIR_MUST_CHECK;

/* check.c: what no key shows alone: topics that collide, what only the daemon does, what it cannot do without. */
void weir_settings_check(struct weir_settings_reader *reader, const struct weir_yaml_node *root);

/* discreet.c: hands diagnostics on to their reader, without the lines that may hold a secret. */
void weir_diagnostics_hand_on(const struct weir_diagnostics *from, struct weir_text source,
                              struct weir_diagnostics *to);

#endif
