/* The life of a reload: watching the files, the process that loads, the swap, and the end of the old rules. */
#include "reload.h"

#include "weir/budget.h"

#include <stdlib.h>

#define LOOK_MS 1000
#define REST_MS 5000 /* files that keep changing are read all the same after this long */
#define ERRORS_SHOWN 20
#define WARNINGS_SHOWN 20
#define DIAGNOSTICS_MAX 200
#define LINE_MAX_BYTES 1000

static int64_t now_ms(const struct reload *reload)
{
    struct weir_clock clock = reload->parts->log->clock;
    return clock.monotonic_ms(clock.context);
}

/* ---- The files ---- */

static void take_stamp(const struct reload *reload, uint8_t stamp[WEIR_SHA256_BYTES])
{
    const char *path = reload->parts->settings->rules_path;
    if (weir_rules_stamp(&path, 1, reload->now->rules.ruleset, stamp) != WEIR_OK)
        memcpy(stamp, reload->latest, WEIR_SHA256_BYTES); /* no memory: look again later */
}

/* Whether they differ from those of the last load and nobody is writing them any more: a set of files is one unit. */
static bool have_files_changed(struct reload *reload)
{
    uint8_t stamp[WEIR_SHA256_BYTES];
    int64_t now = now_ms(reload);
    if (now < reload->look_ms)
        return false;
    reload->look_ms = now + LOOK_MS;
    take_stamp(reload, stamp);
    bool is_moving = memcmp(stamp, reload->latest, sizeof stamp) != 0;
    memcpy(reload->latest, stamp, sizeof stamp);
    if (memcmp(stamp, reload->tried, sizeof stamp) == 0) {
        reload->moving_since_ms = 0;
        return false;
    }
    if (!reload->moving_since_ms)
        reload->moving_since_ms = now;
    return !is_moving || now - reload->moving_since_ms >= REST_MS;
}

/* ---- What went wrong ---- */

static void log_failure(const struct reload *reload, const char *reason, size_t errors)
{
    weir_log_event(reload->parts->log, WEIR_LOG_ERROR, "reload_failed", WEIR_LOG_TEXT("reason", reason),
                   WEIR_LOG_NUMBER("errors", errors),
                   WEIR_LOG_NUMBER("generation", reload->now->rules.ruleset->generation),
                   WEIR_LOG_TEXT("effect", "the rules of this generation stay in force"));
    observer_reload_failed(reload->observer, reason);
}

/* The next line of the messages that tells of an error. */
static bool next_error(struct weir_text *messages, char line[LINE_MAX_BYTES])
{
    while (messages->length > 0) {
        const char *feed = memchr(messages->data, '\n', messages->length);
        size_t length = feed ? (size_t)(feed - messages->data) : messages->length;
        struct weir_text whole = weir_text_slice(*messages, 0, length);
        *messages = weir_text_slice(*messages, length + (feed != NULL), messages->length);
        snprintf(line, LINE_MAX_BYTES, "%.*s", (int)(whole.length < LINE_MAX_BYTES ? whole.length : LINE_MAX_BYTES - 1),
                 whole.data);
        if (strstr(line, ": error: ") || strncmp(line, "weir: ", 6) == 0)
            return true;
    }
    return false;
}

static void log_messages(const struct reload *reload, struct weir_text messages)
{
    char line[LINE_MAX_BYTES];
    struct weir_text left = messages;
    size_t errors = 0;
    while (next_error(&left, line))
        errors++;
    left = messages;
    log_failure(reload, next_error(&left, line) ? line : "the process that loads the rules did not say why", errors);
    for (size_t i = 1; i < ERRORS_SHOWN && next_error(&left, line); i++)
        weir_log_event(reload->parts->log, WEIR_LOG_ERROR, "rules_error", WEIR_LOG_TEXT("error", line));
}

static void log_diagnostics(const struct reload *reload, const struct weir_diagnostics *diagnostics)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out) {
        log_failure(reload, "no memory", 1);
        return;
    }
    weir_diagnostics_print(diagnostics, out);
    if (fclose(out) == 0)
        log_messages(reload, (struct weir_text){text, length});
    free(text);
}

/* Of rules that were taken over all the same. */
static void log_warnings(const struct reload *reload, const struct weir_diagnostics *diagnostics)
{
    size_t count = weir_diagnostics_count(diagnostics);
    size_t shown = count < WARNINGS_SHOWN ? count : WARNINGS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        weir_diagnostic_log(weir_diagnostics_at(diagnostics, i), "rules_warning", reload->parts->log);
    if (weir_diagnostics_warnings(diagnostics) > shown)
        weir_log_event(reload->parts->log, WEIR_LOG_WARNING, "warnings_left_out",
                       WEIR_LOG_NUMBER("count", weir_diagnostics_warnings(diagnostics) - shown),
                       WEIR_LOG_TEXT("do", "weir check shows them all"));
}

/* ---- Generations ---- */

static void free_generation(struct loaded_generation *generation)
{
    if (!generation)
        return;
    if (generation->ruleset) {
        weir_budget_free(generation->rules.budget);
        weir_ruleset_free(generation->ruleset);
    }
    free(generation);
}

static void log_swap(const struct reload *reload, const struct weir_ruleset_change *change)
{
    const struct weir_ruleset *ruleset = reload->now->rules.ruleset;
    weir_log_event(reload->parts->log, WEIR_LOG_INFO, "rules_loaded",
                   WEIR_LOG_NUMBER("generation", ruleset->generation), WEIR_LOG_TEXT("ruleset", ruleset->sha256),
                   WEIR_LOG_NUMBER("rules", ruleset->rule_count), WEIR_LOG_NUMBER("added", change->added_count),
                   WEIR_LOG_NUMBER("removed", change->removed_count), WEIR_LOG_NUMBER("changed", change->changed_count),
                   WEIR_LOG_NUMBER("load_ms", now_ms(reload) - reload->loader.started_ms));
}

/* Takes the ruleset. */
static enum weir_status swap(struct reload *reload, struct weir_ruleset *ruleset)
{
    struct loaded_generation *made = calloc(1, sizeof *made);
    struct weir_budget *budget = NULL;
    const struct weir_generation *before = &reload->now->rules;
    uint32_t per_minute = reload->parts->settings->budget_per_minute;
    enum weir_status status = made ? WEIR_OK : WEIR_NO_MEMORY;
    if (status == WEIR_OK && per_minute > 0)
        status = weir_budget_new(ruleset, per_minute, before->budget, &budget);
    if (status != WEIR_OK) {
        free(made);
        weir_ruleset_free(ruleset);
        return status;
    }
    ruleset->generation = ++reload->last_generation;
    *made = (struct loaded_generation){.rules = {ruleset, budget}, .ruleset = ruleset};
    reload->before = reload->now;
    reload->now = made;
    weir_daemon_swap(reload->daemon, &made->rules);
    struct weir_ruleset_change change;
    announcer_tell_rules(reload->announcer, before->ruleset, ruleset, &change);
    log_swap(reload, &change);
    observer_rules_loaded(reload->observer, ruleset);
    return WEIR_OK;
}

/* ---- A load ---- */

static void begin(struct reload *reload)
{
    const struct weir_settings *settings = reload->parts->settings;
    struct weir_error error;
    weir_log_event(reload->parts->log, WEIR_LOG_INFO, "reloading",
                   WEIR_LOG_TEXT("reason", reload->is_asked ? "signal" : "files changed"));
    take_stamp(reload, reload->tried);
    memcpy(reload->latest, reload->tried, sizeof reload->latest);
    reload->moving_since_ms = 0;
    reload->is_asked = false;
    reload->is_loading =
        loader_start(&reload->loader, &settings->rules_path, 1, settings, now_ms(reload), &error) == WEIR_OK;
    if (!reload->is_loading)
        log_failure(reload, error.text, 1);
}

static void adopt(struct reload *reload)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(DIAGNOSTICS_MAX);
    struct weir_ruleset *ruleset = NULL;
    const struct weir_settings *settings = reload->parts->settings;
    enum weir_status status = diagnostics ? weir_rules_adopt(&settings->rules_path, 1, settings, reload->parts->chars,
                                                             loader_compiled(&reload->loader), diagnostics, &ruleset)
                                          : WEIR_NO_MEMORY;
    if (diagnostics)
        weir_diagnostics_sort(diagnostics);
    if (status == WEIR_OK && strcmp(ruleset->sha256, reload->now->rules.ruleset->sha256) == 0) {
        weir_log_event(reload->parts->log, WEIR_LOG_INFO, "reload_unchanged",
                       WEIR_LOG_NUMBER("generation", reload->now->rules.ruleset->generation),
                       WEIR_LOG_TEXT("ruleset", ruleset->sha256));
        weir_ruleset_free(ruleset);
    } else if (status == WEIR_OK) {
        status = swap(reload, ruleset);
        if (status == WEIR_OK)
            log_warnings(reload, diagnostics);
    }
    if (status == WEIR_RETRY) /* what was compiled is not what the files say by now */
        memset(reload->tried, 0, sizeof reload->tried);
    else if (status == WEIR_NO_MEMORY)
        log_failure(reload, "no memory", 1);
    else if (status != WEIR_OK)
        log_diagnostics(reload, diagnostics);
    weir_diagnostics_free(diagnostics);
}

static void look_after_load(struct reload *reload)
{
    struct weir_error error;
    switch (loader_poll(&reload->loader, now_ms(reload), &error)) {
    case LOADER_RUNNING:
        return;
    case LOADER_DONE:
        adopt(reload);
        break;
    case LOADER_REFUSED:
        log_messages(reload, loader_messages(&reload->loader));
        break;
    case LOADER_BROKE:
        log_failure(reload, error.text, 1);
        break;
    }
    loader_close(&reload->loader);
    reload->is_loading = false;
}

/* ---- What daemon_run.c calls ---- */

enum weir_status reload_open(struct reload *reload, const struct weir_daemon_parts *parts, struct weir_daemon *daemon,
                             struct announcer *announcer, struct observer *observer)
{
    struct loaded_generation *first = calloc(1, sizeof *first);
    if (!first)
        return WEIR_NO_MEMORY;
    first->rules = parts->rules;
    *reload = (struct reload){
        .parts = parts,
        .daemon = daemon,
        .announcer = announcer,
        .observer = observer,
        .now = first,
        .last_generation = parts->rules.ruleset->generation,
    };
    take_stamp(reload, reload->tried);
    memcpy(reload->latest, reload->tried, sizeof reload->latest);
    reload->look_ms = now_ms(reload) + LOOK_MS;
    return WEIR_OK;
}

void reload_ask(struct reload *reload)
{
    reload->is_asked = true;
}

void reload_look(struct reload *reload)
{
    if (reload->is_loading) {
        look_after_load(reload);
        return;
    }
    if (reload->before && weir_daemon_oldest(reload->daemon) > reload->before->rules.ruleset->generation) {
        free_generation(reload->before);
        reload->before = NULL;
    }
    /* At most two generations live, whatever keeps a worker from its next batch. */
    if (!reload->before && (reload->is_asked || have_files_changed(reload)))
        begin(reload);
}

const struct weir_generation *reload_rules(const struct reload *reload)
{
    return &reload->now->rules;
}

void reload_close(struct reload *reload)
{
    if (reload->is_loading)
        loader_close(&reload->loader);
    free_generation(reload->before);
    free_generation(reload->now);
}
