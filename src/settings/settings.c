/* weir.yaml to one settled struct. Everything that is wrong is said before anything is handed out. */
#include "reader.h"

#include "weir/file.h"

#include <sched.h>
#include <stdlib.h>

#define FILE_MAX_BYTES ((size_t)1024 * 1024)
#define MISTAKES_MAX 200
#define WORKERS_MAX 256

static struct weir_settings_file *open_file(void)
{
    struct weir_settings_file *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    file->arena = weir_arena_new(0);
    file->settings.fields = (struct weir_field_names){.at = {"text"}, .count = 1};
    if (!file->arena) {
        free(file);
        return NULL;
    }
    return file;
}

void weir_settings_free(struct weir_settings_file *file)
{
    if (!file)
        return;
    weir_secrets_wipe(file);
    weir_arena_free(file->arena);
    free(file);
}

const struct weir_settings *weir_settings_get(const struct weir_settings_file *file)
{
    return &file->settings;
}

/* Cores that this process may use: in a container fewer than the machine has. */
static unsigned count_cores(void)
{
    cpu_set_t cores;
    if (sched_getaffinity(0, sizeof cores, &cores) != 0)
        return 1;
    int count = CPU_COUNT(&cores);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (unsigned)count;
}

/* A path as it counts from the file's folder. */
static const char *resolve(struct weir_settings_reader *reader, const char *path)
{
    const char *whole = path[0] == '/' ? path : weir_arena_format(reader->file->arena, "%s%s", reader->folder, path);
    reader->no_memory |= !whole;
    return whole;
}

/* "[::1]:8377", which value.c found to be right, or no text. */
static void settle_address(struct weir_settings_reader *reader)
{
    struct weir_settings *settings = &reader->file->settings;
    const struct weir_setting_value *value = &reader->values[WEIR_SETTING_LISTEN];
    const char *colon = value->text ? strrchr(value->text, ':') : NULL;
    settings->http.is_given = value->node != NULL;
    settings->http.shows_content = reader->values[WEIR_SETTING_SHOW_CONTENT].number == 1;
    if (!colon)
        return;
    struct weir_text host = {value->text, (size_t)(colon - value->text)};
    if (host.length > 2 && host.data[0] == '[' && host.data[host.length - 1] == ']')
        host = weir_text_slice(host, 1, host.length - 1);
    settings->http.host = weir_value_keep(reader, host);
    settings->http.port = (uint16_t)strtoul(colon + 1, NULL, 10);
}

/* The values of the table to their places in the struct. */
static void settle(struct weir_settings_reader *reader)
{
    struct weir_settings *settings = &reader->file->settings;
    const struct weir_setting_value *values = reader->values;
    settings->topics.review = values[WEIR_SETTING_REVIEW].text;
    settings->topics.shadow = values[WEIR_SETTING_SHADOW].text;
    settings->topics.overflow = values[WEIR_SETTING_OVERFLOW].text;
    settings->topics.rollups = values[WEIR_SETTING_ROLLUPS].text;
    settings->topics.dead_letters = values[WEIR_SETTING_DEAD_LETTERS].text;
    settings->topics.audit = values[WEIR_SETTING_AUDIT].text;
    if (reader->use == WEIR_SETTINGS_FOR_DAEMON)
        settings->audit_share = (uint32_t)values[WEIR_SETTING_AUDIT_SAMPLE].number;
    settings->delivery = (enum weir_delivery)values[WEIR_SETTING_DELIVERY].number;
    settings->limits = (struct weir_limits){
        .payload = (size_t)values[WEIR_SETTING_PAYLOAD].number,
        .depth = (size_t)values[WEIR_SETTING_DEPTH].number,
        .hits = (size_t)values[WEIR_SETTING_HITS].number,
        .evidence = (size_t)values[WEIR_SETTING_EVIDENCE].number,
    };
    settings->captions.window_bytes = (size_t)values[WEIR_SETTING_WINDOW].number;
    settings->captions.join = (enum weir_join)values[WEIR_SETTING_JOIN].number;
    settings->captions.rollup = values[WEIR_SETTING_ROLLUP].number == 0;
    settings->captions.idle_ms = values[WEIR_SETTING_IDLE].number;
    settings->captions.streams_max = (size_t)values[WEIR_SETTING_STREAMS_MAX].number;
    settings->content = (enum weir_content)values[WEIR_SETTING_CONTENT].number;
    settings->workers = (unsigned)values[WEIR_SETTING_WORKERS].number;
    if (settings->workers == 0)
        settings->workers = count_cores();
    settings->log_json = values[WEIR_SETTING_LOG_FORMAT].number == 1;
    settings->log_level = (enum weir_log_level)values[WEIR_SETTING_LOG_LEVEL].number;
    settings->rules_path = resolve(reader, values[WEIR_SETTING_RULES_PATH].text);
    settings->rules_place.file = reader->name;
    if (values[WEIR_SETTING_RULES_PATH].node) {
        struct weir_place place = weir_yaml_place(values[WEIR_SETTING_RULES_PATH].node);
        settings->rules_place.line = place.line;
        settings->rules_place.column = place.column;
    }
    if (values[WEIR_SETTING_RULES_CACHE].text)
        settings->rules_cache = resolve(reader, values[WEIR_SETTING_RULES_CACHE].text);
    settings->rollups_every_ms = values[WEIR_SETTING_ROLLUPS_EVERY].number;
    settle_address(reader);
    settings->budget_per_minute = (uint32_t)values[WEIR_SETTING_RULES_BUDGET].number;
}

/* "conf/" of "conf/weir.yaml", "" of "weir.yaml". */
static const char *find_folder(struct weir_settings_reader *reader, const char *name)
{
    const char *slash = strrchr(name, '/');
    return weir_value_keep(reader, (struct weir_text){name, slash ? (size_t)(slash - name) + 1 : 0});
}

/* root NULL: no file at all. */
static enum weir_status read_root(struct weir_settings_reader *reader, const struct weir_yaml_node *root)
{
    weir_section_standard(reader, weir_setting_keys());
    if (root)
        weir_section_read(reader, "", weir_setting_keys(), root);
    if (weir_yaml_kind(root) == WEIR_YAML_MAPPING) {
        weir_settings_check(reader, root);
        reader->is_settled = true;
    }
    if (reader->file->settings.mapping_count == 0)
        weir_sources_standard(reader);
    reader->file->settings.fields.is_whole = root != NULL;
    settle(reader);
    if (reader->no_memory)
        return WEIR_NO_MEMORY;
    return weir_diagnostics_errors(reader->diagnostics) > 0 ? WEIR_INVALID : WEIR_OK;
}

static enum weir_status read_document(struct weir_settings_reader *reader, struct weir_yaml *document)
{
    const struct weir_yaml_node *root = weir_yaml_root(document);
    if (weir_yaml_kind(root) == WEIR_YAML_NULL) {
        weir_diagnostics_error(reader->diagnostics, (struct weir_place){.file = reader->name}, WEIR_TEXT_LITERAL(""),
                               "the file is empty; see the documentation's example");
        return WEIR_INVALID;
    }
    return read_root(reader, root);
}

static enum weir_status read_source(const char *name, struct weir_text source, struct weir_settings_reader *reader)
{
    struct weir_yaml *document = NULL;
    reader->name = weir_value_keep(reader, weir_text_of(name));
    reader->folder = find_folder(reader, name);
    if (reader->no_memory)
        return WEIR_NO_MEMORY;
    enum weir_status status = weir_yaml_parse(name, source, reader->diagnostics, &document);
    if (status == WEIR_OK)
        status = read_document(reader, document);
    weir_yaml_free(document);
    return status;
}

/* Leaves the file in the reader, or NULL when there is nothing to hand out. */
static enum weir_status read_file(const char *name, struct weir_text source, struct weir_settings_reader *reader,
                                  struct weir_diagnostics *diagnostics)
{
    enum weir_status status = WEIR_NO_MEMORY;
    reader->file = open_file();
    reader->diagnostics = weir_diagnostics_new(MISTAKES_MAX);
    if (reader->file && reader->diagnostics) {
        status = read_source(name, source, reader);
        weir_diagnostics_hand_on(reader->diagnostics, source, diagnostics);
    }
    weir_diagnostics_free(reader->diagnostics);
    if (status == WEIR_OK || (status == WEIR_INVALID && reader->is_settled))
        return status;
    weir_settings_free(reader->file);
    reader->file = NULL;
    return status;
}

enum weir_status weir_settings_parse(const char *name, struct weir_text source, enum weir_settings_use use,
                                     struct weir_diagnostics *diagnostics, struct weir_settings_file **file)
{
    struct weir_settings_reader reader = {.use = use};
    enum weir_status status = read_file(name, source, &reader, diagnostics);
    if (status == WEIR_OK)
        *file = reader.file;
    else
        weir_settings_free(reader.file);
    return status;
}

enum weir_status weir_settings_load(const char *path, enum weir_settings_use use, struct weir_diagnostics *diagnostics,
                                    struct weir_settings_file **file)
{
    struct weir_arena *arena = weir_arena_new(0);
    struct weir_settings_reader reader = {.use = use};
    struct weir_text source;
    struct weir_error error;
    if (!arena)
        return WEIR_NO_MEMORY;
    enum weir_status status = weir_file_read(path, FILE_MAX_BYTES, arena, &source, &error);
    if (status == WEIR_OK)
        status = read_file(path, source, &reader, diagnostics);
    else if (status != WEIR_NO_MEMORY)
        weir_diagnostics_error(diagnostics, (struct weir_place){.file = path}, WEIR_TEXT_LITERAL(""), "%s", error.text);
    if (reader.file)
        *file = reader.file;
    weir_arena_free(arena);
    return status;
}

enum weir_status weir_settings_default(struct weir_settings_file **file)
{
    struct weir_settings_reader reader = {.file = open_file(),
                                          .diagnostics = weir_diagnostics_new(1),
                                          .use = WEIR_SETTINGS_FOR_SCAN,
                                          .name = "",
                                          .folder = ""};
    enum weir_status status = WEIR_NO_MEMORY;
    if (reader.file && reader.diagnostics)
        status = read_root(&reader, NULL);
    if (status == WEIR_OK)
        *file = reader.file;
    else
        weir_settings_free(reader.file);
    weir_diagnostics_free(reader.diagnostics);
    return status;
}
