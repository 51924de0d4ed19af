/* Preloaded into a daemon: its wall clock jumps by the seconds that the file $WEIR_CLOCK_JUMP holds, as a number of 8
 * bytes. What is measured by the monotonic clock stays, and who waits until a moment of the wall clock waits as long as
 * was meant. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <unistd.h>

static const volatile int64_t *jump;

__attribute__((constructor)) static void open_jump(void)
{
    const char *path = getenv("WEIR_CLOCK_JUMP");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *mapped = mmap(NULL, sizeof *jump, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED)
        jump = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && clock == CLOCK_REALTIME && jump)
        now->tv_sec += *jump;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    *now = (struct timeval){exact.tv_sec, exact.tv_nsec / 1000};
    return failed;
}

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, now) == 0 ? base : 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

/* The moment, which is one of the jumped clock, by the monotonic one. */
static struct timespec monotonic(const struct timespec *moment)
{
    struct timespec wall;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &now);
    now.tv_sec += moment->tv_sec - wall.tv_sec;
    now.tv_nsec += moment->tv_nsec - wall.tv_nsec;
    if (now.tv_nsec < 0 || now.tv_nsec >= 1000000000) {
        now.tv_sec += now.tv_nsec < 0 ? -1 : 1;
        now.tv_nsec += now.tv_nsec < 0 ? 1000000000 : -1000000000;
    }
    return now;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until)
{
    struct timespec moment = monotonic(until);
    return pthread_cond_clockwait(condition, mutex, CLOCK_MONOTONIC, &moment);
}

/* glibc's are those of POSIX by another name. */
int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    int failed = pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until);
    return failed == 0 ? thrd_success : failed == ETIMEDOUT ? thrd_timedout : thrd_error;
}

int pthread_timedjoin_np(pthread_t thread, void **answer, const struct timespec *until)
{
    struct timespec moment = monotonic(until);
    return pthread_clockjoin_np(thread, answer, CLOCK_MONOTONIC, &moment);
}
