/* Hyperscan's databases as bytes: how many, to and fro, and what they must fit. Hyperscan checks its version, the
 * processor and a sum over the bytes, but believes what they say: they must come from ourselves. */
#include "hs_stored.h"

#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>

enum weir_status weir_hs_serialize(const struct hs_database *database, struct weir_bytes *bytes)
{
    struct weir_bytes made = {0};
    if (hs_serialize_database(database, &made.data, &made.length) != HS_SUCCESS)
        return WEIR_NO_MEMORY;
    *bytes = made;
    return WEIR_OK;
}

/* What Hyperscan says of a database that is compiled here and now: version, processor, mode. NULL: no memory; the
 * caller's. */
static char *describe_own(void)
{
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    char *info = NULL;
    if (hs_compile("a", HS_FLAG_DOTALL, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return NULL;
    }
    if (hs_database_info(database, &info) != HS_SUCCESS)
        info = NULL;
    hs_free_database(database);
    return info;
}

static bool fits(const hs_database_t *database)
{
    char *own = describe_own();
    char *info = NULL;
    bool same = own && hs_database_info(database, &info) == HS_SUCCESS && strcmp(own, info) == 0;
    free(info);
    free(own);
    return same;
}

bool weir_hs_deserialize(struct weir_text bytes, struct hs_database **database)
{
    hs_database_t *made = NULL;
    if (hs_deserialize_database(bytes.data, bytes.length, &made) != HS_SUCCESS)
        return false;
    if (!fits(made)) {
        hs_free_database(made);
        return false;
    }
    *database = made;
    return true;
}

size_t weir_database_size(const struct weir_database *database)
{
    size_t sum = 0;
    for (size_t i = 0; i < database->group_count; i++) {
        size_t size;
        if (hs_database_size(database->groups[i].database, &size) == HS_SUCCESS)
            sum += size;
    }
    return sum;
}

enum weir_status weir_hs_processor(char *out, size_t size)
{
    hs_platform_info_t platform;
    char *info = describe_own();
    if (!info)
        return WEIR_NO_MEMORY;
    if (hs_populate_platform(&platform) != HS_SUCCESS)
        platform = (hs_platform_info_t){0};
    snprintf(out, size, "tune %u, features %llx, %s", platform.tune, platform.cpu_features, info);
    free(info);
    return WEIR_OK;
}
