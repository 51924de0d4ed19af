/* run: the path over files instead of Kafka: what `weir scan` does. */
#ifndef WEIR_FILE_RUN_H
#define WEIR_FILE_RUN_H

#include "weir/consume.h"
#include "weir/pipeline.h"

struct weir_file_run {
    const struct weir_settings *settings;
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    const char *const *paths; /* "-": stdin */
    size_t path_count;
    enum weir_kind kind;
    bool text;        /* each line is the text of a post or fragment, not JSON */
    int flags;        /* descriptor for flag records */
    int dead_letters; /* descriptor for dead letters, or -1: they are only counted */
    bool progress;    /* a line on stderr, twice a second */
};

/* Runs to the end of the files, on the caller's thread. sums: what was counted, also after a failure. */
enum weir_status weir_file_run(const struct weir_file_run *run, uint64_t sums[WEIR_COUNTER_COUNT],
                               struct weir_error *error) WEIR_MUST_CHECK;

#endif
