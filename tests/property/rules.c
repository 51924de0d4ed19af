/* Random packs and items: weir against a slow, obvious evaluator that knows RULES.md's words and nothing of weir's way
 * (rules/slow_*.c, rules/pcre_slow.c): which rules flag, in which channel, and every piece of evidence. A trial is one
 * rule on one item.
 *
 *   WEIR_TRIALS=1000000 WEIR_SEED=7 property_rules */
#include "long.h"
#include "rules/spec.h"

#include "weir/decide.h"
#include "weir/normalize.h"
#include "weir/scan.h"

#include <stdlib.h>
#include <unistd.h>

#define TRIALS 100000ul
#define TRIALS_LONG 1000000ul
#define HITS_MAX 200000
#define ITEMS 250 /* for each pack */

struct world {
    struct weir_chars *chars;
    struct weir_normalizer *normalizer;
    struct weir_arena *arena;
    struct chance chance;
    char hosts_file[32];
    unsigned long trials;
    unsigned long flags;
    unsigned long evidence;
    unsigned long skeletons;
    unsigned long inconclusive;
    unsigned long undecided;
    unsigned long refused; /* rules that did not load */
    unsigned long loaded;
};

/* Rules as both sides have them. */
struct pack {
    const struct spec_rule *specs;
    size_t count;
    size_t evidence_max;
    struct weir_ruleset *ruleset;
    struct weir_scanner *scanner;
    struct weir_decider *decider;
    struct slow_rule *slow[RULES_MAX];
};

static enum weir_status load(struct world *world, const struct spec_rule *rules, size_t count,
                             struct weir_ruleset **ruleset)
{
    char *source = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&source, &length);
    spell_pack(rules, count, world->hosts_file, out);
    fclose(out);
    struct weir_field_names fields = {.count = FIELDS_COUNT};
    for (size_t i = 0; i < FIELDS_COUNT; i++)
        fields.at[i] = SPEC_FIELDS[i];
    struct weir_folding folding = weir_normalizer_folding(world->normalizer);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(4);
    enum weir_status status =
        weir_ruleset_parse("t.yaml", (struct weir_text){source, length}, &fields, &folding, diagnostics, ruleset);
    if (status != WEIR_OK && getenv("WEIR_REFUSED"))
        weir_diagnostics_print(diagnostics, stderr);
    weir_diagnostics_free(diagnostics);
    free(source);
    return status;
}

static void open_pack(struct world *world, struct pack *pack)
{
    struct weir_limits limits = WEIR_LIMITS_DEFAULT;
    limits.hits = HITS_MAX; /* what this limit does is not tried here */
    limits.evidence = pack->evidence_max;
    if (load(world, pack->specs, pack->count, &pack->ruleset) != WEIR_OK ||
        weir_scanner_new(pack->ruleset, limits.hits, &pack->scanner) != WEIR_OK ||
        weir_decider_new(pack->ruleset, world->chars, &limits, &pack->decider) != WEIR_OK)
        abort(); /* each rule loaded by itself */
    for (size_t i = 0; i < pack->count; i++)
        pack->slow[i] = slow_rule_new(&pack->specs[i]);
}

static void close_pack(struct pack *pack)
{
    weir_decider_free(pack->decider);
    weir_scanner_free(pack->scanner);
    weir_ruleset_free(pack->ruleset);
    for (size_t i = 0; i < pack->count; i++)
        slow_rule_free(pack->slow[i]);
}

static void ask_weir(struct world *world, struct pack *pack, const struct weir_item *item, struct weir_verdict *verdict)
{
    struct weir_scan_text texts;
    struct weir_hits hits;
    weir_arena_reset(world->arena);
    if (weir_normalize(world->normalizer, item, pack->ruleset->views, &texts) != WEIR_OK)
        abort();
    weir_scan(pack->scanner, &texts, &hits);
    if (weir_decide(pack->decider, item, &texts, &hits, world->arena, verdict) != WEIR_OK)
        abort();
}

/* weir's word on the rule, in the channel in which it must be; *elsewhere: in the other one. */
static const struct weir_match *find_match(const struct weir_verdict *verdict, const struct spec_rule *spec,
                                           size_t number, bool *elsewhere)
{
    char id[16];
    const struct weir_match *found = NULL;
    snprintf(id, sizeof id, "t.r%zu", number);
    for (int channel = 0; channel < WEIR_CHANNEL_COUNT; channel++)
        for (size_t i = 0; i < verdict->match_count[channel]; i++) {
            const struct weir_match *match = &verdict->matches[channel][i];
            if (strcmp(match->rule->id, id) != 0)
                continue;
            bool is_shadow = spec->status == WEIR_RULE_SHADOW;
            if ((channel == WEIR_CHANNEL_SHADOW) == is_shadow)
                found = match;
            else
                *elsewhere = true;
        }
    return found;
}

static bool is_same(const struct weir_item *item, const struct weir_evidence *got, const struct slow_evidence *wanted)
{
    char name[16];
    char content[VALUES_MAX * (VALUE_BYTES + 1)];
    size_t length = 0;
    snprintf(name, sizeof name, "p%u", wanted->pattern);
    if (strcmp(got->pattern->name, name) != 0 || got->field != wanted->field || got->view != wanted->view ||
        got->start != wanted->start || got->end != wanted->end || got->start_byte != wanted->start_byte ||
        got->end_byte != wanted->end_byte)
        return false;
    for (size_t i = 0; i < item->value_count; i++) {
        if (item->values[i].field != got->field)
            continue;
        if (length > 0)
            content[length++] = '\n';
        memcpy(content + length, item->values[i].text.data, item->values[i].text.length);
        length += item->values[i].text.length;
    }
    struct weir_text quoted = {content + got->start_byte, got->end_byte - got->start_byte};
    return got->end_byte <= length && weir_text_equal(got->quote, quoted);
}

static bool agrees(const struct weir_item *item, const struct weir_match *match, const struct slow_answer *answer)
{
    if (!match || !answer->flags)
        return !match && !answer->flags;
    if (match->truncated != answer->truncated || match->evidence_count != answer->evidence_count)
        return false;
    for (size_t i = 0; i < answer->evidence_count; i++)
        if (!is_same(item, &match->evidence[i], &answer->evidence[i]))
            return false;
    return true;
}

/* ---- A difference, made small and shown ---- */

static void show_text(const char *what, struct weir_text text)
{
    printf("  %s\"", what);
    for (size_t i = 0; i < text.length;) {
        size_t width;
        uint32_t point = weir_utf8_decode(text.data + i, &width);
        if (point >= ' ' && point < 0x7F)
            putchar((int)point);
        else
            printf("\\u{%x}", point);
        i += width;
    }
    printf("\"\n");
}

static void show(struct world *world, struct pack *pack, size_t rule, const struct weir_item *item)
{
    struct weir_verdict verdict;
    struct slow_answer answer;
    bool elsewhere = false;
    spell_pack(&pack->specs[rule], 1, world->hosts_file, stdout);
    printf("%s, lang \"%.*s\"\n", weir_kind_name(item->kind), (int)item->lang.length, item->lang.data);
    for (size_t i = 0; i < item->value_count; i++)
        show_text(SPEC_FIELDS[item->values[i].field], item->values[i].text);
    for (size_t i = 0; i < item->fragment_count; i++)
        printf("  fragment at byte %u, %lld ms\n", item->fragments[i].start_byte,
               (long long)item->fragments[i].start_ms);
    struct slow_item *slow = slow_item_new(item);
    slow_judge(pack->slow[rule], slow, pack->evidence_max, &answer);
    ask_weir(world, pack, item, &verdict);
    const struct weir_match *match = find_match(&verdict, &pack->specs[rule], rule, &elsewhere);
    printf("weir: %s%s%s%s\n", match ? "flags" : "does not flag", match && match->truncated ? ", truncated" : "",
           match && match->inconclusive ? ", inconclusive" : "", elsewhere ? ", to the other channel" : "");
    for (size_t i = 0; match && i < match->evidence_count; i++) {
        const struct weir_evidence *one = &match->evidence[i];
        printf("  %s %s %zu-%zu bytes %zu-%zu %s", one->pattern->name, SPEC_FIELDS[one->field], one->start, one->end,
               one->start_byte, one->end_byte, weir_view_name(one->view));
        show_text("", one->quote);
    }
    printf("slow: %s%s\n", answer.flags ? "flags" : "does not flag", answer.truncated ? ", truncated" : "");
    for (size_t i = 0; i < answer.evidence_count; i++) {
        const struct slow_evidence *one = &answer.evidence[i];
        printf("  p%u %s %zu-%zu bytes %zu-%zu %s\n", one->pattern, SPEC_FIELDS[one->field], one->start, one->end,
               one->start_byte, one->end_byte, weir_view_name(one->view));
    }
    free(answer.evidence);
    slow_item_free(slow);
}

/* Whether the two sides differ on this rule. */
static bool differs(struct world *world, struct pack *pack, size_t rule, const struct weir_item *item,
                    const struct slow_item *slow, const struct weir_verdict *verdict)
{
    struct slow_answer answer;
    bool elsewhere = false;
    const struct weir_match *match = find_match(verdict, &pack->specs[rule], rule, &elsewhere);
    world->trials++;
    if (match && match->inconclusive) { /* a limit was reached, and weir says so */
        world->inconclusive++;
        return false;
    }
    slow_judge(pack->slow[rule], slow, pack->evidence_max, &answer);
    world->undecided += answer.undecided;
    bool same = answer.undecided || (!elsewhere && agrees(item, match, &answer));
    world->flags += answer.flags;
    world->evidence += answer.evidence_count;
    for (size_t i = 0; i < answer.evidence_count; i++)
        world->skeletons += answer.evidence[i].view == WEIR_VIEW_SKELETON;
    free(answer.evidence);
    return !same;
}

static bool still_differs(struct world *world, struct pack *pack, size_t rule, const struct weir_item *item)
{
    struct weir_verdict verdict;
    struct slow_item *slow = slow_item_new(item);
    ask_weir(world, pack, item, &verdict);
    bool still = differs(world, pack, rule, item, slow, &verdict);
    slow_item_free(slow);
    return still;
}

/* Takes out one character after another, as long as the two sides differ. */
static void shrink(struct world *world, struct pack *pack, size_t rule, struct spec_item *made)
{
    for (size_t i = 0; i < made->item.value_count; i++) {
        struct weir_text *text = &made->values[i].text;
        char *bytes = made->bytes[i];
        for (size_t at = 0; at < text->length && text->length > 1;) {
            char before[VALUE_BYTES];
            size_t length = text->length;
            size_t width = weir_utf8_width(bytes[at]);
            memcpy(before, bytes, length);
            memmove(bytes + at, bytes + at + width, length - at - width);
            text->length -= width;
            if (text->length > 0 && still_differs(world, pack, rule, &made->item))
                continue;
            memcpy(bytes, before, length);
            text->length = length;
            at += width;
        }
    }
}

/* ---- The trials ---- */

static bool try_item(struct world *world, struct pack *pack, const struct spec_words *words)
{
    struct spec_item made;
    struct weir_verdict verdict;
    size_t differing = pack->count;
    make_item(&world->chance, words, &made);
    struct slow_item *slow = slow_item_new(&made.item);
    ask_weir(world, pack, &made.item, &verdict);
    for (size_t i = 0; i < pack->count && differing == pack->count; i++)
        if (differs(world, pack, i, &made.item, slow, &verdict))
            differing = i;
    slow_item_free(slow);
    if (differing == pack->count)
        return true;
    if (made.item.fragment_count == 0)
        shrink(world, pack, differing, &made);
    show(world, pack, differing, &made.item);
    return false;
}

static void write_hosts(struct world *world, unsigned hosts)
{
    FILE *out = fopen(world->hosts_file, "w");
    if (!out)
        abort();
    spell_hosts(&world->chance, hosts, out);
    fclose(out);
}

static bool try_pack(struct world *world)
{
    struct spec_words words;
    struct spec_rule rules[RULES_MAX];
    make_words(&world->chance, &words);
    write_hosts(world, words.hosts);
    for (size_t i = 0; i < RULES_MAX;) {
        struct weir_ruleset *alone;
        make_rule(&world->chance, &words, &rules[i]);
        if (load(world, &rules[i], 1, &alone) != WEIR_OK) {
            world->refused++;
            continue;
        }
        weir_ruleset_free(alone);
        world->loaded++;
        i++;
    }
    struct pack pack = {.specs = rules, .count = RULES_MAX, .evidence_max = 2 + roll(&world->chance, 31)};
    bool good = true;
    open_pack(world, &pack);
    for (size_t i = 0; good && i < ITEMS; i++)
        good = try_item(world, &pack, &words);
    close_pack(&pack);
    return good;
}

int main(void)
{
    const char *trials = getenv("WEIR_TRIALS");
    const char *seed = getenv("WEIR_SEED");
    unsigned long wanted = trials ? strtoul(trials, NULL, 10) : test_is_long() ? TRIALS_LONG : TRIALS;
    struct world world = {.hosts_file = "/tmp/weir-hosts-XXXXXX",
                          .chance = {seed ? strtoull(seed, NULL, 10) : 20261124}};
    int hosts_file = mkstemp(world.hosts_file);
    if (hosts_file < 0)
        return 3;
    close(hosts_file);
    world.chars = weir_chars_new();
    world.arena = weir_arena_new(1u << 20);
    if (!world.chars || !world.arena || weir_normalizer_new(world.chars, &world.normalizer) != WEIR_OK)
        return 3;
    printf("WEIR_SEED=%llu WEIR_TRIALS=%lu\n", (unsigned long long)world.chance.state, wanted);
    fflush(stdout);
    bool good = true;
    while (good && world.trials < wanted)
        good = try_pack(&world);
    printf("%lu trials%s: %lu flags, %lu pieces of evidence, %lu of them skeletons, %lu inconclusive, %lu "
           "undecided; %lu rules, %lu refused\n",
           world.trials, good ? "" : ", and a difference", world.flags, world.evidence, world.skeletons,
           world.inconclusive, world.undecided, world.loaded, world.refused);
    remove(world.hosts_file);
    weir_normalizer_free(world.normalizer);
    weir_arena_free(world.arena);
    weir_chars_free(world.chars);
    bool is_worth = world.flags > world.trials / 50 && world.skeletons > 0 &&
                    world.inconclusive + world.undecided < world.trials / 1000;
    return good && is_worth ? 0 : 1;
}
