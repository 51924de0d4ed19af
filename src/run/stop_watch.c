/* A thread of its own: the one that takes the signals may itself hang in a library that is closing. */
#include "weir/stop_watch.h"

#include <pthread.h>
#include <unistd.h>

/* What is not committed by then is read again. */
static void *mind(void *context)
{
    struct weir_stop_watch *watch = context;
    pthread_mutex_lock(&watch->mutex);
    while (!watch->asked && !watch->ended)
        pthread_cond_wait(&watch->told, &watch->mutex);
    const struct timespec end = weir_clock_deadline(watch->deadline_ms);
    int waited = 0;
    while (!watch->ended && waited == 0)
        waited = pthread_cond_clockwait(&watch->told, &watch->mutex, CLOCK_MONOTONIC, &end);
    if (!watch->ended) {
        weir_log_event(watch->log, WEIR_LOG_ERROR, "stop_deadline_passed",
                       WEIR_LOG_NUMBER("deadline_ms", watch->deadline_ms));
        _exit(3);
    }
    pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

bool weir_stop_watch_open(struct weir_stop_watch *watch, const struct weir_log *log, int deadline_ms)
{
    *watch = (struct weir_stop_watch){.log = log, .deadline_ms = deadline_ms};
    pthread_mutex_init(&watch->mutex, NULL);
    pthread_cond_init(&watch->told, NULL);
    watch->open = pthread_create(&watch->thread, NULL, mind, watch) == 0;
    return watch->open;
}

static void tell(struct weir_stop_watch *watch, bool *what)
{
    pthread_mutex_lock(&watch->mutex);
    *what = true;
    pthread_cond_signal(&watch->told);
    pthread_mutex_unlock(&watch->mutex);
}

void weir_stop_watch_start(struct weir_stop_watch *watch)
{
    tell(watch, &watch->asked);
}

void weir_stop_watch_close(struct weir_stop_watch *watch)
{
    if (!watch->open)
        return;
    tell(watch, &watch->ended);
    pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->told);
    pthread_mutex_destroy(&watch->mutex);
}
