/* Lines of the topics that `weir report` reads: verdicts come from outside. Whatever they are, the report can be printed,
 * and no share of it lies outside of 0 to 1. */
#include "weir/report.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_lines(struct weir_report *report, const char *at, const char *end)
{
    struct weir_error error;
    for (size_t line = 0; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        enum weir_report_place place = (enum weir_report_place)(line % WEIR_REPORT_PLACES);
        if (weir_report_add(report, place, (struct weir_text){at, length}, &error) == WEIR_INVALID && !error.text[0])
            abort();
        at += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_report *report = weir_report_new();
    char *bytes = malloc(size ? size : 1); /* so that a byte too far is seen */
    FILE *out = fopen("/dev/null", "we");
    if (!report || !bytes || !out)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    add_lines(report, bytes, bytes + size);
    if (weir_report_print(report, out) != WEIR_OK || weir_report_print_json(report, out) != WEIR_OK)
        abort();
    fclose(out);
    free(bytes);
    weir_report_free(report);
    return 0;
}
