/* Where a token comes from: a file, or a command that prints it. Blocks the calling thread, for a bounded time. Must
 * never say anything of what it read. */
#include "token.h"

#include "weir/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 50

extern char **environ;

enum weir_status token_from_file(const char *path, char *buffer, size_t *length, struct weir_error *error)
{
    size_t done = 0;
    ssize_t count = 0;
    int file =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer is empty, and nothing to wait for */
    if (file < 0)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(errno));
    do {
        count = read(file, buffer + done, TOKEN_MAX_BYTES + 1 - done);
        done += count > 0 ? (size_t)count : 0;
    } while ((count > 0 && done <= TOKEN_MAX_BYTES) || (count < 0 && errno == EINTR));
    int failed = count < 0 ? errno : 0;
    close(file);
    if (failed)
        return weir_error_set(error, WEIR_UNAVAILABLE, "%s", strerror(failed));
    if (done > TOKEN_MAX_BYTES)
        return weir_error_set(error, WEIR_UNAVAILABLE, "it is larger than %d bytes", TOKEN_MAX_BYTES);
    *length = done;
    return WEIR_OK;
}

/* A command that runs, and what bounds it. */
struct running {
    pid_t pid; /* of its process group too */
    int output;
    int64_t until_ms;
    const atomic_bool *stop;
};

/* As loader.c starts a process: signals as a new program expects them, and no descriptor but what it needs. What it
 * says on stderr may hold secrets. */
static int spawn(const char *command, struct running *running)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    char shell[] = "sh";
    char option[] = "-c";
    union {
        const char *given;
        char *taken; /* posix_spawn does not write to it */
    } text = {command};
    char *const arguments[] = {shell, option, text.taken, NULL};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    int failed = posix_spawn(&running->pid, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed)
        close(ends[0]);
    else
        running->output = ends[0];
    return failed;
}

static int64_t now_ms(void)
{
    struct weir_clock clock = weir_clock_system();
    return clock.monotonic_ms(clock.context);
}

static bool is_over(const struct running *running)
{
    return atomic_load_explicit(running->stop, memory_order_relaxed) || now_ms() >= running->until_ms;
}

/* Until it closes its output. False: that took too long, or it printed too much. */
static bool read_output(const struct running *running, char *buffer, size_t *length)
{
    *length = 0;
    while (!is_over(running)) {
        struct pollfd output = {.fd = running->output, .events = POLLIN};
        if (poll(&output, 1, STEP_MS) <= 0)
            continue;
        ssize_t count = read(running->output, buffer + *length, TOKEN_MAX_BYTES + 1 - *length);
        if (count == 0)
            return true;
        *length += count > 0 ? (size_t)count : 0;
        if (*length > TOKEN_MAX_BYTES)
            return false;
    }
    return false;
}

/* How it ended, or -1 when it had to be killed. */
static int wait_for_end(const struct running *running, bool may_wait)
{
    const struct timespec step = {.tv_nsec = 5 * 1000000L};
    int ended = -1;
    while (may_wait && !is_over(running)) {
        pid_t answer = waitpid(running->pid, &ended, WNOHANG);
        if (answer == running->pid)
            return ended;
        if (answer < 0 && errno != EINTR)
            return -1;
        nanosleep(&step, NULL);
    }
    kill(-running->pid, SIGKILL);
    while (waitpid(running->pid, &ended, 0) < 0 && errno == EINTR)
        ;
    return -1;
}

enum weir_status token_from_command(const char *command, int deadline_ms, const atomic_bool *stop, char *buffer,
                                    size_t *length, struct weir_error *error)
{
    struct running running = {.until_ms = now_ms() + deadline_ms, .stop = stop};
    int failed = spawn(command, &running);
    if (failed)
        return weir_error_set(error, WEIR_UNAVAILABLE, "/bin/sh cannot be started: %s", strerror(failed));
    size_t printed = 0;
    bool is_whole = read_output(&running, buffer, &printed);
    int ended = wait_for_end(&running, is_whole);
    close(running.output);
    if (printed > TOKEN_MAX_BYTES)
        return weir_error_set(error, WEIR_UNAVAILABLE, "it printed more than %d bytes", TOKEN_MAX_BYTES);
    if (ended == -1)
        return weir_error_set(error, WEIR_UNAVAILABLE, "it did not end within %d s and was killed", deadline_ms / 1000);
    if (WIFSIGNALED(ended))
        return weir_error_set(error, WEIR_UNAVAILABLE, "it died of signal %d", WTERMSIG(ended));
    if (WEXITSTATUS(ended) != 0)
        return weir_error_set(error, WEIR_UNAVAILABLE, "it exited with status %d", WEXITSTATUS(ended));
    *length = printed;
    return WEIR_OK;
}
