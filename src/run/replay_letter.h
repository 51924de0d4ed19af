/* From a record of the topic of dead letters to the message that it was made of. Private to run. */
#ifndef WEIR_RUN_REPLAY_LETTER_H
#define WEIR_RUN_REPLAY_LETTER_H

#include "weir/arena.h"
#include "weir/replay.h"

/* The message holds a record, at its place. If its letter is to be tried, it holds the letter's message after, still at
 * its own place, with where it came from first; else it is to be skipped. Counts it in the report. WEIR_NO_MEMORY is
 * the only failure. */
enum weir_status replay_letter_take(const struct weir_replay_options *options, struct weir_arena *arena,
                                    struct weir_message *message, struct weir_replay_report *report) WEIR_MUST_CHECK;

#endif
