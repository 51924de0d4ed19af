/* One GET over a socket that never blocks. Why not a library: the peer is our own server, one request needs no more
 * than this, and libcurl would bring thirty libraries with it. */
#include "top_fetch.h"

#include "visible.h"

#include "weir/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_BYTES ((size_t)65536)
#define SAID_MAX 120 /* bytes of what an answer says that is not 200 */

/* ---- Connecting ---- */

/* Begins with the next address that it can begin with; false: none is left, with errno. */
static bool try_next(struct top_fetch *fetch)
{
    for (;;) {
        fetch->tried = fetch->tried ? fetch->tried->ai_next : fetch->found;
        if (fetch->socket >= 0)
            close(fetch->socket);
        fetch->socket = -1;
        if (!fetch->tried)
            return false;
        fetch->socket = socket(fetch->tried->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fetch->socket < 0)
            continue;
        if (connect(fetch->socket, fetch->tried->ai_addr, fetch->tried->ai_addrlen) == 0 || errno == EINPROGRESS)
            return true;
        int reason = errno;
        close(fetch->socket);
        fetch->socket = -1;
        errno = reason;
    }
}

enum weir_status top_fetch_start(struct top_fetch *fetch, const struct top_address *address, const char *path,
                                 struct weir_error *error)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    *fetch = TOP_FETCH_NONE;
    int failed = getaddrinfo(address->host, address->port, &hints, &fetch->found);
    if (failed)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s: %s", address->host, gai_strerror(failed));
    bool is_ipv6 = strchr(address->host, ':') != NULL;
    int length = snprintf(fetch->request, sizeof fetch->request,
                          "GET %s%s HTTP/1.0\r\nHost: %s%s%s:%s\r\nUser-Agent: weir/%s\r\n\r\n", address->prefix, path,
                          is_ipv6 ? "[" : "", address->host, is_ipv6 ? "]" : "", address->port, WEIR_VERSION);
    fetch->request_length = (size_t)length;
    if (try_next(fetch))
        return WEIR_OK;
    weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(errno));
    top_fetch_end(fetch);
    return WEIR_UNAVAILABLE;
}

void top_fetch_end(struct top_fetch *fetch)
{
    if (fetch->socket >= 0)
        close(fetch->socket);
    if (fetch->found)
        freeaddrinfo(fetch->found);
    free(fetch->bytes);
    *fetch = TOP_FETCH_NONE;
}

short top_fetch_events(const struct top_fetch *fetch)
{
    return fetch->is_connected && fetch->sent == fetch->request_length ? POLLIN : POLLOUT;
}

/* WEIR_OK: the request is on its way. */
static enum weir_status go_on_sending(struct top_fetch *fetch, struct weir_error *error)
{
    int reason = 0;
    socklen_t size = sizeof reason;
    if (!fetch->is_connected) {
        if (getsockopt(fetch->socket, SOL_SOCKET, SO_ERROR, &reason, &size) != 0)
            reason = errno;
        if (reason != 0)
            return try_next(fetch) ? WEIR_RETRY : weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(reason));
        fetch->is_connected = true;
    }
    ssize_t sent = send(fetch->socket, fetch->request + fetch->sent, fetch->request_length - fetch->sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(errno));
    fetch->sent += sent > 0 ? (size_t)sent : 0;
    return WEIR_RETRY;
}

/* ---- The answer ---- */

/* The first line of a body that is meant for people, without what would act on a terminal. */
static void quote(struct weir_text body, char out[SAID_MAX + 1])
{
    char repaired[WEIR_UTF8_REPAIRED_MAX(SAID_MAX)];
    size_t length = 0;
    if (body.length > SAID_MAX)
        body.length = SAID_MAX;
    struct weir_text clean = {repaired, body.length > 0 ? weir_utf8_repair(body, repaired) : 0};
    for (size_t at = 0; at < clean.length;) {
        size_t width;
        uint32_t code_point = weir_utf8_decode(clean.data + at, &width);
        if (visible_is_order(code_point) || length + width > SAID_MAX)
            break;
        memcpy(out + length, clean.data + at, width);
        length += width;
        at += width;
    }
    out[length] = '\0';
}

static enum weir_status judge(const struct top_answer *answer, struct weir_text *body, struct weir_error *error)
{
    char said[SAID_MAX + 1];
    if (answer->status == 200) {
        *body = answer->body;
        return WEIR_OK;
    }
    quote(answer->body, said);
    return weir_error_set(error, WEIR_UNAVAILABLE, "it answers %u: %s", answer->status, said);
}

static bool make_room(struct top_fetch *fetch)
{
    if (fetch->room - fetch->length >= READ_BYTES)
        return true;
    size_t room = fetch->room * 2 + READ_BYTES;
    char *bytes = realloc(fetch->bytes, room);
    if (!bytes)
        return false;
    fetch->bytes = bytes;
    fetch->room = room;
    return true;
}

enum weir_status top_fetch_step(struct top_fetch *fetch, struct weir_text *body, struct weir_error *error)
{
    struct top_answer answer = {0};
    if (!fetch->is_connected || fetch->sent < fetch->request_length)
        return go_on_sending(fetch, error);
    if (!make_room(fetch))
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the answer");
    ssize_t got = recv(fetch->socket, fetch->bytes + fetch->length, fetch->room - fetch->length, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? WEIR_RETRY
                                                 : weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(errno));
    fetch->length += (size_t)got;
    switch (top_answer_read((struct weir_text){fetch->bytes, fetch->length}, got == 0, &answer)) {
    case TOP_ANSWER_MORE:
        return WEIR_RETRY;
    case TOP_ANSWER_BAD:
        return weir_error_set(error, WEIR_UNAVAILABLE, "its answer cannot be read: %s", answer.trouble);
    case TOP_ANSWER_WHOLE:
        break;
    }
    return judge(&answer, body, error);
}
