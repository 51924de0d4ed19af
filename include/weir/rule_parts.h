/* rules: parts of a ruleset looked at one by one: for `weir check`, which says what each of them costs and brings,
 * among others.
 *
 * Everything here borrows the whole ruleset. Any thread. */
#ifndef WEIR_RULE_PARTS_H
#define WEIR_RULE_PARTS_H

#include "weir/arena.h"
#include "weir/chars.h"
#include "weir/ruleset.h"

/* The index of the first expression whose pattern is this one or a later one: they stand in the order of patterns. */
size_t weir_ruleset_expression(const struct weir_ruleset *ruleset, uint32_t pattern);

struct weir_lone_rule;

/* The ruleset with a database that looks for one rule only. */
enum weir_status weir_lone_rule_new(const struct weir_ruleset *whole, uint32_t rule,
                                    struct weir_lone_rule **lone) WEIR_MUST_CHECK;
/* The same with a database that looks, in these views (bits 1 << weir_view), for what no text holds: what a scan costs
 * before it looks for anything. */
enum weir_status weir_lone_nothing_new(const struct weir_ruleset *whole, unsigned views,
                                       struct weir_lone_rule **lone) WEIR_MUST_CHECK;
void weir_lone_rule_free(struct weir_lone_rule *lone); /* NULL is fine */
/* Lives as long as lone. Its `views` are those in which it looks. */
const struct weir_ruleset *weir_lone_rule_get(const struct weir_lone_rule *lone);

/* The ruleset with each pattern as a rule of its own, of the same number, for every kind and language and without
 * exceptions. It shares the database. What *patterns points at lives in the arena. */
enum weir_status weir_ruleset_by_pattern(const struct weir_ruleset *whole, struct weir_arena *arena,
                                         struct weir_ruleset *patterns) WEIR_MUST_CHECK;

/* What a pattern means to its rule, the most first. */
enum weir_pattern_role {
    WEIR_PATTERN_ENOUGH, /* one hit of it makes the condition true, without any other */
    WEIR_PATTERN_HELPS,  /* it needs others, or more than one hit */
    WEIR_PATTERN_HINDERS /* it can only keep the rule from flagging: it stands under `not`, or in `except` */
};
enum weir_pattern_role weir_pattern_role(const struct weir_ruleset *ruleset, uint32_t pattern);

/* Warns, each at its place, of literals and regexes so short that ordinary text is full of them, where they alone make
 * their rule flag. */
void weir_ruleset_warn_short(const struct weir_ruleset *ruleset, const struct weir_chars *chars,
                             struct weir_diagnostics *diagnostics);

#endif
