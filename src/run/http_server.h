/* The HTTP server of the process: one thread of its own, a bound on connections, on their time and on their memory.
 * Private to run. */
#ifndef WEIR_RUN_HTTP_SERVER_H
#define WEIR_RUN_HTTP_SERVER_H

#include "observer.h"

struct http_server;

/* Listens there (port 0: at any free one) and answers from the observer until it is stopped. WEIR_UNAVAILABLE: it
 * cannot listen; *error says why and what to do. */
enum weir_status http_server_start(const char *host, uint16_t port, struct observer *observer,
                                   struct http_server **server, struct weir_error *error) WEIR_MUST_CHECK;
uint16_t http_server_port(const struct http_server *server);
void http_server_stop(struct http_server *server); /* NULL is fine */

#endif
