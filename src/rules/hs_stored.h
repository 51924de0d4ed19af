/* rules, private: Hyperscan's databases as bytes. */
#ifndef WEIR_RULES_HS_STORED_H
#define WEIR_RULES_HS_STORED_H

#include "weir/compiled.h"
#include "weir/database.h"

/* *bytes is the caller's. */
enum weir_status weir_hs_serialize(const struct hs_database *database, struct weir_bytes *bytes) WEIR_MUST_CHECK;
/* False: they are of another library or processor, or damaged. *database is the caller's. */
bool weir_hs_deserialize(struct weir_text bytes, struct hs_database **database);
/* What Hyperscan compiles for on this machine, as one line. */
enum weir_status weir_hs_processor(char *out, size_t size) WEIR_MUST_CHECK;

#endif
