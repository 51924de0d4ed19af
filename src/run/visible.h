/* What of a stranger's text may reach a terminal or a log as it is. Private to run. */
#ifndef WEIR_RUN_VISIBLE_H
#define WEIR_RUN_VISIBLE_H

#include <stdbool.h>
#include <stdint.h>

/* An order to the terminal (C0, C1, DEL), a break of the line, or what turns or hides the text around it: never shown.
 */
bool visible_is_order(uint32_t code_point);

#define VISIBLE_NAME_SIZE 16
/* "<U+202E>" to out; returns its length. */
int visible_name(uint32_t code_point, char out[VISIBLE_NAME_SIZE]);

#endif
