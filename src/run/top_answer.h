/* An answer of HTTP as `weir top` takes it, read from its bytes. Pure. Private to run. */
#ifndef WEIR_RUN_TOP_ANSWER_H
#define WEIR_RUN_TOP_ANSWER_H

#include "weir/text.h"

#define TOP_ANSWER_HEAD_MAX ((size_t)16384)
#define TOP_ANSWER_BODY_MAX ((size_t)32 << 20) /* 65,536 rows of flags take half of it */

enum top_answer_state {
    TOP_ANSWER_MORE, /* the rest must come first */
    TOP_ANSWER_WHOLE,
    TOP_ANSWER_BAD,
};

struct top_answer {
    unsigned status;       /* 100 to 599 */
    struct weir_text body; /* borrows the bytes */
    const char *trouble;   /* of BAD: what is wrong with it; a constant */
};

/* Reads what has come so far of an answer to a request of HTTP/1.0; is_end: nothing follows. Without Content-Length the
 * body goes to the end. Of *answer only what the state has is set. */
enum top_answer_state top_answer_read(struct weir_text bytes, bool is_end, struct top_answer *answer);

#endif
