/* Writes Prometheus' text format:
 * https://github.com/prometheus/docs/blob/main/content/docs/instrumenting/exposition_formats.md */
#include "weir/exposition.h"

#include <inttypes.h>

void weir_exposition_family(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_value(FILE *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            fputc('\\', out);
        if (*value == '\n')
            fputs("\\n", out);
        else
            fputc(*value, out);
    }
}

static void write_series(FILE *out, const char *name, const struct weir_label *labels, size_t label_count)
{
    fputs(name, out);
    for (size_t i = 0; i < label_count; i++) {
        fprintf(out, "%c%s=\"", i ? ',' : '{', labels[i].name);
        write_value(out, labels[i].value);
        fputc('"', out);
    }
    if (label_count)
        fputc('}', out);
}

void weir_exposition_sample(FILE *out, const char *name, const struct weir_label *labels, size_t label_count,
                            uint64_t value)
{
    write_series(out, name, labels, label_count);
    fprintf(out, " %" PRIu64 "\n", value);
}

void weir_exposition_thousandths(FILE *out, const char *name, const struct weir_label *labels, size_t label_count,
                                 uint64_t value)
{
    write_series(out, name, labels, label_count);
    fprintf(out, " %" PRIu64 ".%03" PRIu64 "\n", value / 1000, value % 1000);
}
