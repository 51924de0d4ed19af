/* The troubles that last at this moment, each with the number of those who have it. Not thread-safe: the cluster's lock
 * guards it. */
#ifndef WEIR_KAFKA_TROUBLE_H
#define WEIR_KAFKA_TROUBLE_H

#include "weir/kafka_client.h"

struct open_trouble {
    const char *event;
    char *subject;
    char *cause;
    size_t holders;
};

struct trouble_list {
    struct open_trouble *at;
    size_t count;
    size_t capacity;
};

/* True when it was not there before. Without memory it is: better a line too many. */
bool trouble_hold(struct trouble_list *list, const struct weir_kafka_trouble *trouble);
/* True when nobody has it any more. */
bool trouble_release(struct trouble_list *list, const struct weir_kafka_trouble *trouble);
/* Forgets it for all, whatever the cause. True when there was one. */
bool trouble_drop(struct trouble_list *list, const struct weir_kafka_trouble *trouble);
void trouble_list_free(struct trouble_list *list);

#endif
