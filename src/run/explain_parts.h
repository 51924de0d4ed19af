/* The parts of an explanation: the stages that make it, and what is written of it. Private to run. */
#ifndef WEIR_RUN_EXPLAIN_PARTS_H
#define WEIR_RUN_EXPLAIN_PARTS_H

#include "weir/explain.h"
#include "weir/explain_run.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#include "explain_page.h"

/* ---- Stages (explain_session.c) ---- */

/* The stages of one explanation after the other. */
struct explain_session {
    const struct weir_explain_run *run;
    struct explain_page page;
    const struct weir_rule *only; /* NULL: all */
    struct weir_normalizer *normalizer;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
};

/* WEIR_INVALID: there is no rule of that id. The session borrows run. Close it also after a failure. */
enum weir_status explain_open(const struct weir_explain_run *run, struct explain_session *session,
                              struct weir_error *error) WEIR_MUST_CHECK;
void explain_close(struct explain_session *session);

/* An item and all that can be said of it; the texts live until the session's next call. */
struct explained {
    const struct weir_item *item;
    struct weir_scan_text texts;
    struct weir_explanation explanation;
};

/* The verdict alone, then also its explanation. WEIR_NO_MEMORY is the only failure. */
enum weir_status explain_judge(struct explain_session *session, const struct weir_item *item, struct weir_arena *arena,
                               struct weir_verdict *verdict) WEIR_MUST_CHECK;
enum weir_status explain_item(struct explain_session *session, const struct weir_item *item, struct weir_arena *arena,
                              struct explained *explained) WEIR_MUST_CHECK;

/* ---- Words ---- */

/* explain_texts.c: the texts as they were written and as patterns read them, and what reading changed. */
void explain_print_texts(const struct explain_session *session, const struct explained *explained);
/* explain_rules.c: the answer, then each rule that found something. */
void explain_print_rules(const struct explain_session *session, const struct explained *explained);
/* explain_hits.c: what the patterns of a rule found. */
void explain_print_hits(const struct explain_session *session, const struct weir_item *item,
                        const struct weir_explained_rule *rule);
/* explain_condition.c: the condition of a rule, part by part. */
void explain_print_condition(const struct explain_session *session, const struct weir_item *item,
                             const struct weir_explained_rule *rule);

/* The first part of a condition that does not hold, as one sentence without its end. */
void explain_put_reason(const struct explain_session *session, const struct weir_item *item,
                        const struct weir_explained_rule *rule);

/* explain_place.c: a hit with where it stands and what it was read as. */
void explain_put_hit(const struct explain_session *session, const struct weir_item *item,
                     const struct weir_evidence *evidence);
/* The word of which the hit is a part. */
void explain_put_whole_word(const struct explain_session *session, const struct weir_item *item,
                            const struct weir_evidence *evidence);
/* "text", or "text 2" of a field with several values. */
void explain_put_field(const struct explain_session *session, uint32_t field, size_t number, size_t count);

#endif
