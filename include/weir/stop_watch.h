/* run: the time after which a process that was asked to stop ends, whatever its threads are at. */
#ifndef WEIR_STOP_WATCH_H
#define WEIR_STOP_WATCH_H

#include "weir/log.h"

#include <pthread.h>
#include <stdbool.h>

struct weir_stop_watch {
    const struct weir_log *log;
    int deadline_ms;
    pthread_mutex_t mutex;
    pthread_cond_t told;
    bool asked;
    bool ended;
    bool open;
    pthread_t thread;
};

/* Starts a thread that waits for weir_stop_watch_start; false when there is none (then there is no deadline). `log` is borrowed until
 * weir_stop_watch_close. */
bool weir_stop_watch_open(struct weir_stop_watch *watch, const struct weir_log *log, int deadline_ms);

/* From now on, deadline_ms of the monotonic clock are left: after them the process ends at once with status 3, and the log says
 * `stop_deadline_passed`. Any thread. */
void weir_stop_watch_start(struct weir_stop_watch *watch);

/* All has ended in time. Nothing when it was not opened. */
void weir_stop_watch_close(struct weir_stop_watch *watch);

#endif
