/* The arena: a list of blocks that are filled one after another.
 *
 * A reset keeps blocks up to keep_bytes for the next round and frees the others, so that one giant message does not
 * hold its memory for ever. Under AddressSanitizer nothing is kept: a pointer that outlives its batch is then a
 * finding. */
#include "weir/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_MIN ((size_t)64 * 1024)
#define ALIGNMENT _Alignof(max_align_t)
/* No text or table of ours comes near; a size beyond is a wrong one, and malloc is not asked. */
#define REQUEST_MAX ((size_t)1 << 36)

#if defined(__SANITIZE_ADDRESS__)
#define KEEP_BLOCKS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEP_BLOCKS 0
#endif
#endif
#ifndef KEEP_BLOCKS
#define KEEP_BLOCKS 1
#endif

struct block {
    struct block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(max_align_t) char data[];
};

struct weir_arena {
    struct block *filling; /* the newest first */
    struct block *spare;   /* empty ones, kept by a reset */
    size_t spare_bytes;
    size_t keep_bytes;
    size_t given; /* bytes given out since the last reset, and not given back */
};

struct weir_arena *weir_arena_new(size_t keep_bytes)
{
    struct weir_arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->keep_bytes = keep_bytes;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void weir_arena_free(struct weir_arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->filling);
    free_blocks(arena->spare);
    free(arena);
}

static void put_back(struct weir_arena *arena, struct block *block)
{
    if (!KEEP_BLOCKS || arena->spare_bytes + block->size > arena->keep_bytes) {
        free(block);
        return;
    }
    block->used = 0;
    block->next = arena->spare;
    arena->spare = block;
    arena->spare_bytes += block->size;
}

static void put_back_until(struct weir_arena *arena, const struct block *last)
{
    while (arena->filling != last) {
        struct block *block = arena->filling;
        arena->filling = block->next;
        put_back(arena, block);
    }
}

void weir_arena_reset(struct weir_arena *arena)
{
    put_back_until(arena, NULL);
    arena->given = 0;
}

struct weir_arena_place weir_arena_mark(struct weir_arena *arena)
{
    struct block *block = arena->filling;
    const struct weir_arena_place mark = {block, block ? block->used : 0, arena->given};
    if (!KEEP_BLOCKS && block)
        block->used = block->size; /* what comes next is in a block of its own, which a rewind frees */
    return mark;
}

void weir_arena_rewind(struct weir_arena *arena, struct weir_arena_place mark)
{
    put_back_until(arena, mark.block);
    if (arena->filling)
        arena->filling->used = mark.used;
    arena->given = mark.given;
}

/* A block with room for size bytes, at the head of those being filled. */
static struct block *open_block(struct weir_arena *arena, size_t size)
{
    for (struct block **link = &arena->spare; *link; link = &(*link)->next) {
        struct block *block = *link;
        if (block->size < size)
            continue;
        *link = block->next;
        arena->spare_bytes -= block->size;
        block->next = arena->filling;
        arena->filling = block;
        return block;
    }
    size_t room = size > BLOCK_MIN ? size : BLOCK_MIN;
    struct block *block = malloc(sizeof *block + room);
    if (!block)
        return NULL;
    block->size = room;
    block->used = 0;
    block->next = arena->filling;
    arena->filling = block;
    return block;
}

void *weir_arena_alloc(struct weir_arena *arena, size_t size)
{
    if (size > REQUEST_MAX)
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = arena->filling;
    if (!block || block->size - block->used < rounded)
        block = open_block(arena, rounded);
    if (!block)
        return NULL;
    char *memory = block->data + block->used;
    block->used += rounded;
    arena->given += rounded;
    return memory;
}

void *weir_arena_array(struct weir_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    void *memory = weir_arena_alloc(arena, count * size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

static char *copy_bytes(struct weir_arena *arena, struct weir_text text, size_t after)
{
    if (text.length > REQUEST_MAX)
        return NULL;
    char *copy = weir_arena_alloc(arena, text.length + after);
    if (!copy)
        return NULL;
    if (text.length)
        memcpy(copy, text.data, text.length);
    memset(copy + text.length, 0, after);
    return copy;
}

struct weir_text weir_arena_text(struct weir_arena *arena, struct weir_text text)
{
    char *copy = copy_bytes(arena, text, 1);
    return (struct weir_text){copy, copy ? text.length : 0};
}

struct weir_padded_text weir_arena_padded(struct weir_arena *arena, struct weir_text text)
{
    char *copy = copy_bytes(arena, text, WEIR_PADDING);
    return (struct weir_padded_text){copy, copy ? text.length : 0};
}

char *weir_arena_format(struct weir_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : weir_arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

size_t weir_arena_used(const struct weir_arena *arena)
{
    return arena->given;
}
