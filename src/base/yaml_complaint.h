/* base, private to yaml_*.c: libfyaml's complaints as diagnostics. */
#ifndef WEIR_BASE_YAML_COMPLAINT_H
#define WEIR_BASE_YAML_COMPLAINT_H

#include "yaml_build.h"

struct fy_diag;

/* Adds the first error that the diag collected; reason: what it said without a place, or "". */
void weir_yaml_complain(const struct weir_yaml_builder *builder, struct fy_diag *diag, const char *reason);

#endif
