/* Growing lists and the index of names, which a load fills and then frees. */
#include "pack.h"

#include <stdint.h>
#include <stdlib.h>

void *weir_list_add(struct weir_list *list, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        void *grown = capacity > SIZE_MAX / size ? NULL : realloc(list->at, capacity * size);
        if (!grown)
            return NULL;
        list->at = grown;
        list->capacity = capacity;
    }
    char *added = (char *)list->at + list->count++ * size;
    memset(added, 0, size);
    return added;
}

void weir_list_fini(struct weir_list *list)
{
    free(list->at);
    *list = (struct weir_list){0};
}

/* FNV-1a, 64 bits. */
static uint64_t hash_name(const char *name)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
    return hash;
}

/* The slot that holds the name, or the free one where it belongs. */
static struct weir_named *find_slot(const struct weir_name_index *index, const char *name)
{
    size_t at = (size_t)hash_name(name) & (index->capacity - 1);
    while (index->slots[at].name && strcmp(index->slots[at].name, name) != 0)
        at = (at + 1) & (index->capacity - 1);
    return &index->slots[at];
}

static bool grow_index(struct weir_name_index *index)
{
    struct weir_name_index grown = {.count = index->count, .capacity = index->capacity ? index->capacity * 2 : 256};
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < index->capacity; i++)
        if (index->slots[i].name)
            *find_slot(&grown, index->slots[i].name) = index->slots[i];
    free(index->slots);
    *index = grown;
    return true;
}

const struct weir_yaml_node *weir_name_index_add(struct weir_name_index *index, const char *name,
                                                 const struct weir_yaml_node *node, bool *no_memory)
{
    if (index->count * 2 >= index->capacity && !grow_index(index)) {
        *no_memory = true;
        return NULL;
    }
    struct weir_named *slot = find_slot(index, name);
    if (slot->name)
        return slot->node;
    *slot = (struct weir_named){name, node};
    index->count++;
    return NULL;
}

void weir_name_index_fini(struct weir_name_index *index)
{
    free(index->slots);
    *index = (struct weir_name_index){0};
}
