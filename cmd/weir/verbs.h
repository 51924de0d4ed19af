/* The verbs of the command line and what they share. Each returns the exit status of the process. */
#ifndef WEIR_CMD_VERBS_H
#define WEIR_CMD_VERBS_H

#include "weir/chars.h"
#include "weir/diagnostics.h"
#include "weir/ruleset.h"
#include "weir/settings.h"

#include <getopt.h>

int weir_verb_run(int argc, char **argv);
int weir_verb_scan(int argc, char **argv);
int weir_verb_check(int argc, char **argv);
int weir_verb_backtest(int argc, char **argv);
int weir_verb_explain(int argc, char **argv);
int weir_verb_bench(int argc, char **argv);
int weir_verb_report(int argc, char **argv);
int weir_verb_replay(int argc, char **argv);
int weir_verb_demo(int argc, char **argv);
int weir_verb_top(int argc, char **argv);

/* ---- Shared (shared.c) ---- */

#define WEIR_RULE_PATHS_MAX 64

/* Values of -r, in order. */
struct weir_rule_paths {
    const char *at[WEIR_RULE_PATHS_MAX];
    size_t count;
};

/* What a verb loads before it can do anything. */
struct weir_loaded {
    struct weir_diagnostics *diagnostics;
    struct weir_settings_file *settings_file;
    const struct weir_settings *settings;
    struct weir_chars *chars;
    struct weir_ruleset *ruleset;
};

/* Adds a value of -r; prints and returns false when there are too many. */
bool weir_rule_paths_add(struct weir_rule_paths *paths, const char *path);
/* "post" or "caption"; false: it is neither, and stderr says so. */
bool weir_read_kind(const char *verb, const char *text, enum weir_kind *kind);

/* Loads the configuration (config_path NULL: the defaults of weir scan), the table of code points, and the rules: those
 * of paths, or without any those that the configuration names. Prints every error and warning to stderr. */
enum weir_status weir_load(const char *config_path, enum weir_settings_use use, const struct weir_rule_paths *paths,
                           struct weir_loaded *loaded) WEIR_MUST_CHECK;
/* The same for the daemon: the rules of the configuration, from its cache if they are there. Warnings go to its log,
 * and so do errors once it is known that the log is one of JSON lines. */
enum weir_status weir_load_daemon(const char *config_path, struct weir_loaded *loaded) WEIR_MUST_CHECK;
struct weir_log weir_log_of(const struct weir_settings *settings);
void weir_unload(struct weir_loaded *loaded);

/* Says to stderr which of the sources of kind post is meant, when the verb reads lines of files as those of the first
 * and there are others. config NULL: no file, no sources. */
void weir_warn_of_sources(const char *verb, const char *config, const struct weir_settings *settings,
                          enum weir_kind kind);

/* The ending of a noun that so many are counted of: "s", or "" of one. */
const char *weir_plural(uint64_t count);

/* "weir: text" (with its place, if it has one) to stderr; returns the exit status. */
int weir_fail(const struct weir_error *error);
/* A hint to --help after a wrong command line; returns 2. */
int weir_usage(const char *verb);

#endif
