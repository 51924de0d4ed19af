/* Single-quoted scalars (YAML 1.2, section 7.3.2): libfyaml before 0.9.5 adds quotes to a run of them. */
#include "yaml_tree.h"

/* A line break folds to a space, several to one line feed less, with the white space around. Returns the byte behind.
 */
static size_t fold_breaks(struct weir_text written, size_t at, char *out, size_t *length)
{
    size_t breaks = 0;
    while (*length > 0 && out[*length - 1] == ' ')
        (*length)--;
    for (; at < written.length && (written.data[at] == ' ' || written.data[at] == '\n'); at++)
        breaks += written.data[at] == '\n';
    if (breaks == 1)
        out[(*length)++] = ' ';
    for (; breaks > 1; breaks--)
        out[(*length)++] = '\n';
    return at;
}

size_t weir_yaml_unquote(struct weir_text written, char *out)
{
    size_t length = 0;
    for (size_t at = 0; at < written.length;) {
        if (written.data[at] == '\n') {
            at = fold_breaks(written, at, out, &length);
            continue;
        }
        at += written.data[at] == '\''; /* of two, the second is meant */
        if (at < written.length)
            out[length++] = written.data[at++];
    }
    return length;
}
