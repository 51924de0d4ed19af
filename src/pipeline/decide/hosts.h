/* Where listed hosts stand in a text. Private to decide. */
#ifndef WEIR_DECIDE_HOSTS_H
#define WEIR_DECIDE_HOSTS_H

#include "weir/chars.h"
#include "weir/ruleset.h"

/* A walk over one value of the folded view. */
struct host_walk {
    const struct weir_chars *chars;
    const struct weir_domains *domains;
    struct weir_text text;
    size_t start;          /* of the host that is tried */
    enum weir_word before; /* what stands before it */
    size_t at;             /* how far it was read */
    enum weir_word last;   /* what was read last */
    uint64_t hash;
    size_t length;
    enum weir_listed listed; /* how the host found last is */
    char host[WEIR_HOST_BYTES_MAX];
};

void start_hosts(struct host_walk *walk, const struct weir_chars *chars, const struct weir_domains *domains,
                 struct weir_text text);
/* The next listed host, in order of start and end; false: no more. */
bool next_host(struct host_walk *walk, struct weir_range *host);
/* Whether the host found last is the listed one, by its original text. */
bool is_listed_host(const struct host_walk *walk, struct weir_text original);

#endif
