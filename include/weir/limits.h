/* model: what bounds an item and its flag; beyond, a dead letter or `truncated`, never silence. */
#ifndef WEIR_LIMITS_H
#define WEIR_LIMITS_H

#include <stddef.h>

struct weir_limits {
    size_t payload;  /* bytes of a message */
    size_t depth;    /* nested arrays and objects */
    size_t hits;     /* of the scan, per item */
    size_t evidence; /* per rule */
};

#define WEIR_LIMITS_DEFAULT ((struct weir_limits){.payload = 8388608, .depth = 64, .hits = 10000, .evidence = 32})

#endif
