/* Parts of conditions as sentences. Private to run. */
#ifndef WEIR_RUN_EXPLAIN_SENTENCE_H
#define WEIR_RUN_EXPLAIN_SENTENCE_H

#include "explain_parts.h"

/* What the condition of one rule is written with. */
struct explain_writer {
    const struct explain_session *session;
    const struct weir_item *item;
    const struct weir_explained_rule *rule;
};

/* Whether one sentence says all of it: conditions over patterns; the others have parts. */
bool explain_is_sentence(const struct weir_condition *condition);
/* Such a condition as a sentence without its end. */
void explain_say(const struct explain_writer *writer, const struct weir_explained_condition *condition);

#endif
