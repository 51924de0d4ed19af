/* Notes what the stages are given. Must never change it, nor fail the path: a lack of memory is only noted too. */
#include "tape.h"

#include <stdlib.h>

#define ARENA_KEEP ((size_t)16 << 20)
#define ROOM_LEAST 512

bool path_tape_init(struct path_tape *tape)
{
    *tape = (struct path_tape){.arena = weir_arena_new(ARENA_KEEP)};
    return tape->arena != NULL;
}

void path_tape_fini(struct path_tape *tape)
{
    weir_arena_free(tape->arena);
    free(tape->scans);
    free(tape->decisions);
    free(tape->publications);
    *tape = (struct path_tape){0};
}

void path_tape_reset(struct path_tape *tape)
{
    weir_arena_reset(tape->arena);
    tape->scan_count = 0;
    tape->decision_count = 0;
    tape->publication_count = 0;
    tape->failed = false;
}

/* The list with room for one more, or NULL. */
static void *make_room(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    size_t larger = *capacity ? 2 * *capacity : ROOM_LEAST;
    void *grown = realloc(list, larger * size);
    if (grown)
        *capacity = larger;
    return grown;
}

static bool copy_hits(const struct weir_hits *hits, struct weir_arena *arena, struct weir_hits *copy)
{
    struct weir_hit *at = weir_arena_array(arena, hits->count + 1, sizeof *at);
    uint32_t *cut = weir_arena_array(arena, hits->cut_count + 1, sizeof *cut);
    if (!at || !cut)
        return false;
    if (hits->count > 0)
        memcpy(at, hits->at, hits->count * sizeof *at);
    if (hits->cut_count > 0)
        memcpy(cut, hits->cut, hits->cut_count * sizeof *cut);
    *copy = *hits;
    copy->at = at;
    copy->cut = cut;
    return true;
}

void path_tape_scanned(struct path_tape *tape, const struct weir_item *item, const struct weir_scan_text *texts,
                       const struct weir_hits *hits)
{
    struct tape_scan *scans = make_room(tape->scans, tape->scan_count, &tape->scan_capacity, sizeof *scans);
    tape->scans = scans ? scans : tape->scans;
    struct tape_scan scan = {.item = *item};
    if (!scans || weir_scan_text_copy(texts, tape->arena, &scan.texts) != WEIR_OK ||
        !copy_hits(hits, tape->arena, &scan.hits)) {
        tape->failed = true;
        return;
    }
    tape->scans[tape->scan_count++] = scan;
}

void path_tape_deciding(struct path_tape *tape, const struct weir_window *window)
{
    struct tape_decision *decisions =
        make_room(tape->decisions, tape->decision_count, &tape->decision_capacity, sizeof *decisions);
    tape->decisions = decisions ? decisions : tape->decisions;
    if (!decisions || tape->scan_count == 0) {
        tape->failed = true;
        return;
    }
    struct tape_decision *decision = &decisions[tape->decision_count++];
    *decision = (struct tape_decision){.scan = tape->scan_count - 1, .has_window = window != NULL};
    if (window)
        decision->window = *window;
}

/* A stream's flag: of one rule, in one channel. Pointers between the copies are set when they are used, since the list
 * moves as it grows. */
static void copy_finding(const struct weir_finding *finding, struct tape_publication *copy)
{
    copy->record = TAPE_FINDING;
    copy->item = *finding->item;
    copy->match = finding->verdict->matches[finding->channel][0];
    copy->finding = *finding;
}

static void copy_update(const struct weir_flag_update *update, struct tape_publication *copy)
{
    copy->record = TAPE_UPDATE;
    copy->item = *update->item;
    copy->match = *update->match;
    copy->update = *update;
    memcpy(copy->flag_id, update->flag_id, sizeof copy->flag_id);
}

void path_tape_publishing(struct path_tape *tape, const struct path_publication *publication)
{
    struct tape_publication *list =
        make_room(tape->publications, tape->publication_count, &tape->publication_capacity, sizeof *list);
    tape->publications = list ? list : tape->publications;
    if (!list || (publication->passage && tape->scan_count == 0)) {
        tape->failed = true;
        return;
    }
    struct tape_publication *copy = &list[tape->publication_count++];
    *copy = (struct tape_publication){.record = TAPE_VERDICT, .message = publication->message};
    if (publication->passage) {
        copy->scan = tape->scan_count - 1;
        copy->verdict = *publication->passage->verdict;
    } else if (publication->finding) {
        copy_finding(publication->finding, copy);
    } else if (publication->update) {
        copy_update(publication->update, copy);
    } else {
        copy->record = TAPE_DEAD_LETTER;
        copy->bad = *publication->bad;
    }
}
