/* Promise 5: a text cut into caption fragments at any code point (join: none, rollup: off), or at any space (join:
 * space), gives the hits and quotes of the whole text; also with partials that are rewritten and, under join: auto,
 * with lines that roll up. Whole texts are judged as one item, streams by a whole pipeline, and the updates of
 * provisional flags are counted in. A trial is one text.
 *
 *   WEIR_TRIALS=1000000 WEIR_SEED=7 property_captions */
#include "long.h"

#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/pipeline.h"
#include "weir/scan.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define TRIALS 20000ul
#define TRIALS_LONG 1000000ul
#define TEXT_BYTES 4096
#define HITS_MAX 4096
#define FRAGMENTS_MAX 1024
#define RULES 25

/* One pattern a rule, no cooldown: every hit is flagged. */
static const char *const PATTERNS[RULES] = {
    "literals: [\"safe account\", \"safe\"]",
    "literals: [\"gift card\"], boundary: none",
    "literals: [\"scam\"], boundary: word",
    "literals: [\"pay\"], boundary: end",
    "literals: [\"caf\u00E9\", \"nai\u0308ve\"]",
    "literals: [\"\u8F6C\u8D26\", \"\u5B89\u5168\u8D26\u6237\"]",
    "literals: [\"\u304B\", \"\u304C\u304E\"]",
    "literals: [\"\uD55C\uAD6D\", \"\uAC01\"]",
    "literals: [\"\u0E44\u0E17\u0E22\"]",
    "literals: [\"\u0441\u0447\u0435\u0442\", \"\u0431\u0430\u043D\u043A\"]",
    "literals: [\"\u0645\u0627\u0644\"]",
    "literals: [\"\u0939\u093F\"]",
    "literals: [\"stra\u00DFe\", \"ffi\"]",
    "literals: [\"safe\"], view: exact",
    "regex: '\\d{4,6}'",
    "regex: 'pay(?: now| later)?'",
    "regex: 'transfer .{1,12}?(?:money|funds)'",
    "regex: 'code(?! red)'",
    "regex: '(?<=pin )[0-9]+'",
    "regex: 'a\\w*z'",
    "regex: '[\u0430-\u044F]{3,5}'",
    "regex: 'bank$|^bank'",
    "regex: '(?:ha)+'",
    "regex: '\u8D26.'",
    "regex: 'safe[^y]{0,9}y|account|pay'",
};

static const char *const PIECES[] = {
    "safe account",
    "safe",
    "account",
    "gift card",
    "card",
    "scam",
    "scammer",
    "pay",
    "pay now",
    "pays",
    "later",
    "caf\u00E9",
    "cafe\u0301",
    "cafe",
    "nai\u0308ve",
    "\u0301",
    "\u0308",
    "\u8F6C\u8D26",
    "\u5B89\u5168",
    "\u8D26\u6237",
    "\u304B",
    "\u3099",
    "\u304B\u3099\u304D\u3099",
    "\uD55C\uAD6D",
    "\u1100\u1161",
    "\u11A8",
    "\u0E44\u0E17\u0E22",
    "\u0E34",
    "\u0441\u0447\u0435\u0442",
    "\u0431\u0430\u043D\u043A",
    "\u0441\u0430fe acc\u043Eunt",
    "\u0645\u0627\u0644",
    "\u0939\u093F",
    "\u0939",
    "\u093F",
    "stra\u00DFe",
    "STRASSE",
    "\uFB03",
    "ffi",
    "\uFF53\uFF41\uFF46\uFF45",
    "SAFE",
    "12345678",
    "123",
    "transfer the money",
    "transfer your funds",
    "code",
    "code red",
    "pin 99",
    "abcz",
    "az",
    "bank",
    "haha",
    "ha",
    " ",
    " ",
    " ",
    "  ",
    "\t",
    "\u3000",
    "\u00A0",
    "\u200B",
    "\u00AD",
    ".",
    ", ",
    "-",
    "!",
    "x",
    "the",
    "and",
    "\u2019",
    "\U0001F600",
};

struct world {
    uint64_t seed;
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_settings_file *file;
    struct weir_settings settings;
    struct weir_ruleset *ruleset;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct weir_arena *arena;
    unsigned long hits;
    unsigned long provisional;
    unsigned long withdrawn;
};

/* A hit of a rule, in code points of the whole text. */
struct hit {
    unsigned rule;
    size_t start;
    size_t end;
};

struct hits {
    struct hit at[HITS_MAX];
    size_t count;
};

static uint32_t roll(struct world *world, uint32_t sides)
{
    /* splitmix64 (Steele, Lea and Flood, 2014) */
    uint64_t z = world->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) >> 32) % sides;
}

static int compare_hits(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

static void add_hit(struct hits *hits, struct hit hit)
{
    for (size_t i = 0; i < hits->count; i++)
        if (compare_hits(&hits->at[i], &hit) == 0)
            return;
    if (hits->count == HITS_MAX)
        abort();
    hits->at[hits->count++] = hit;
}

static void sort_hits(struct hits *hits)
{
    qsort(hits->at, hits->count, sizeof *hits->at, compare_hits);
}

/* ---- The text, and its fragments ---- */

static void make_text(struct world *world, char *text)
{
    size_t length = 0;
    unsigned count = 1 + roll(world, 40);
    for (unsigned i = 0; i < count; i++) {
        const char *piece = PIECES[roll(world, sizeof PIECES / sizeof *PIECES)];
        if (length + strlen(piece) + 2 > TEXT_BYTES)
            break;
        length += (size_t)sprintf(text + length, "%s%s", piece, roll(world, 3) ? " " : "");
    }
    text[length] = '\0';
}

/* How one trial is cut. */
struct cut {
    const char *text;
    struct weir_text at[FRAGMENTS_MAX]; /* what of the text each fragment says */
    size_t count;
    enum weir_join join;
    bool partials;
};

static void cut_text(struct world *world, struct cut *cut)
{
    const char *text = cut->text;
    size_t length = strlen(text);
    size_t start = 0;
    unsigned most = 1 + roll(world, 30);
    cut->count = 0;
    for (size_t at = 0; at <= length; at++) {
        bool is_end = at == length;
        bool can = cut->join == WEIR_JOIN_SPACE ? text[at] == ' ' : !weir_utf8_is_continuation(text[at]);
        if (!is_end && (!can || at == start || roll(world, most) != 0))
            continue;
        if (at > start && cut->count < FRAGMENTS_MAX)
            cut->at[cut->count++] = (struct weir_text){text + start, at - start};
        start = at + (cut->join == WEIR_JOIN_SPACE && !is_end);
    }
}

/* ---- The whole text, as one item ---- */

static void judge_whole(struct world *world, const char *text, struct hits *hits)
{
    const struct weir_value value = {0, weir_text_of(text)};
    const struct weir_item item = {.kind = WEIR_CAPTION, .values = &value, .value_count = value.text.length > 0};
    struct weir_scan_text texts;
    struct weir_hits found;
    struct weir_verdict verdict;
    weir_arena_reset(world->arena);
    if (weir_normalize(world->normalizer, &item, world->ruleset->views, &texts) != WEIR_OK)
        abort();
    weir_scan(world->scanner, &texts, &found);
    if (weir_decide(world->decider, &item, &texts, &found, world->arena, &verdict) != WEIR_OK)
        abort();
    hits->count = 0;
    for (size_t i = 0; i < verdict.match_count[WEIR_CHANNEL_REVIEW]; i++) {
        const struct weir_match *match = &verdict.matches[WEIR_CHANNEL_REVIEW][i];
        for (size_t j = 0; j < match->evidence_count; j++)
            add_hit(hits, (struct hit){(unsigned)(match->rule - world->ruleset->rules), match->evidence[j].start,
                                       match->evidence[j].end});
    }
    sort_hits(hits);
}

/* ---- The fragments, through a pipeline ---- */

struct flag {
    json_t *record;
    char state; /* 'p'rovisional, 'c'onfirmed, 'w'ithdrawn or ' ' */
};

struct run {
    struct weir_source source;
    struct weir_sink sink;
    struct world *world;
    const struct cut *cut;
    size_t next;
    json_t *payloads;
    struct flag flags[HITS_MAX];
    size_t flag_count;
    const char *wrong;
};

static enum weir_status poll_payloads(struct weir_source *source, struct weir_batch *batch, int timeout_ms,
                                      struct weir_error *error)
{
    (void)timeout_ms;
    struct run *run = (struct run *)source;
    size_t count = json_array_size(run->payloads);
    for (; run->next < count && !weir_batch_full(batch); run->next++) {
        char *text = json_dumps(json_array_get(run->payloads, run->next), JSON_COMPACT);
        batch->messages[batch->count++] = (struct weir_message){
            .origin = {WEIR_TEXT_LITERAL("captions"), 0, (int64_t)run->next, -1, false},
            .payload = weir_arena_padded(batch->arena, weir_text_of(text)),
            .mapping = 1,
        };
        free(text);
    }
    if (run->next < count)
        return WEIR_OK;
    error->status = WEIR_OK;
    return WEIR_FATAL;
}

static enum weir_status ignore_finished(struct weir_source *source, uint32_t slot, struct weir_progress progress)
{
    (void)source;
    (void)slot;
    (void)progress;
    return WEIR_OK;
}

static enum weir_status take_record(struct weir_sink *sink, const struct weir_record *record, struct weir_error *error)
{
    (void)error;
    struct run *run = (struct run *)(void *)((char *)sink - offsetof(struct run, sink));
    json_t *json = json_loadb(record->value.data, record->value.length, JSON_ALLOW_NUL, NULL);
    if (!json || run->flag_count == HITS_MAX)
        abort();
    const char *schema = json_string_value(json_object_get(json, "schema"));
    if (schema && strcmp(schema, "weir.flag/1") == 0) {
        run->flags[run->flag_count++] =
            (struct flag){json, json_is_true(json_object_get(json, "provisional")) ? 'p' : ' '};
        return WEIR_OK;
    }
    const char *id = json_string_value(json_object_get(json, "flag_id"));
    struct flag *flag = NULL;
    for (size_t i = 0; id && i < run->flag_count && !flag; i++)
        if (strcmp(id, json_string_value(json_object_get(run->flags[i].record, "flag_id"))) == 0)
            flag = &run->flags[i];
    if (!flag || flag->state != 'p') {
        run->wrong = "an update of no provisional flag";
    } else {
        flag->state = *json_string_value(json_object_get(json, "state"));
        if (json_object_get(json, "rules"))
            json_object_set(flag->record, "rules", json_object_get(json, "rules"));
    }
    json_decref(json);
    return WEIR_OK;
}

static enum weir_status poll_sink(struct weir_sink *sink, int timeout_ms, struct weir_error *error)
{
    (void)sink;
    (void)timeout_ms;
    (void)error;
    return WEIR_OK;
}

static int64_t tell_no_time(void *context)
{
    (void)context;
    return 0;
}

static void add_payload(struct run *run, size_t number, struct weir_text text, bool is_final)
{
    json_t *payload = json_pack("{s:s, s:I, s:b, s:o}", "stream_id", "s", "seq", (json_int_t)number, "final", is_final,
                                "text", json_stringn(text.data, text.length));
    if (!payload)
        abort();
    json_array_append_new(run->payloads, payload);
}

/* What speech recognition may have heard before it settled: the beginning, or something else. */
static void add_partials(struct world *world, struct run *run, size_t number, struct weir_text text)
{
    for (unsigned count = roll(world, 3); count > 0; count--) {
        struct weir_text heard = text;
        if (roll(world, 3) == 0)
            heard = weir_text_of(PIECES[roll(world, sizeof PIECES / sizeof *PIECES)]);
        else if (text.length > 0)
            heard.length = roll(world, (uint32_t)text.length + 1);
        while (heard.length < text.length && heard.data == text.data &&
               weir_utf8_is_continuation(heard.data[heard.length]))
            heard.length++;
        if (heard.length > 0)
            add_payload(run, number, heard, false);
    }
}

static void make_payloads(struct world *world, struct run *run)
{
    run->payloads = json_array();
    for (size_t i = 0; i < run->cut->count; i++) {
        if (run->cut->partials)
            add_partials(world, run, i + 1, run->cut->at[i]);
        add_payload(run, i + 1, run->cut->at[i], true);
    }
    json_array_append_new(run->payloads, json_pack("{s:s, s:b}", "stream_id", "s", "end", 1));
}

/* Where the fragment begins in the whole text, in code points. */
static size_t place_fragment(const struct cut *cut, json_int_t sequence)
{
    const char *start = cut->at[sequence - 1].data;
    return weir_utf8_count((struct weir_text){cut->text, (size_t)(start - cut->text)});
}

static void collect_rule(struct run *run, json_t *rule, struct hits *hits)
{
    size_t i;
    json_t *evidence;
    unsigned number = (unsigned)atoi(json_string_value(json_object_get(rule, "id")) + strlen("t.r"));
    json_array_foreach(json_object_get(rule, "evidence"), i, evidence)
    {
        json_t *fragments = json_object_get(evidence, "fragments");
        json_t *first = json_array_get(fragments, 0);
        json_t *last = json_array_get(fragments, json_array_size(fragments) - 1);
        struct hit hit = {.rule = number};
        hit.start = place_fragment(run->cut, json_integer_value(json_object_get(first, "sequence"))) +
                    (size_t)json_integer_value(json_object_get(first, "start"));
        size_t last_end = place_fragment(run->cut, json_integer_value(json_object_get(last, "sequence"))) +
                          (size_t)json_integer_value(json_object_get(last, "end"));
        /* The quote is what the whole text says there. */
        size_t from = 0;
        for (size_t points = 0; points < hit.start; points++)
            from += weir_utf8_width(run->cut->text[from]);
        struct weir_text quote = weir_text_of(json_string_value(json_object_get(evidence, "quote")));
        hit.end = hit.start + weir_utf8_count(quote);
        /* A space between two fragments is of neither. */
        bool is_whole = hit.end == last_end || (run->cut->join == WEIR_JOIN_SPACE && hit.end == last_end + 1);
        if (strncmp(run->cut->text + from, quote.data, quote.length) != 0 || !is_whole)
            run->wrong = "a quote that is not in the text";
        add_hit(hits, hit);
    }
}

static void judge_stream(struct world *world, struct run *run, struct hits *hits)
{
    static const struct weir_source_operations source = {.poll = poll_payloads, .finished = ignore_finished};
    static const struct weir_sink_operations sink = {.put = take_record, .poll = poll_sink};
    struct weir_counters counters = {0};
    struct weir_pipeline *pipeline;
    struct weir_error error = {0};
    run->source.operations = &source;
    run->sink.operations = &sink;
    world->settings.captions.join = run->cut->join;
    make_payloads(world, run);
    struct weir_pipeline_parts parts = {.settings = &world->settings,
                                        .ruleset = world->ruleset,
                                        .chars = world->chars,
                                        .counters = &counters,
                                        .clock = {tell_no_time, tell_no_time, NULL},
                                        .record_max = SIZE_MAX,
                                        .is_reproducible = true};
    if (weir_pipeline_new(&parts, &pipeline) != WEIR_OK)
        abort();
    const struct weir_source_events *events = weir_pipeline_source_events(pipeline);
    events->assigned(events->context, "captions", 0, 0, (struct weir_progress){-1, -1});
    weir_pipeline_connect(pipeline, &run->source, &run->sink);
    while (weir_pipeline_turn(pipeline, 0, &error) == WEIR_OK) {
    }
    weir_pipeline_free(pipeline);
    hits->count = 0;
    for (size_t i = 0; i < run->flag_count; i++) {
        struct flag *flag = &run->flags[i];
        world->provisional += flag->state != ' ';
        world->withdrawn += flag->state == 'w';
        if (flag->state == 'p')
            run->wrong = "a provisional flag that was never settled";
        if (flag->state != 'w')
            collect_rule(run, json_array_get(json_object_get(flag->record, "rules"), 0), hits);
        json_decref(flag->record);
    }
    sort_hits(hits);
}

/* ---- Trials ---- */

static void show_hits(const char *what, const struct hits *hits)
{
    printf("%s:", what);
    for (size_t i = 0; i < hits->count; i++)
        printf(" r%u[%zu,%zu)", hits->at[i].rule, hits->at[i].start, hits->at[i].end);
    printf("\n");
}

static bool try_cut(struct world *world, const struct cut *cut, struct hits *whole, struct hits *parts)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        abort();
    run->world = world;
    run->cut = cut;
    judge_whole(world, cut->text, whole);
    judge_stream(world, run, parts);
    world->hits += whole->count;
    bool same = whole->count == parts->count;
    for (size_t i = 0; same && i < whole->count; i++)
        same = compare_hits(&whole->at[i], &parts->at[i]) == 0;
    if (!same || run->wrong) {
        char *payloads = json_dumps(run->payloads, JSON_ENSURE_ASCII);
        printf("join %d, window %zu\n%s\n%s\n", (int)cut->join, world->settings.captions.window_bytes, payloads,
               run->wrong ? run->wrong : "");
        show_hits("whole", whole);
        show_hits("parts", parts);
        free(payloads);
    }
    same = same && !run->wrong;
    json_decref(run->payloads);
    free(run);
    return same;
}

static bool try_text(struct world *world, struct hits *whole, struct hits *parts)
{
    static char text[TEXT_BYTES];
    static struct cut cut;
    make_text(world, text);
    cut.text = text;
    cut.join = roll(world, 3) ? WEIR_JOIN_NONE : WEIR_JOIN_SPACE;
    cut.partials = roll(world, 2);
    world->settings.captions.window_bytes = 64 + 64 * roll(world, 4);
    cut_text(world, &cut);
    return try_cut(world, &cut, whole, parts);
}

static void load(struct world *world)
{
    char *pack = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&pack, &length);
    fprintf(out, "pack: t\nversion: 1.0.0\nrules:\n");
    for (unsigned i = 0; i < RULES; i++)
        fprintf(out,
                "  - {id: t.r%u, title: t, why: w, category: scams_and_fraud, severity: low, cooldown: 0s, patterns: "
                "{p: {%s}}, examples: {flag: [a], pass: [b]}}\n",
                i, PATTERNS[i]);
    fclose(out);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(10);
    struct weir_folding folding = weir_normalizer_folding(world->normalizer);
    if (weir_ruleset_parse("t.yaml", (struct weir_text){pack, length}, &world->settings.fields, &folding, diagnostics,
                           &world->ruleset) != WEIR_OK) {
        weir_diagnostics_print(diagnostics, stderr);
        abort();
    }
    weir_diagnostics_free(diagnostics);
    free(pack);
}

int main(void)
{
    const char *trials = getenv("WEIR_TRIALS");
    const char *seed = getenv("WEIR_SEED");
    unsigned long wanted = trials ? strtoul(trials, NULL, 10) : test_is_long() ? TRIALS_LONG : TRIALS;
    struct world world = {.seed = seed ? strtoull(seed, NULL, 10) : 20261127};
    static struct hits whole;
    static struct hits parts;
    world.chars = weir_chars_new();
    world.arena = weir_arena_new(1u << 20);
    if (!world.chars || !world.arena || weir_normalizer_new(world.chars, &world.normalizer) != WEIR_OK ||
        weir_settings_default(&world.file) != WEIR_OK)
        return 3;
    world.settings = *weir_settings_get(world.file);
    world.settings.limits.evidence = 1000;
    world.settings.captions.rollup = false;
    load(&world);
    if (weir_scanner_new(world.ruleset, world.settings.limits.hits, &world.scanner) != WEIR_OK ||
        weir_decider_new(world.ruleset, world.chars, &world.settings.limits, &world.decider) != WEIR_OK)
        return 3;
    printf("WEIR_SEED=%llu WEIR_TRIALS=%lu\n", (unsigned long long)world.seed, wanted);
    fflush(stdout);
    unsigned long done = 0;
    bool good = true;
    for (; good && done < wanted; done++)
        good = try_text(&world, &whole, &parts);
    printf("%lu texts%s: %lu hits; %lu provisional flags, %lu of them withdrawn\n", done,
           good ? "" : ", and a difference", world.hits, world.provisional, world.withdrawn);
    weir_decider_free(world.decider);
    weir_scanner_free(world.scanner);
    weir_ruleset_free(world.ruleset);
    weir_settings_free(world.file);
    weir_normalizer_free(world.normalizer);
    weir_arena_free(world.arena);
    weir_chars_free(world.chars);
    return good ? 0 : 1;
}
