/* consume: cues of WebVTT and SubRip files, line by line. Private to consume. */
#ifndef WEIR_SUBTITLES_H
#define WEIR_SUBTITLES_H

#include "weir/arena.h"

#include <stdint.h>

/* What the lines so far make. */
struct weir_subtitles {
    bool is_open;  /* a timing line was read, and its text goes on */
    bool is_block; /* of WebVTT: a NOTE, STYLE or REGION, up to the next blank line */
    int64_t line;  /* of the timing */
    int64_t start_ms;
    int64_t end_ms;
    char *text; /* malloc'd */
    size_t length;
    size_t capacity;
};

struct weir_cue {
    int64_t line;
    int64_t start_ms;
    int64_t end_ms;
    struct weir_text text; /* lives until the next line is read; lines stand apart by line feeds */
};

/* By the name's end: .vtt or .srt. */
bool weir_subtitles_have_name(const char *path);

/* One line, without its end; a blank one (or, at the end of the file, one of length 0) completes a cue. True: *cue is
 * complete and has a text. *status becomes WEIR_INVALID where a cue's times cannot be read, WEIR_NO_MEMORY when there is
 * none. */
bool weir_subtitles_read(struct weir_subtitles *subtitles, int64_t number, struct weir_text line, struct weir_cue *cue,
                         enum weir_status *status);
void weir_subtitles_fini(struct weir_subtitles *subtitles);

#endif
