/* What several verbs do alike: loading, and saying what is wrong. */
#include "verbs.h"

#include "weir/kafka.h"
#include "weir/normalize.h"
#include "weir/rules_ready.h"
#include "weir/run.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define DIAGNOSTICS_MAX 200

bool weir_rule_paths_add(struct weir_rule_paths *paths, const char *path)
{
    if (paths->count == WEIR_RULE_PATHS_MAX) {
        fprintf(stderr, "weir: more than %d times -r; give a folder instead\n", WEIR_RULE_PATHS_MAX);
        return false;
    }
    paths->at[paths->count++] = path;
    return true;
}

bool weir_read_kind(const char *verb, const char *text, enum weir_kind *kind)
{
    bool is_caption = weir_text_is(weir_text_of(text), "caption");
    if (!is_caption && !weir_text_is(weir_text_of(text), "post")) {
        fprintf(stderr, "weir %s: there is no kind '%s'; it is post or caption\n", verb, text);
        return false;
    }
    *kind = is_caption ? WEIR_CAPTION : WEIR_POST;
    return true;
}

static enum weir_status load_settings(const char *config_path, enum weir_settings_use use, struct weir_loaded *loaded)
{
    enum weir_status status = config_path
                                  ? weir_settings_load(config_path, use, loaded->diagnostics, &loaded->settings_file)
                                  : weir_settings_default(&loaded->settings_file);
    if (!loaded->settings_file)
        return status;
    loaded->settings = weir_settings_get(loaded->settings_file);
    weir_kafka_check_properties(loaded->settings, loaded->diagnostics);
    return weir_diagnostics_errors(loaded->diagnostics) ? WEIR_INVALID : status;
}

/* What the daemon says before it starts goes where its log goes. */
static enum weir_status load_with_cache(const struct weir_settings *settings, struct weir_loaded *loaded)
{
    struct weir_log log = weir_log_of(settings);
    struct weir_rules_source source = {
        .paths = &settings->rules_path,
        .path_count = 1,
        .settings = settings,
        .chars = loaded->chars,
        .cache = settings->rules_cache,
        .log = &log,
    };
    return weir_rules_ready_from(&source, loaded->diagnostics, &loaded->ruleset, NULL);
}

/* What the configuration says, or leaves to the default, is wrong where the configuration says it. */
static enum weir_status check_rules_path(const struct weir_loaded *loaded)
{
    const struct weir_settings *settings = loaded->settings;
    if (access(settings->rules_path, R_OK) == 0)
        return WEIR_OK;
    bool is_default = settings->rules_place.line == 0;
    weir_diagnostics_error(loaded->diagnostics, settings->rules_place, WEIR_TEXT_LITERAL(""), "rules.path: %s%s: %s",
                           settings->rules_path, is_default ? ", its default" : "", strerror(errno));
    return WEIR_UNAVAILABLE;
}

/* paths NULL: those of the settings, with their cache. */
static enum weir_status load_rules(const struct weir_rule_paths *paths, struct weir_loaded *loaded)
{
    struct weir_error error;
    enum weir_status status = weir_hyperscan_check(&error);
    if (status != WEIR_OK) {
        weir_fail(&error);
        return status;
    }
    loaded->chars = weir_chars_new();
    if (!loaded->chars)
        return WEIR_NO_MEMORY;
    if (paths && paths->count > 0)
        return weir_rules_ready(paths->at, paths->count, loaded->settings, loaded->chars, loaded->diagnostics,
                                &loaded->ruleset);
    status = check_rules_path(loaded);
    if (status != WEIR_OK)
        return status;
    if (!paths)
        return load_with_cache(loaded->settings, loaded);
    return weir_rules_ready(&loaded->settings->rules_path, 1, loaded->settings, loaded->chars, loaded->diagnostics,
                            &loaded->ruleset);
}

/* Whether there are rules to look at although the settings are wrong. With rules of -r nothing of a file that cannot
 * even be read is needed. */
static bool find_rules(const struct weir_rule_paths *paths, struct weir_loaded *loaded)
{
    bool are_given = paths && paths->count > 0;
    if (loaded->settings)
        return are_given || loaded->settings->rules_place.line > 0 || access(loaded->settings->rules_path, F_OK) == 0;
    if (!are_given || weir_settings_default(&loaded->settings_file) != WEIR_OK)
        return false;
    loaded->settings = weir_settings_get(loaded->settings_file);
    return true;
}

/* Wrong settings do not keep the rules' mistakes from being named in the same run. */
static enum weir_status load_both(const char *config_path, enum weir_settings_use use,
                                  const struct weir_rule_paths *paths, struct weir_loaded *loaded)
{
    static const struct weir_rule_paths none = {.count = 0};
    enum weir_status status = load_settings(config_path, use, loaded);
    if (status == WEIR_OK)
        return load_rules(paths, loaded);
    if (status == WEIR_INVALID && find_rules(paths, loaded) &&
        load_rules(paths ? paths : &none, loaded) == WEIR_NO_MEMORY)
        return WEIR_NO_MEMORY;
    return status;
}

static void log_diagnostics(const struct weir_loaded *loaded, const char *config_path)
{
    struct weir_log log = weir_log_of(loaded->settings);
    for (size_t i = 0; i < weir_diagnostics_count(loaded->diagnostics); i++) {
        const struct weir_diagnostic *entry = weir_diagnostics_at(loaded->diagnostics, i);
        bool is_config = entry->place.file && strcmp(entry->place.file, config_path) == 0;
        const char *event = is_config           ? entry->is_warning ? "config_warning" : "config_error"
                            : entry->is_warning ? "rules_warning"
                                                : "rules_error";
        weir_diagnostic_log(entry, event, &log);
    }
    size_t left_out = weir_diagnostics_errors(loaded->diagnostics) + weir_diagnostics_warnings(loaded->diagnostics) -
                      weir_diagnostics_count(loaded->diagnostics);
    if (left_out > 0)
        weir_log_event(&log, WEIR_LOG_WARNING, "warnings_left_out", WEIR_LOG_NUMBER("count", left_out),
                       WEIR_LOG_TEXT("do", "weir check shows more"));
}

/* Ends a load: gives back what is of no use after a failure. */
static enum weir_status end_load(enum weir_status status, struct weir_loaded *loaded)
{
    if (status == WEIR_NO_MEMORY)
        fputs("weir: no memory\n", stderr);
    if (status != WEIR_OK)
        weir_unload(loaded);
    return status;
}

static enum weir_status load_all(const char *config_path, enum weir_settings_use use,
                                 const struct weir_rule_paths *paths, struct weir_loaded *loaded)
{
    *loaded = (struct weir_loaded){.diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX)};
    if (!loaded->diagnostics)
        return WEIR_NO_MEMORY;
    enum weir_status status = load_both(config_path, use, paths, loaded);
    weir_diagnostics_sort(loaded->diagnostics);
    return status;
}

enum weir_status weir_load(const char *config_path, enum weir_settings_use use, const struct weir_rule_paths *paths,
                           struct weir_loaded *loaded)
{
    enum weir_status status = load_all(config_path, use, paths, loaded);
    if (loaded->diagnostics)
        weir_diagnostics_print(loaded->diagnostics, stderr);
    return end_load(status, loaded);
}

enum weir_status weir_load_daemon(const char *config_path, struct weir_loaded *loaded)
{
    enum weir_status status = load_all(config_path, WEIR_SETTINGS_FOR_DAEMON, NULL, loaded);
    /* A person who starts it by hand is better served by the lines and carets of what keeps it from starting. */
    if (loaded->settings && (loaded->settings->log_json || status == WEIR_OK))
        log_diagnostics(loaded, config_path);
    else if (loaded->diagnostics)
        weir_diagnostics_print(loaded->diagnostics, stderr);
    return end_load(status, loaded);
}

struct weir_log weir_log_of(const struct weir_settings *settings)
{
    return (struct weir_log){
        .descriptor = STDERR_FILENO,
        .json = settings->log_json,
        .level = settings->log_level,
        .clock = weir_clock_system(),
    };
}

void weir_unload(struct weir_loaded *loaded)
{
    weir_ruleset_free(loaded->ruleset);
    weir_chars_free(loaded->chars);
    weir_settings_free(loaded->settings_file);
    weir_diagnostics_free(loaded->diagnostics);
    *loaded = (struct weir_loaded){0};
}

void weir_warn_of_sources(const char *verb, const char *config, const struct weir_settings *settings,
                          enum weir_kind kind)
{
    const struct weir_mapping *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < settings->mapping_count; i++) {
        if (settings->mappings[i].kind != kind)
            continue;
        first = count++ == 0 ? &settings->mappings[i] : first;
    }
    if (config && count > 1)
        fprintf(stderr,
                "weir %s: warning: %s has %zu sources of kind %s; the lines are read as those of the first%s%s\n",
                verb, config, count, weir_kind_name(kind), first->topic ? ", " : "", first->topic ? first->topic : "");
}

const char *weir_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

int weir_fail(const struct weir_error *error)
{
    if (error->file[0] && error->line)
        fprintf(stderr, "weir: %s:%u:%u: %s\n", error->file, error->line, error->column, error->text);
    else if (error->file[0])
        fprintf(stderr, "weir: %s: %s\n", error->file, error->text);
    else
        fprintf(stderr, "weir: %s\n", error->text);
    return weir_status_exit(error->status);
}

int weir_usage(const char *verb)
{
    fprintf(stderr, "weir: try `weir %s%s--help`\n", verb, verb[0] ? " " : "");
    return weir_status_exit(WEIR_USAGE);
}
