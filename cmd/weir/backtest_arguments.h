/* The command line of weir backtest. */
#ifndef WEIR_CMD_BACKTEST_ARGUMENTS_H
#define WEIR_CMD_BACKTEST_ARGUMENTS_H

#include "verbs.h"

#include "weir/backtest.h"

struct backtest_arguments {
    struct weir_rule_paths rules[WEIR_BACKTEST_SIDES];
    const char *config;
    const char *topic;
    const char *from;
    int64_t from_ms;
    unsigned samples;
    double fail_over; /* below 0: never */
    bool is_share;    /* fail_over is per cent */
    bool has_kind;
    bool text;
    bool json;
    bool help;
    const char *const *paths; /* what is left of the command line: files */
    size_t path_count;
};

/* False: it is wrong, and stderr says how. */
bool backtest_arguments_parse(int argc, char **argv, struct backtest_arguments *arguments);

#endif
