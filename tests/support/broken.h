/* Files with one mistake each, which say themselves what must be said of them, in comments at their top:
 *
 *   # expect 7:3 unknown key 'grop'; did you mean 'group'?
 *
 * line:column (0:0 for the file as a whole), then a part of the text; `# expect warning 7:3 ...` for a warning. */
#ifndef WEIR_TEST_BROKEN_H
#define WEIR_TEST_BROKEN_H

#include "weir/diagnostics.h"

/* Loads each *.yaml of the folder and compares: exactly the expected errors and warnings, in that order. Fails the
 * running cmocka test, after all files, with a line for each that differs, and also when there are fewer than
 * files_min. */
void broken_check_folder(const char *folder, size_t files_min,
                         void (*load)(const char *path, struct weir_diagnostics *diagnostics));

#endif
