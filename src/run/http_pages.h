/* What stands behind each address of the HTTP server. Private to run; any thread. */
#ifndef WEIR_RUN_HTTP_PAGES_H
#define WEIR_RUN_HTTP_PAGES_H

#include "observer.h"

struct http_page {
    unsigned status;  /* of HTTP */
    const char *type; /* of its content; a constant */
    char *body;       /* the caller's to free(), unless is_constant; NULL: no memory */
    size_t length;
    bool is_constant;
};

/* path: without the query. */
struct http_page http_page_make(struct observer *observer, const char *path);

/* Prometheus' text. */
void http_metrics_write(const struct observation *observation, FILE *out);
/* A weir.status/1 document; of this and the next two, NULL: no memory. The caller's to free(). */
char *http_status_write(const struct observation *observation);
/* {"intervals": [...]}: the last hour, for the page. */
char *http_history_write(struct observer *observer);
/* {"shows_content": ..., "flags": [...]}: the latest flags, where the settings allow it. */
char *http_flags_write(struct weir_latest *latest);

#endif
