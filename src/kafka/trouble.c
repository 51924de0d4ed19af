/* A short list of troubles with counts; owns their texts. Must never log: the cluster does. */
#include "trouble.h"

#include <stdlib.h>
#include <string.h>

static struct open_trouble *find_trouble(const struct trouble_list *list, const struct weir_kafka_trouble *trouble)
{
    for (size_t i = 0; i < list->count; i++) {
        struct open_trouble *open = &list->at[i];
        if (strcmp(open->event, trouble->event) == 0 && strcmp(open->subject, trouble->subject) == 0 &&
            strcmp(open->cause, trouble->cause) == 0)
            return open;
    }
    return NULL;
}

bool trouble_hold(struct trouble_list *list, const struct weir_kafka_trouble *trouble)
{
    struct open_trouble *open = find_trouble(list, trouble);
    if (open) {
        open->holders++;
        return false;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 8;
        struct open_trouble *at = realloc(list->at, capacity * sizeof *at);
        if (!at)
            return true;
        list->at = at;
        list->capacity = capacity;
    }
    char *subject = strdup(trouble->subject);
    char *cause = strdup(trouble->cause);
    if (!subject || !cause) {
        free(subject);
        free(cause);
        return true;
    }
    list->at[list->count++] = (struct open_trouble){trouble->event, subject, cause, 1};
    return true;
}

static void remove_trouble(struct trouble_list *list, struct open_trouble *open)
{
    free(open->subject);
    free(open->cause);
    *open = list->at[--list->count];
}

bool trouble_release(struct trouble_list *list, const struct weir_kafka_trouble *trouble)
{
    struct open_trouble *open = find_trouble(list, trouble);
    if (!open || --open->holders > 0)
        return false;
    remove_trouble(list, open);
    return true;
}

bool trouble_drop(struct trouble_list *list, const struct weir_kafka_trouble *trouble)
{
    bool found = false;
    for (size_t i = list->count; i-- > 0;) {
        struct open_trouble *open = &list->at[i];
        if (strcmp(open->event, trouble->event) != 0 || strcmp(open->subject, trouble->subject) != 0)
            continue;
        remove_trouble(list, open);
        found = true;
    }
    return found;
}

void trouble_list_free(struct trouble_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->at[i].subject);
        free(list->at[i].cause);
    }
    free(list->at);
    *list = (struct trouble_list){0};
}
