/* The sentences that sample posts are made of, one table per language. Private to run; never anything but made-up text.
 */
#ifndef WEIR_RUN_DEMO_POSTS_H
#define WEIR_RUN_DEMO_POSTS_H

#include <stdbool.h>
#include <stddef.h>

/* `{name}` in a sentence stands for one of the slot's values. */
struct demo_slot {
    const char *name;
    const char *const *values;
    size_t count;
};

struct demo_harmful {
    const char *rule; /* of the shipped packs, which must flag it */
    const char *text;
    const char *author_name; /* NULL: of no matter */
    bool is_shape;           /* a number or a key: in other letters it would be another one */
};

struct demo_list {
    const char *const *at;
    size_t count;
};

struct demo_language {
    const char *lang;
    const char *space; /* between two sentences */
    struct demo_list openers;
    struct demo_list ordinary;
    struct demo_list closers;
    const struct demo_harmful *harmful;
    size_t harmful_count;
    const struct demo_slot *slots;
    size_t slot_count;
};

extern const struct demo_language demo_english;
extern const struct demo_language demo_chinese;

#define DEMO_COUNT(array) (sizeof(array) / sizeof *(array))
#define DEMO_LIST(array) (array), DEMO_COUNT(array)
#define DEMO_SLOT(array) #array, (array), DEMO_COUNT(array)

#endif
