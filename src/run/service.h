/* What a service manager is told: sd_notify(3)'s datagrams, without its library. Private to run; one thread. */
#ifndef WEIR_RUN_SERVICE_H
#define WEIR_RUN_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

struct service {
    int socket;          /* -1: nobody wants to know */
    int64_t watchdog_ms; /* how often it wants a sign of life; 0: never */
    int64_t sign_at_ms;  /* when it gets the next one */
};

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and takes them out of the environment of what this process starts. */
void service_open(struct service *service);
void service_close(struct service *service);

void service_ready(const struct service *service);
void service_stopping(const struct service *service);
/* To be called often while all is well. */
void service_alive(struct service *service, int64_t now_ms);

#endif
