/* The addresses. Nothing of an item is shown, only counts; but for /api/flags, where the settings ask for it. */
#include "http_pages.h"

#include "http_page.h"

#include "weir/exposition.h"

#include <stdlib.h>

#define TEXT "text/plain; charset=utf-8"

static struct http_page make_text(unsigned status, const char *text)
{
    struct http_page page = {.status = status, .type = TEXT};
    FILE *out = open_memstream(&page.body, &page.length);
    if (!out)
        return page;
    fprintf(out, "%s\n", text);
    if (fclose(out) != 0)
        page.body = NULL;
    return page;
}

/* trouble: NULL for none. */
static struct http_page make_health(const char *trouble)
{
    return make_text(trouble ? 503 : 200, trouble ? trouble : "ok");
}

static struct http_page make_metrics(const struct observation *observation)
{
    struct http_page page = {.status = 200, .type = WEIR_EXPOSITION_TYPE};
    FILE *out = open_memstream(&page.body, &page.length);
    if (!out)
        return page;
    http_metrics_write(observation, out);
    if (fclose(out) != 0) {
        free(page.body);
        page.body = NULL;
    }
    return page;
}

/* Takes the body. */
static struct http_page make_json(char *body)
{
    return (struct http_page){
        .status = 200, .type = "application/json", .body = body, .length = body ? strlen(body) : 0};
}

static struct http_page make_observed(struct observer *observer, const char *path)
{
    struct observation observation;
    struct http_page page = {0};
    if (observer_take(observer, &observation) != WEIR_OK)
        return page;
    if (strcmp(path, "/metrics") == 0)
        page = make_metrics(&observation);
    else if (strcmp(path, "/api/status") == 0)
        page = make_json(http_status_write(&observation));
    else if (strcmp(path, "/healthz") == 0)
        page = make_health(observation_sick(&observation));
    else
        page = make_health(observation_unready(&observation));
    observation_fini(&observation);
    return page;
}

struct http_page http_page_make(struct observer *observer, const char *path)
{
    static const char *const observed[] = {"/metrics", "/api/status", "/healthz", "/readyz"};
    for (size_t i = 0; i < sizeof observed / sizeof *observed; i++)
        if (strcmp(path, observed[i]) == 0)
            return make_observed(observer, path);
    if (strcmp(path, "/api/history") == 0)
        return make_json(http_history_write(observer));
    if (strcmp(path, "/api/flags") == 0)
        return make_json(http_flags_write(observer->parts->latest));
    if (strcmp(path, "/") == 0)
        return (struct http_page){.status = 200,
                                  .type = "text/html; charset=utf-8",
                                  .body = (char *)(uintptr_t)http_page_html,
                                  .length = http_page_html_size,
                                  .is_constant = true};
    return make_text(404, "Nothing is here. There are /, /metrics, /healthz, /readyz and /api/status.");
}
