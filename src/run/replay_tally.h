/* What became of the records of a replay, one by one. Private to run. */
#ifndef WEIR_RUN_REPLAY_TALLY_H
#define WEIR_RUN_REPLAY_TALLY_H

#include "weir/dead_letter.h"
#include "weir/replay.h"

/* A record that was not tried. letter NULL: it is none, for this reason (a text of ours). */
void replay_tally_left(struct weir_replay_report *report, const struct weir_origin *record, enum weir_replay_left left,
                       const struct weir_dead_letter *letter, const char *detail);
/* A letter whose message is as bad as before, or otherwise. */
void replay_tally_bad(struct weir_replay_report *report, const struct weir_message *message,
                      const struct weir_bad_payload *bad);

#endif
