/* metrics: Prometheus' text format, version 0.0.4. */
#ifndef WEIR_EXPOSITION_H
#define WEIR_EXPOSITION_H

#include <stdint.h>
#include <stdio.h>

#define WEIR_EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct weir_label {
    const char *name;
    const char *value; /* any text; it is escaped */
};

/* Opens a family: its help and type. type: "counter", "gauge" or "histogram"; help: one line. */
void weir_exposition_family(FILE *out, const char *name, const char *type, const char *help);
/* One sample of it. */
void weir_exposition_sample(FILE *out, const char *name, const struct weir_label *labels, size_t label_count,
                            uint64_t value);
/* The same for what is counted in thousandths and exposed whole, as seconds of milliseconds are. */
void weir_exposition_thousandths(FILE *out, const char *name, const struct weir_label *labels, size_t label_count,
                                 uint64_t value);

#endif
