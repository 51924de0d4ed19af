/* The choice of a mapping for lines of files. */
#include "file_mapping.h"

enum weir_status file_mapping_find(const struct weir_settings *settings, enum weir_kind kind, uint32_t *mapping,
                                   struct weir_error *error)
{
    for (size_t i = 0; i < settings->mapping_count; i++)
        if (settings->mappings[i].kind == kind) {
            *mapping = (uint32_t)i;
            return WEIR_OK;
        }
    return weir_error_set(error, WEIR_INVALID, "the configuration has no source of kind %s; add one to `sources`",
                          weir_kind_name(kind));
}
