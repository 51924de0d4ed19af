/* The ledger against its contract, and against a slow model under random deliveries, gaps and revocations. */
#include "weir/commit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t hold(struct weir_ledger *ledger, uint32_t slot, int64_t offset)
{
    uint64_t ticket = 0;
    assert_int_equal(weir_ledger_hold(ledger, slot, offset, &ticket), WEIR_OK);
    assert_true(ticket != 0);
    return ticket;
}

static void slots__same_partition__same_slot(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t a = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    uint32_t b = weir_ledger_assign(ledger, "posts", 1, 2, -1);
    uint32_t c = weir_ledger_assign(ledger, "captions", 0, 3, -1);
    assert_true(a != b && b != c && a != c);
    weir_ledger_revoke(ledger, b);
    assert_int_equal(weir_ledger_assign(ledger, "posts", 1, 4, -1), b);
    assert_int_equal(weir_ledger_assign(ledger, "posts", 0, 1, -1), a);
    weir_ledger_free(ledger);
}

static void watermark__records_in_flight__stays_at_the_oldest(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t slot = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    assert_int_equal(weir_ledger_watermark(ledger, slot), -1);
    weir_ledger_done(ledger, slot, 100);
    uint64_t first = hold(ledger, slot, 101);
    weir_ledger_done(ledger, slot, 101);
    weir_ledger_done(ledger, slot, 102);
    uint64_t second = hold(ledger, slot, 107); /* 103 to 106 do not exist */
    uint64_t twin = hold(ledger, slot, 107);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 101);
    weir_ledger_done(ledger, slot, 107);
    weir_ledger_delivered(ledger, second);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 101);
    assert_int_equal(weir_ledger_held(ledger, slot), 2);
    weir_ledger_delivered(ledger, first);
    weir_ledger_delivered(ledger, first);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 107);
    weir_ledger_delivered(ledger, twin);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 108);
    assert_int_equal(weir_ledger_held(ledger, slot), 0);
    weir_ledger_free(ledger);
}

static void watermark__delivered_before_done__waits_for_done(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t slot = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    weir_ledger_delivered(ledger, hold(ledger, slot, 5));
    assert_int_equal(weir_ledger_watermark(ledger, slot), -1);
    weir_ledger_done(ledger, slot, 5);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 6);
    weir_ledger_free(ledger);
}

static void tickets__of_an_earlier_assignment__are_ignored(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t slot = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    uint64_t old = hold(ledger, slot, 10);
    weir_ledger_done(ledger, slot, 10);
    weir_ledger_revoke(ledger, slot);
    assert_int_equal(weir_ledger_watermark(ledger, slot), -1);
    assert_int_equal(weir_ledger_held(ledger, slot), 0);
    uint64_t none;
    assert_int_equal(weir_ledger_hold(ledger, slot, 11, &none), WEIR_INVALID);
    weir_ledger_done(ledger, slot, 11);

    weir_ledger_assign(ledger, "posts", 0, 2, -1);
    assert_int_equal(weir_ledger_watermark(ledger, slot), -1);
    uint64_t again = hold(ledger, slot, 10);
    weir_ledger_done(ledger, slot, 10);
    weir_ledger_delivered(ledger, old);
    assert_int_equal(weir_ledger_watermark(ledger, slot), 10);
    weir_ledger_assign(ledger, "posts", 0, 3, -1); /* taken again without a word of revocation */
    weir_ledger_delivered(ledger, again);
    assert_int_equal(weir_ledger_watermark(ledger, slot), -1);
    weir_ledger_delivered(ledger, 0);
    weir_ledger_delivered(ledger, UINT64_MAX);
    weir_ledger_delivered(ledger, UINT64_C(77) << 40);
    weir_ledger_free(ledger);
}

struct visits {
    size_t count;
    int64_t watermark;
    bool answer;
};

static bool note_visit(void *context, uint32_t slot, int64_t watermark)
{
    (void)slot;
    struct visits *visits = context;
    visits->count++;
    visits->watermark = watermark;
    return visits->answer;
}

static void risen__answered_false__asks_again(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t slot = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    struct visits visits = {.answer = false};
    weir_ledger_risen(ledger, note_visit, &visits);
    assert_int_equal(visits.count, 0);
    weir_ledger_done(ledger, slot, 0);
    weir_ledger_risen(ledger, note_visit, &visits);
    visits.answer = true;
    weir_ledger_risen(ledger, note_visit, &visits);
    weir_ledger_risen(ledger, note_visit, &visits);
    assert_int_equal(visits.count, 2);
    assert_int_equal(visits.watermark, 1);
    weir_ledger_done(ledger, slot, 9);
    weir_ledger_risen(ledger, note_visit, &visits);
    assert_int_equal(visits.count, 3);
    assert_int_equal(visits.watermark, 10);
    weir_ledger_revoke(ledger, slot);
    weir_ledger_risen(ledger, note_visit, &visits);
    assert_int_equal(visits.count, 3);
    weir_ledger_free(ledger);
}

/* ---- Against a model that remembers every offset ---- */

#define MODEL_SLOTS 3
#define MODEL_RECORDS 4096
#define MODEL_STEPS 20000

struct model_record {
    uint64_t ticket;
    int64_t offset;
    uint32_t epoch;
    bool delivered;
};

struct model {
    uint32_t slot;
    uint32_t epoch;
    bool assigned;
    int64_t offset; /* of the message being worked on */
    int64_t done;
    struct model_record records[MODEL_RECORDS];
    size_t record_count;
};

static int64_t model_watermark(const struct model *model, size_t *held)
{
    int64_t watermark = model->done < 0 ? -1 : model->done + 1;
    *held = 0;
    for (size_t i = 0; i < model->record_count; i++) {
        const struct model_record *record = &model->records[i];
        if (record->epoch != model->epoch || record->delivered)
            continue;
        (*held)++;
        if (record->offset < watermark)
            watermark = record->offset;
    }
    if (!model->assigned) {
        *held = 0;
        return -1;
    }
    return watermark;
}

static void take_step(struct weir_ledger *ledger, struct model *model, uint32_t number, uint32_t *epochs)
{
    int dice = rand() % 100;
    if (!model->assigned || dice == 0) {
        if (model->assigned && rand() % 4)
            weir_ledger_revoke(ledger, model->slot);
        model->epoch = ++*epochs;
        model->assigned = true;
        model->done = -1;
        model->slot = weir_ledger_assign(ledger, "posts", (int32_t)number, model->epoch, -1);
    } else if (dice == 1) {
        weir_ledger_revoke(ledger, model->slot);
        model->assigned = false;
    } else if (dice < 40) {
        for (int records = rand() % 3; records > 0 && model->record_count < MODEL_RECORDS; records--)
            model->records[model->record_count++] =
                (struct model_record){hold(ledger, model->slot, model->offset), model->offset, model->epoch, false};
        weir_ledger_done(ledger, model->slot, model->offset);
        model->done = model->offset;
        model->offset += 1 + (rand() % 10 == 0 ? rand() % 50 : 0);
    } else if (model->record_count > 0) {
        /* Any record, of any assignment, again and again. */
        struct model_record *record = &model->records[(size_t)rand() % model->record_count];
        record->delivered = true;
        weir_ledger_delivered(ledger, record->ticket);
    }
}

static void ledger__random_histories__agrees_with_the_model(void **state)
{
    (void)state;
    struct model *models = malloc(MODEL_SLOTS * sizeof *models);
    assert_non_null(models);
    for (unsigned seed = 1; seed <= 4; seed++) {
        srand(seed);
        memset(models, 0, MODEL_SLOTS * sizeof *models);
        struct weir_ledger *ledger = weir_ledger_new();
        uint32_t epochs = 0;
        for (int step = 0; step < MODEL_STEPS; step++) {
            uint32_t number = (uint32_t)rand() % MODEL_SLOTS;
            take_step(ledger, &models[number], number, &epochs);
            size_t held;
            int64_t expected = model_watermark(&models[number], &held);
            if (!models[number].epoch)
                continue;
            assert_int_equal(weir_ledger_watermark(ledger, models[number].slot), expected);
            assert_int_equal(weir_ledger_held(ledger, models[number].slot), held);
        }
        weir_ledger_free(ledger);
    }
    free(models);
}

static void ring__many_records_in_flight__grows_and_empties(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct weir_ledger *ledger = weir_ledger_new();
    uint32_t slot = weir_ledger_assign(ledger, "posts", 0, 1, -1);
    uint64_t *tickets = calloc(COUNT, sizeof *tickets);
    assert_non_null(tickets);
    for (int i = 0; i < COUNT; i++) {
        tickets[i] = hold(ledger, slot, i);
        weir_ledger_done(ledger, slot, i);
    }
    for (int i = COUNT; i-- > 0;) {
        assert_int_equal(weir_ledger_watermark(ledger, slot), 0);
        weir_ledger_delivered(ledger, tickets[i]);
    }
    assert_int_equal(weir_ledger_watermark(ledger, slot), COUNT);
    free(tickets);
    weir_ledger_free(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots__same_partition__same_slot),
        cmocka_unit_test(watermark__records_in_flight__stays_at_the_oldest),
        cmocka_unit_test(watermark__delivered_before_done__waits_for_done),
        cmocka_unit_test(tickets__of_an_earlier_assignment__are_ignored),
        cmocka_unit_test(risen__answered_false__asks_again),
        cmocka_unit_test(ledger__random_histories__agrees_with_the_model),
        cmocka_unit_test(ring__many_records_in_flight__grows_and_empties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
