/* The daemon's settings as a replay goes by them. Private to run. */
#ifndef WEIR_RUN_REPLAY_SETTINGS_H
#define WEIR_RUN_REPLAY_SETTINGS_H

#include "weir/replay.h"

struct replay_settings {
    struct weir_settings path;   /* of the pipeline and its sink: one worker, a group and transactions of its own */
    struct weir_settings reader; /* the same, with the topic of dead letters as the one source */
    struct weir_mapping mapping; /* that source */
    struct weir_property *kafka;
    struct weir_arena *arena;
    const char *group; /* for a person: "${env:NAME}.replay" where the group comes from there */
};

/* Borrows what the options hold; not to be moved. WEIR_INVALID: there is no group.id. */
enum weir_status replay_settings_init(struct replay_settings *settings, const struct weir_replay_options *options,
                                      struct weir_error *error) WEIR_MUST_CHECK;
void replay_settings_fini(struct replay_settings *settings); /* all zero is fine */

#endif
