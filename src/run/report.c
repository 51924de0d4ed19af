/* Records in, counts kept. What comes twice counts once: flags and verdicts by the flag's id, rules by theirs. */
#include "report_store.h"

#include "weir/clock.h"

#include <ctype.h>
#include <stdlib.h>

#define FIRST_SLOTS 1024

struct weir_report *weir_report_new(void)
{
    struct weir_report *report = calloc(1, sizeof *report);
    if (!report)
        return NULL;
    report->slots = calloc(FIRST_SLOTS, sizeof *report->slots);
    report->slot_count = FIRST_SLOTS;
    report->first_ms = INT64_MAX;
    report->last_ms = INT64_MIN;
    if (report->slots)
        return report;
    free(report);
    return NULL;
}

void weir_report_free(struct weir_report *report)
{
    if (!report)
        return;
    for (size_t i = 0; i < report->rule_count; i++) {
        free(report->rules[i].id);
        free(report->rules[i].category);
        free(report->rules[i].keyword);
    }
    free(report->flags);
    free(report->slots);
    free(report->flag_rules);
    free(report->rules);
    free(report);
}

/* ---- The table of flags ---- */

/* Ids are digests: any of their bytes will do. */
static size_t slot_of(const struct weir_report *report, const uint8_t id[REPORT_ID_BYTES])
{
    uint64_t hash;
    memcpy(&hash, id + 8, sizeof hash);
    size_t at = (size_t)hash & (report->slot_count - 1);
    while (report->slots[at] && memcmp(report->flags[report->slots[at] - 1].id, id, REPORT_ID_BYTES) != 0)
        at = (at + 1) & (report->slot_count - 1);
    return at;
}

static bool grow_slots(struct weir_report *report)
{
    size_t count = 2 * report->slot_count;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    free(report->slots);
    report->slots = slots;
    report->slot_count = count;
    for (size_t i = 0; i < report->flag_count; i++)
        report->slots[slot_of(report, report->flags[i].id)] = (uint32_t)i + 1;
    return true;
}

/* The list with room for `more`, or NULL. */
static void *make_room(void *list, size_t count, size_t more, size_t *capacity, size_t size)
{
    if (count + more <= *capacity)
        return list;
    size_t larger = *capacity ? 2 * *capacity : 256;
    while (larger < count + more)
        larger *= 2;
    void *grown = realloc(list, larger * size);
    if (grown)
        *capacity = larger;
    return grown;
}

struct report_flag *report_find_flag(struct weir_report *report, const uint8_t id[REPORT_ID_BYTES])
{
    size_t at = slot_of(report, id);
    if (report->slots[at])
        return &report->flags[report->slots[at] - 1];
    if (2 * (report->flag_count + 1) > report->slot_count && !grow_slots(report))
        return NULL;
    struct report_flag *flags = make_room(report->flags, report->flag_count, 1, &report->flag_capacity, sizeof *flags);
    if (!flags)
        return NULL;
    report->flags = flags;
    struct report_flag *made = &flags[report->flag_count++];
    *made = (struct report_flag){.decided_ms = INT64_MIN};
    memcpy(made->id, id, REPORT_ID_BYTES);
    report->slots[slot_of(report, id)] = (uint32_t)report->flag_count;
    return made;
}

/* ---- Reading records ---- */

enum weir_status report_complain(struct weir_error *error, const char *what)
{
    return weir_error_set(error, WEIR_INVALID, "%s", what);
}

bool report_read_id(const json_t *record, const char *name, uint8_t id[REPORT_ID_BYTES])
{
    const char *text = json_string_value(json_object_get(record, name));
    size_t digits = 0;
    memset(id, 0, REPORT_ID_BYTES);
    for (; text && *text; text++) {
        if (*text == '-')
            continue;
        if (!isxdigit((unsigned char)*text) || digits == 2 * REPORT_ID_BYTES)
            return false;
        int digit = isdigit((unsigned char)*text) ? *text - '0' : tolower((unsigned char)*text) - 'a' + 10;
        id[digits / 2] = (uint8_t)(id[digits / 2] << 4 | digit);
        digits++;
    }
    return digits == 2 * REPORT_ID_BYTES;
}

bool report_read_time(const json_t *record, const char *name, int64_t *time_ms)
{
    const char *text = json_string_value(json_object_get(record, name));
    return text && weir_clock_parse_rfc3339(text, time_ms);
}

void report_note_time(struct weir_report *report, int64_t time_ms)
{
    report->first_ms = time_ms < report->first_ms ? time_ms : report->first_ms;
    report->last_ms = time_ms > report->last_ms ? time_ms : report->last_ms;
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static uint32_t find_rule(struct weir_report *report, const json_t *rule)
{
    const char *id = member(rule, "id");
    for (size_t i = 0; i < report->rule_count; i++)
        if (strcmp(report->rules[i].id, id) == 0)
            return (uint32_t)i;
    struct report_rule *rules = make_room(report->rules, report->rule_count, 1, &report->rule_capacity, sizeof *rules);
    if (!rules)
        return UINT32_MAX;
    report->rules = rules;
    struct report_rule *made = &rules[report->rule_count];
    *made = (struct report_rule){
        .id = strdup(id), .category = strdup(member(rule, "category")), .keyword = strdup(member(rule, "keyword"))};
    snprintf(made->severity, sizeof made->severity, "%s", member(rule, "severity"));
    if (made->id && made->category && made->keyword)
        return (uint32_t)report->rule_count++;
    free(made->id);
    free(made->category);
    free(made->keyword);
    return UINT32_MAX;
}

static uint8_t find_lang(struct weir_report *report, const char *tag)
{
    char lang[REPORT_LANG_SIZE];
    weir_tally_lang(weir_text_of(tag), lang);
    for (size_t i = 0; i < report->lang_count; i++)
        if (strcmp(report->langs[i], lang) == 0)
            return (uint8_t)i;
    if (report->lang_count >= REPORT_LANGS - 1 && strcmp(lang, WEIR_TALLY_OTHER) != 0)
        return find_lang(report, "?"); /* one is left for it */
    memcpy(report->langs[report->lang_count], lang, sizeof lang);
    return (uint8_t)report->lang_count++;
}

static enum weir_status add_rules(struct weir_report *report, const json_t *rules, struct report_flag *flag,
                                  bool *is_shadow)
{
    size_t count = json_array_size(rules);
    uint32_t *room =
        make_room(report->flag_rules, report->flag_rule_count, count, &report->flag_rule_capacity, sizeof *room);
    if (!room)
        return WEIR_NO_MEMORY;
    report->flag_rules = room;
    flag->rules = (uint32_t)report->flag_rule_count;
    for (size_t i = 0; i < count && i < UINT16_MAX; i++) {
        const json_t *rule = json_array_get(rules, i);
        uint32_t index = find_rule(report, rule);
        if (index == UINT32_MAX)
            return WEIR_NO_MEMORY;
        *is_shadow = *is_shadow || strcmp(member(rule, "status"), "shadow") == 0;
        report->flag_rules[report->flag_rule_count++] = index;
        flag->rule_count++;
    }
    return WEIR_OK;
}

static enum weir_status add_flag(struct weir_report *report, enum weir_report_place place, const json_t *record,
                                 struct weir_error *error)
{
    uint8_t id[REPORT_ID_BYTES];
    int64_t flagged_ms;
    const json_t *rules = json_object_get(record, "rules");
    if (!report_read_id(record, "flag_id", id))
        return report_complain(error, "a flag without a flag_id");
    if (!report_read_time(record, "flagged_at", &flagged_ms))
        return report_complain(error, "a flag without a time in flagged_at");
    if (json_array_size(rules) == 0)
        return report_complain(error, "a flag without rules");
    struct report_flag *flag = report_find_flag(report, id);
    if (!flag)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a flag");
    if (flag->is_known) {
        report->copies++;
        return WEIR_OK;
    }
    bool is_shadow = false;
    if (add_rules(report, rules, flag, &is_shadow) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a flag");
    if (place == WEIR_REPORT_OTHER)
        place = is_shadow ? WEIR_REPORT_SHADOW : WEIR_REPORT_REVIEW;
    flag->is_known = true;
    flag->flagged_ms = flagged_ms;
    flag->place = (uint8_t)place;
    flag->kind = strcmp(member(record, "kind"), "caption") == 0 ? WEIR_CAPTION : WEIR_POST;
    flag->is_repeat = json_object_get(record, "repeat_of") != NULL;
    flag->lang = find_lang(report, member(json_object_get(record, "item"), "lang"));
    report_note_time(report, flagged_ms);
    return WEIR_OK;
}

static enum weir_status add_update(struct weir_report *report, const json_t *record, struct weir_error *error)
{
    uint8_t id[REPORT_ID_BYTES];
    if (!report_read_id(record, "flag_id", id))
        return report_complain(error, "an update without a flag_id");
    struct report_flag *flag = report_find_flag(report, id);
    if (!flag)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for an update");
    flag->is_withdrawn = flag->is_withdrawn || strcmp(member(record, "state"), "withdrawn") == 0;
    report->updates++;
    return WEIR_OK;
}

/* The verdict that was reached last counts; of those that do not say when, the one that came last. */
static enum weir_status add_verdict(struct weir_report *report, const json_t *record, struct weir_error *error)
{
    uint8_t id[REPORT_ID_BYTES];
    int64_t decided_ms = INT64_MIN;
    const bool is_audit = json_object_get(record, "audit_id") != NULL;
    const json_t *decision = json_object_get(record, is_audit ? "missed" : "upheld");
    if (!report_read_id(record, is_audit ? "audit_id" : "flag_id", id))
        return report_complain(error, "a verdict without a flag_id or an audit_id");
    if (!json_is_boolean(decision))
        return report_complain(error, is_audit ? "a verdict whose missed is neither true nor false"
                                               : "a verdict whose upheld is neither true nor false");
    if (json_object_get(record, "decided_at") && !report_read_time(record, "decided_at", &decided_ms))
        return report_complain(error, "a verdict whose decided_at is no time");
    struct report_flag *flag = report_find_flag(report, id);
    if (!flag)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for a verdict");
    flag->is_audit = is_audit;
    if (flag->verdict == REPORT_UNREVIEWED || decided_ms >= flag->decided_ms) {
        flag->verdict = json_is_true(decision) ? REPORT_UPHELD : REPORT_OVERTURNED;
        flag->decided_ms = decided_ms;
    }
    report->verdicts++;
    return WEIR_OK;
}

static enum weir_status add_rollup(struct weir_report *report, const json_t *record, struct weir_error *error)
{
    int64_t from_ms, to_ms;
    const json_t *counts = json_object_get(record, "counts");
    if (!report_read_time(record, "from", &from_ms) || !report_read_time(record, "to", &to_ms))
        return report_complain(error, "a rollup without times in from and to");
    for (int i = 0; i < WEIR_COUNTER_COUNT; i++)
        if (!weir_counter_is_level((enum weir_counter)i))
            report->counts[i] +=
                (uint64_t)json_integer_value(json_object_get(counts, weir_counter_name((enum weir_counter)i)));
    report->rollups += counts != NULL;
    report_note_time(report, from_ms);
    report_note_time(report, to_ms);
    return WEIR_OK;
}

enum weir_status weir_report_add(struct weir_report *report, enum weir_report_place place, struct weir_text text,
                                 struct weir_error *error)
{
    json_t *record = json_loadb(text.data, text.length, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(record)) {
        json_decref(record);
        return report_complain(error, "it is no JSON object");
    }
    const char *schema = member(record, "schema");
    enum weir_status status = WEIR_OK;
    if (strcmp(schema, "weir.flag/1") == 0)
        status = add_flag(report, place, record, error);
    else if (strcmp(schema, "weir.flag-update/1") == 0)
        status = add_update(report, record, error);
    else if (strcmp(schema, "weir.verdict/1") == 0)
        status = add_verdict(report, record, error);
    else if (strcmp(schema, "weir.audit/1") == 0)
        status = report_add_audit(report, record, error);
    else if (strcmp(schema, "weir.rollup/1") == 0)
        status = add_rollup(report, record, error);
    else
        report->skipped++;
    json_decref(record);
    return status;
}
