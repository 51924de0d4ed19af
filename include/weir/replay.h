/* run: dead letters back through the path, once, after what made them was mended: what `weir replay` does.
 *
 * The topic of dead letters is read as a member of the group GROUP.replay, from what it has committed to the ends that
 * the partitions have at the start. Each letter's message takes the daemon's path as if it had just come from where it
 * first stood, so that its flags have the ids that they would have had. */
#ifndef WEIR_REPLAY_H
#define WEIR_REPLAY_H

#include "weir/chars.h"
#include "weir/item.h"
#include "weir/log.h"
#include "weir/ruleset.h"
#include "weir/settings.h"

#include <stdio.h>

/* Why a record of the topic was not tried. */
enum weir_replay_left {
    WEIR_REPLAY_NO_LETTER,  /* it is no dead letter */
    WEIR_REPLAY_NO_SOURCE,  /* its message is of no topic of `sources` */
    WEIR_REPLAY_CAPTION,    /* of a stream, whose window is gone */
    WEIR_REPLAY_NO_PAYLOAD, /* the message was too long to be kept, or the letter stands for a flag */
    WEIR_REPLAY_LEFT_COUNT
};
/* "no_dead_letter", "unknown_topic", "captions", "no_payload". */
const char *weir_replay_left_name(enum weir_replay_left left);

struct weir_replay_options {
    const struct weir_settings *settings; /* for the daemon */
    const struct weir_ruleset *ruleset;
    const struct weir_chars *chars;
    const struct weir_log *log;
    const char *topic; /* of dead letters */
    unsigned reasons;  /* 1 << reason: letters of the others are passed over; 0: of none */
    int64_t since_ms; /* since 1970: goes back, or on, to the first letter that is not older; 0: to what is committed */
    bool is_dry;      /* writes and commits nothing */
};

/* A record that was not replayed, or is still bad. */
struct weir_replay_example {
    int32_t partition; /* of the topic of dead letters; of this and the next */
    int64_t offset;
    bool has_source;
    bool is_file;
    char topic[250]; /* of the message; of this and the next two, where has_source and not is_file */
    int32_t source_partition;
    int64_t source_offset;
    const char *why; /* weir_replay_left_name or weir_bad_reason_name */
    char detail[192];
};
#define WEIR_REPLAY_EXAMPLES 10

/* What became of the records. A letter counts once, however often a transaction has to be made again. */
struct weir_replay_report {
    uint64_t letters;                          /* records read */
    uint64_t passed_over;                      /* of reasons that are not asked for */
    uint64_t tried;                            /* what took the path */
    uint64_t still_bad[WEIR_BAD_REASON_COUNT]; /* of these */
    uint64_t left[WEIR_REPLAY_LEFT_COUNT];
    uint64_t flags;         /* that the brokers have; dry: that there would be; to review, shadow or overflow */
    uint64_t overflow;      /* how many went to overflow, about */
    uint64_t undeliverable; /* flags that no topic takes: they became dead letters */
    struct weir_replay_example examples[WEIR_REPLAY_EXAMPLES];
    size_t example_count;
    bool is_whole; /* all that was there at the start was read */
};
uint64_t weir_replay_bad(const struct weir_replay_report *report);  /* the sum of still_bad */
uint64_t weir_replay_left(const struct weir_replay_report *report); /* the sum of left */

/* Runs to the end, or until SIGTERM or SIGINT: then WEIR_RETRY, and what is finished is committed; a second signal ends
 * the process. *report: what was done, also after a failure. */
enum weir_status weir_replay_run(const struct weir_replay_options *options, struct weir_replay_report *report,
                                 struct weir_error *error) WEIR_MUST_CHECK;

/* For a person; as one weir.replay/1 document on one line. WEIR_NO_MEMORY is the only failure; what `out` does not take
 * is the caller's to find. */
void weir_replay_print(const struct weir_replay_options *options, const struct weir_replay_report *report, FILE *out);
enum weir_status weir_replay_print_json(const struct weir_replay_options *options,
                                        const struct weir_replay_report *report, FILE *out) WEIR_MUST_CHECK;

#endif
