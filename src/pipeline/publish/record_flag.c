/* publish: a verdict as a weir.flag/1 record. Owns the record's shape and its way to fit into record_max; never leaves
 * a flag out because it is long. */
#include "record_parts.h"

#include "weir/clock.h"

#include <inttypes.h>

/* 0c5aae04-efdf-4eb3-9e97-e36a77a0e933, also in docs/records.md. Must never change: the ids of flags would change with
 * it. */
const uint8_t WEIR_FLAG_NAMESPACE[16] = {0x0C, 0x5A, 0xAE, 0x04, 0xEF, 0xDF, 0x4E, 0xB3,
                                         0x9E, 0x97, 0xE3, 0x6A, 0x77, 0xA0, 0xE9, 0x33};

struct flag {
    const struct weir_encoder *encoder;
    const struct weir_finding *finding;
    struct weir_record_matches matches;
    bool truncated;
    bool inconclusive;
    bool provisional;
    char flagged_at[WEIR_RFC3339_SIZE];
};

static void judge_matches(struct flag *flag)
{
    struct weir_record_matches *matches = &flag->matches;
    for (size_t i = 0; i < matches->count; i++) {
        if (matches->at[i].rule->severity > matches->at[matches->top].rule->severity)
            matches->top = i;
        flag->truncated = flag->truncated || matches->at[i].truncated;
        flag->inconclusive = flag->inconclusive || matches->at[i].inconclusive;
        flag->provisional = flag->provisional || matches->at[i].provisional;
    }
}

enum weir_status weir_record_id(const struct weir_encoder *encoder, const struct weir_item *item, const char *kind,
                                const struct weir_rule *rule, struct weir_arena *arena, char id[WEIR_UUID_SIZE])
{
    const struct weir_origin *origin = &item->origin;
    const char *rest = weir_arena_format(arena, "/%" PRId32 "/%" PRId64 "/%s/%s%s", origin->partition, origin->offset,
                                         encoder->ruleset->sha256, kind, rule ? "/" : "");
    struct weir_text stream = rule && item->caption.stream.data ? item->caption.stream : WEIR_TEXT_LITERAL("");
    const char *last = rule ? weir_arena_format(arena, "/%s", rule->id) : "";
    size_t length = rest && last ? origin->topic.length + strlen(rest) + stream.length + strlen(last) : 0;
    char *name = rest && last ? weir_arena_alloc(arena, length) : NULL;
    if (!name)
        return WEIR_NO_MEMORY;
    /* Not by printf: the names of a file and of a stream may be any bytes. */
    char *at = mempcpy(name, origin->topic.data, origin->topic.length);
    at = mempcpy(at, rest, strlen(rest));
    at = mempcpy(at, stream.data, stream.length);
    memcpy(at, last, strlen(last));
    return weir_hash_uuid5(WEIR_FLAG_NAMESPACE, (struct weir_text){name, length}, id);
}

enum weir_status weir_flag_id(const struct weir_encoder *encoder, const struct weir_item *item,
                              enum weir_channel channel, const struct weir_rule *rule, struct weir_arena *arena,
                              char id[WEIR_UUID_SIZE])
{
    return weir_record_id(encoder, item, weir_channel_name(channel), rule, arena, id);
}

static void put_flag(struct weir_record_json *json, const struct flag *flag, const struct weir_record_cut *cut,
                     bool is_cut)
{
    const struct weir_encoder *encoder = flag->encoder;
    const struct weir_item *item = flag->finding->item;
    const struct weir_rule *top = flag->matches.at[flag->matches.top].rule;
    weir_record_object(json, NULL);
    weir_record_put_string(json, "schema", "weir.flag/1");
    weir_record_put_string(json, "flag_id", flag->finding->flag_id);
    weir_record_put_string(json, "flagged_at", flag->flagged_at);
    weir_record_put_string(json, "kind", weir_kind_name(item->kind));
    weir_record_put_source(json, &item->origin);
    weir_record_put_item(json, encoder, item, &flag->matches, cut);
    weir_record_put_string(json, "severity", weir_severity_name(top->severity));
    weir_record_put_rules(json, encoder, item, &flag->matches, cut);
    weir_record_put_generation(json, encoder->ruleset);
    weir_record_put_content(json, encoder, item, &flag->matches, cut);
    if (flag->truncated || is_cut)
        weir_record_put_true(json, "truncated");
    if (flag->inconclusive)
        weir_record_put_true(json, "inconclusive");
    if (flag->provisional)
        weir_record_put_true(json, "provisional");
    if (flag->finding->repeat_of)
        weir_record_put_string(json, "repeat_of", flag->finding->repeat_of);
    if (flag->finding->repeats > 0)
        weir_record_put_number(json, "repeats", flag->finding->repeats);
    weir_record_end_object(json);
}

/* Says less; false when nothing is left that could be left out. */
static bool cut_further(struct weir_record_cut *cut)
{
    if (cut->evidence_max > 1)
        cut->evidence_max /= 2;
    else if (cut->rule_max > 1)
        cut->rule_max /= 2;
    else if (cut->content != WEIR_CONTENT_NONE)
        cut->content = WEIR_CONTENT_NONE;
    else
        return false;
    return true;
}

static struct weir_record_cut first_cut(const struct flag *flag)
{
    struct weir_record_cut cut = {
        .content = flag->encoder->content == WEIR_CONTENT_NONE ? WEIR_CONTENT_NONE : WEIR_CONTENT_EXCERPT,
        .rule_max = flag->matches.count,
        .evidence_max = 1,
        .text_max = WEIR_RECORD_CUT_TEXT,
    };
    for (size_t i = 0; i < flag->matches.count; i++)
        if (flag->matches.at[i].evidence_count > cut.evidence_max)
            cut.evidence_max = flag->matches.at[i].evidence_count;
    return cut;
}

static enum weir_record_fit write_flag(struct weir_record_json *json, const struct flag *flag,
                                       const struct weir_record_cut *cut, bool is_cut, size_t max,
                                       struct weir_text *line)
{
    put_flag(json, flag, cut, is_cut);
    return weir_record_finish(json, max, line);
}

/* The whole flag if it fits into record_max, else as much of it as does. */
static enum weir_status encode_flag(const struct flag *flag, struct weir_arena *arena, struct weir_text *line)
{
    size_t max = flag->encoder->record_max;
    struct weir_record_json json = {.arena = arena};
    struct weir_record_cut cut = {flag->encoder->content, SIZE_MAX, SIZE_MAX, SIZE_MAX};
    enum weir_record_fit fit = write_flag(&json, flag, &cut, false, max, line);
    if (fit == WEIR_RECORD_TOO_LONG) {
        cut = first_cut(flag);
        fit = write_flag(&json, flag, &cut, true, max, line);
    }
    while (fit == WEIR_RECORD_TOO_LONG) {
        size_t allowed = cut_further(&cut) ? max : SIZE_MAX;
        fit = write_flag(&json, flag, &cut, true, allowed, line);
    }
    return fit == WEIR_RECORD_FITS ? WEIR_OK : WEIR_NO_MEMORY;
}

enum weir_status weir_record_flag(const struct weir_encoder *encoder, const struct weir_finding *finding,
                                  struct weir_arena *arena, struct weir_record *record)
{
    const struct weir_verdict *verdict = finding->verdict;
    enum weir_channel channel = finding->channel;
    struct flag flag = {
        .encoder = encoder,
        .finding = finding,
        .matches = {verdict->matches[channel], verdict->match_count[channel], 0},
    };
    judge_matches(&flag);
    weir_clock_format_rfc3339(finding->now_ms, flag.flagged_at);
    struct weir_text line = {NULL, 0};
    enum weir_status status = encode_flag(&flag, arena, &line);
    struct weir_text id = weir_arena_text(arena, weir_text_of(finding->flag_id));
    if (status != WEIR_OK || !id.data)
        return WEIR_NO_MEMORY;
    const struct weir_rule *top = flag.matches.at[flag.matches.top].rule;
    *record = (struct weir_record){
        .output = channel == WEIR_CHANNEL_REVIEW ? WEIR_OUTPUT_REVIEW : WEIR_OUTPUT_SHADOW,
        .key = finding->item->key,
        .value = line,
        .flag_id = id.data,
        .severity = weir_severity_name(top->severity),
        .category = top->category,
    };
    return WEIR_OK;
}
