/* rules, private: lists that grow while packs are read. */
#ifndef WEIR_RULES_LIST_H
#define WEIR_RULES_LIST_H

#include <stddef.h>

/* A list that grows; its memory is freed by weir_list_fini. */
struct weir_list {
    void *at;
    size_t count;
    size_t capacity;
};

/* Room for one more of `size` bytes, cleared; NULL when there is no memory. Moves what the list holds. */
void *weir_list_add(struct weir_list *list, size_t size);
void weir_list_fini(struct weir_list *list);

#endif
