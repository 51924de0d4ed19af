/* One GET of `weir top`, step by step, so that keys and signals are heard meanwhile. Private to run; one thread. */
#ifndef WEIR_RUN_TOP_FETCH_H
#define WEIR_RUN_TOP_FETCH_H

#include "top_answer.h"

#include "weir/status.h"

#include <netdb.h>

struct top_address {
    char host[256];   /* without the brackets of IPv6 */
    char port[6];     /* digits */
    char prefix[256]; /* "", or "/weir" where a proxy has it there */
    char shown[640];  /* http://HOST:PORT/PREFIX */
};

/* "http://HOST[:PORT][/PREFIX]", without a port 80 as anywhere; the scheme may be left out. WEIR_USAGE: it is none. */
enum weir_status top_address_read(const char *url, struct top_address *address,
                                  struct weir_error *error) WEIR_MUST_CHECK;

struct top_fetch {
    int socket; /* -1: none is under way */
    bool is_connected;
    struct addrinfo *found;
    const struct addrinfo *tried; /* of those */
    char request[1024];
    size_t request_length;
    size_t sent;
    char *bytes; /* of the answer */
    size_t length;
    size_t room;
};

#define TOP_FETCH_NONE ((struct top_fetch){.socket = -1})

/* Looks the host up (which may take as long as the resolver does) and begins. Borrows nothing. On failure nothing is
 * under way. */
enum weir_status top_fetch_start(struct top_fetch *fetch, const struct top_address *address, const char *path,
                                 struct weir_error *error) WEIR_MUST_CHECK;
/* What to poll the socket for. */
short top_fetch_events(const struct top_fetch *fetch);
/* To be called when the socket is ready. WEIR_OK: *body is the whole body, until the fetch ends; WEIR_RETRY: poll
 * again; else it failed, and the error says why. */
enum weir_status top_fetch_step(struct top_fetch *fetch, struct weir_text *body,
                                struct weir_error *error) WEIR_MUST_CHECK;
void top_fetch_end(struct top_fetch *fetch);

#endif
