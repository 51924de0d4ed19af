/* rules, private: the closed list of categories, and the keywords of each. */
#ifndef WEIR_RULES_CATEGORY_H
#define WEIR_RULES_CATEGORY_H

#include "weir/text.h"

struct weir_category {
    const char *name;
    const char *const *keywords;
    size_t keyword_count;
};

/* NULL: there is no such category. */
const struct weir_category *weir_category_find(struct weir_text name);
/* The keyword's constant, or NULL: the category has no such keyword. */
const char *weir_category_keyword(const struct weir_category *category, struct weir_text keyword);
/* All names, for suggestions. */
const char *const *weir_category_names(size_t *count);

#endif
