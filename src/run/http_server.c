/* libmicrohttpd, with bounds. Reads only the request's line and its Host; must never touch what the workers own. */
#include "http_server.h"

#include "http_pages.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define CONNECTIONS_OF_ONE_MAX 64 /* so that nobody alone keeps a probe from elsewhere out */
#define CONNECTION_SECONDS 5
#define CONNECTION_BYTES 16384
#define BACKLOG 64

struct http_server {
    struct MHD_Daemon *daemon;
    struct observer *observer;
    bool is_loopback;
};

/* ---- Answers ---- */

static void add_headers(struct MHD_Response *response, const char *type)
{
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "X-Frame-Options", "DENY");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(response, "Content-Security-Policy",
                            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src "
                            "'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status, const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    add_headers(response, "text/plain; charset=utf-8");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_page(struct MHD_Connection *connection, const struct http_page *page)
{
    if (!page->body)
        return answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "no memory\n");
    struct MHD_Response *response = MHD_create_response_from_buffer(
        page->length, page->body, page->is_constant ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
    if (!response) {
        if (!page->is_constant)
            free(page->body);
        return MHD_NO;
    }
    add_headers(response, page->type);
    enum MHD_Result result = MHD_queue_response(connection, page->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Whether the browser means this machine: a page from elsewhere whose name was made to point here does not. */
static bool is_local_name(const char *host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; host && i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) == 0 && (host[length] == ':' || host[length] == '\0'))
            return true;
    }
    const size_t digits = host ? strspn(host, "0123456789.") : 0; /* 127.example.org is a name, and no address */
    return !host || (strncmp(host, "127.", 4) == 0 && (host[digits] == ':' || host[digits] == '\0'));
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_size, void **state)
{
    (void)version;
    (void)data;
    struct http_server *server = context;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    if (!*state) { /* only the headers are there */
        *state = server;
        return MHD_YES;
    }
    if (*data_size > 0) /* we have asked for nothing: the connection ends */
        return MHD_NO;
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    if (server->is_loopback && !is_local_name(host))
        return answer_text(connection, MHD_HTTP_FORBIDDEN,
                           "weir listens on the loopback only, and answers to localhost and 127.0.0.1\n");
    struct http_page page = http_page_make(server->observer, url);
    return answer_page(connection, &page);
}

/* ---- Listening ---- */

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

/* The socket, or -1 with errno. */
static int listen_at(const struct addrinfo *address)
{
    const int on = 1;
    int found = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (found < 0)
        return -1;
    setsockopt(found, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(found, address->ai_addr, address->ai_addrlen) == 0 && listen(found, BACKLOG) == 0)
        return found;
    int reason = errno;
    close(found);
    errno = reason;
    return -1;
}

static enum weir_status open_socket(const char *host, uint16_t number, struct http_server *server, int *listening,
                                    struct weir_error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[8];
    snprintf(port, sizeof port, "%u", number);
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed)
        return weir_error_set(error, WEIR_UNAVAILABLE, "http.listen: %s is no address of this machine: %s", host,
                              gai_strerror(failed));
    server->is_loopback = is_loopback(found->ai_addr);
    *listening = listen_at(found);
    int reason = errno;
    freeaddrinfo(found);
    if (*listening >= 0)
        return WEIR_OK;
    return weir_error_set(error, WEIR_UNAVAILABLE,
                          "cannot listen at %s port %s: %s; give http.listen another port, or off", host, port,
                          strerror(reason));
}

enum weir_status http_server_start(const char *host, uint16_t port, struct observer *observer,
                                   struct http_server **server, struct weir_error *error)
{
    int listening = -1;
    struct http_server *made = calloc(1, sizeof *made);
    if (!made)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the HTTP server");
    made->observer = observer;
    enum weir_status status = open_socket(host, port, made, &listening, error);
    if (status == WEIR_OK) {
        made->daemon = MHD_start_daemon(
            MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, made, MHD_OPTION_LISTEN_SOCKET, listening,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
            (unsigned)CONNECTIONS_OF_ONE_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_SECONDS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_END);
        if (!made->daemon) {
            close(listening);
            status = weir_error_set(error, WEIR_UNAVAILABLE, "the HTTP server does not start");
        }
    }
    if (status != WEIR_OK) {
        free(made);
        return status;
    }
    *server = made;
    return WEIR_OK;
}

uint16_t http_server_port(const struct http_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void http_server_stop(struct http_server *server)
{
    if (!server)
        return;
    MHD_stop_daemon(server->daemon); /* closes its socket */
    free(server);
}
