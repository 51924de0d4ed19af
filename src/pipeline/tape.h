/* What the stages were given in one turn of the path, so that each can be given it again by itself. Private to
 * pipeline.
 *
 * What lives in the batch's arena or in its messages is borrowed until the next turn; what does not, is copied. */
#ifndef WEIR_PIPELINE_TAPE_H
#define WEIR_PIPELINE_TAPE_H

#include "path.h"

/* An item, the texts that were made of it, and the hits in them. */
struct tape_scan {
    struct weir_item item;
    struct weir_scan_text texts;
    struct weir_hits hits;
};

struct tape_decision {
    size_t scan; /* of these texts and hits */
    struct weir_window window;
    bool has_window;
};

enum tape_record { TAPE_VERDICT, TAPE_FINDING, TAPE_UPDATE, TAPE_DEAD_LETTER };

struct tape_publication {
    enum tape_record record;
    const struct weir_message *message;
    size_t scan;                 /* of a post: what its verdict was made from */
    struct weir_verdict verdict; /* of a post, and of a finding */
    struct weir_match match;     /* of a finding and of an update */
    struct weir_item item;       /* likewise: the window */
    struct weir_finding finding;
    struct weir_flag_update update;
    struct weir_bad_payload bad;
    char flag_id[WEIR_UUID_SIZE];
};

struct path_tape {
    struct weir_arena *arena;
    struct tape_scan *scans;
    size_t scan_count;
    size_t scan_capacity;
    struct tape_decision *decisions;
    size_t decision_count;
    size_t decision_capacity;
    struct tape_publication *publications;
    size_t publication_count;
    size_t publication_capacity;
    bool failed; /* there was no memory for something */
};

bool path_tape_init(struct path_tape *tape);
void path_tape_fini(struct path_tape *tape);
/* Forgets what was noted. */
void path_tape_reset(struct path_tape *tape);

#endif
