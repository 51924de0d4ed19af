/* The protocol of sd_notify(3): lines of assignments in one datagram to the socket that NOTIFY_SOCKET names. What
 * cannot be sent is not: the manager has timeouts of its own. */
#include "service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
        return -1;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') /* of the abstract namespace */
        address.sun_path[0] = '\0';
    int made = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (made >= 0 && connect(made, (const struct sockaddr *)(const void *)&address, size) != 0) {
        close(made);
        return -1;
    }
    return made;
}

void service_open(struct service *service)
{
    const char *path = getenv("NOTIFY_SOCKET");
    const char *watchdog = getenv("WATCHDOG_USEC");
    const char *whose = getenv("WATCHDOG_PID");
    *service = (struct service){.socket = path ? connect_to(path) : -1};
    if (watchdog && (!whose || strtol(whose, NULL, 10) == (long)getpid()))
        service->watchdog_ms = strtoll(watchdog, NULL, 10) / 1000 / 2;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void service_close(struct service *service)
{
    if (service->socket >= 0)
        close(service->socket);
    service->socket = -1;
}

static void tell(const struct service *service, const char *what)
{
    if (service->socket >= 0)
        (void)!send(service->socket, what, strlen(what), MSG_NOSIGNAL);
}

void service_ready(const struct service *service)
{
    tell(service, "READY=1\nSTATUS=at work");
}

void service_stopping(const struct service *service)
{
    tell(service, "STOPPING=1\nSTATUS=delivers what is in flight");
}

void service_alive(struct service *service, int64_t now_ms)
{
    if (service->watchdog_ms <= 0 || now_ms < service->sign_at_ms)
        return;
    tell(service, "WATCHDOG=1");
    service->sign_at_ms = now_ms + service->watchdog_ms;
}
