/* By which of the settings' mappings lines of files are read. Private to run. */
#ifndef WEIR_FILE_MAPPING_H
#define WEIR_FILE_MAPPING_H

#include "weir/settings.h"

/* The first of the kind. WEIR_INVALID: the configuration has none. */
enum weir_status file_mapping_find(const struct weir_settings *settings, enum weir_kind kind, uint32_t *mapping,
                                   struct weir_error *error) WEIR_MUST_CHECK;

#endif
