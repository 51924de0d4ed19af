/* Asks a daemon again and again and shows what it says. One thread, which waits for keys, signals and the answer at
 * once, so that none of them waits for another. Must never leave the terminal other than it was. */
#include "weir/top.h"

#include "top_fetch.h"
#include "top_keys.h"
#include "top_screen.h"
#include "top_view.h"

#include "weir/clock.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define ANSWER_MS 5000        /* within which an answer must have come whole */
#define HISTORY_EVERY_MS 5000 /* the daemon adds to it every 10 s as a rule */
#define COLUMNS_MIN 20

struct top {
    const struct weir_top_options *options;
    struct top_address address;
    struct top_fetch fetch;
    enum { ASKED_NOTHING, ASKED_HISTORY, ASKED_STATUS } asked;
    int64_t deadline_ms; /* of the fetch; monotonic, as all here */
    int64_t due_ms;      /* the next look */
    int64_t history_due_ms;
    json_t *history;
    struct top_look *look;
    struct top_look *before;
    struct weir_error lost; /* status WEIR_OK: it answers */
    char lost_since[16];
    int signals; /* -1: nobody listens to them */
    struct top_keys keys;
    struct top_screen screen;
    bool is_paused;
    bool is_over;
    bool is_stale; /* what is on the screen */
    enum top_order order;
};

static int64_t now_ms(void)
{
    struct weir_clock clock = weir_clock_system();
    return clock.monotonic_ms(clock.context);
}

/* ---- Asking ---- */

static void end_look(struct top *top)
{
    top_fetch_end(&top->fetch);
    top->asked = ASKED_NOTHING;
    top->is_stale = true;
}

static void lose(struct top *top, const struct weir_error *error)
{
    if (top->lost.status == WEIR_OK) {
        struct tm local;
        time_t now = time(NULL);
        localtime_r(&now, &local);
        strftime(top->lost_since, sizeof top->lost_since, "%H:%M:%S", &local);
    }
    top->lost = *error;
    end_look(top);
}

static void ask(struct top *top)
{
    struct weir_error error;
    bool wants_history = top->asked == ASKED_NOTHING && now_ms() >= top->history_due_ms;
    top->asked = wants_history ? ASKED_HISTORY : ASKED_STATUS;
    top->deadline_ms = now_ms() + ANSWER_MS;
    if (top_fetch_start(&top->fetch, &top->address, wants_history ? "/api/history" : "/api/status", &error) != WEIR_OK)
        lose(top, &error);
}

static void take_history(struct top *top, struct weir_text body)
{
    json_t *history = json_loadb(body.data, body.length, 0, NULL);
    if (history) {
        json_decref(top->history);
        top->history = history;
    }
    top->history_due_ms = now_ms() + HISTORY_EVERY_MS;
    top_fetch_end(&top->fetch);
    ask(top);
}

static void take_status(struct top *top, struct weir_text body)
{
    struct top_look *look;
    struct weir_error error;
    if (top_look_new(body, top->history, &look, &error) != WEIR_OK) {
        lose(top, &error);
        return;
    }
    top_look_free(top->before);
    top->before = top->look;
    top->look = look;
    top->lost.status = WEIR_OK;
    end_look(top);
}

static void go_on_asking(struct top *top)
{
    struct weir_text body;
    struct weir_error error;
    enum weir_status status = top_fetch_step(&top->fetch, &body, &error);
    if (status == WEIR_RETRY)
        return;
    if (status != WEIR_OK)
        lose(top, &error);
    else if (top->asked == ASKED_HISTORY)
        take_history(top, body);
    else
        take_status(top, body);
}

/* ---- Waiting ---- */

static void on_key(struct top *top, enum top_key key)
{
    top->is_stale = top->is_stale || key != TOP_KEY_NONE;
    switch (key) {
    case TOP_KEY_QUIT:
        top->is_over = true;
        return;
    case TOP_KEY_PAUSE:
        top->is_paused = !top->is_paused;
        return;
    case TOP_KEY_ORDER:
        top->order = top->order == TOP_BY_FLAGS ? TOP_BY_RATE : TOP_BY_FLAGS;
        return;
    case TOP_KEY_NONE:
        return;
    }
}

static void read_keys(struct top *top)
{
    char bytes[64];
    ssize_t count = read(top->screen.in, bytes, sizeof bytes);
    top->is_over = top->is_over || count <= 0; /* the terminal is gone */
    for (ssize_t i = 0; i < count; i++)
        on_key(top, top_keys_take(&top->keys, bytes[i]));
}

/* Ctrl-Z: the terminal is the shell's until we go on. */
static void rest(struct top *top)
{
    const int in = top->screen.in;
    const int out = top->screen.out;
    top_screen_close(&top->screen);
    raise(SIGSTOP);
    top_screen_open(&top->screen, in, out);
}

static void read_signal(struct top *top)
{
    struct signalfd_siginfo info;
    if (read(top->signals, &info, sizeof info) != sizeof info)
        return;
    if (info.ssi_signo == SIGTSTP)
        rest(top);
    top->is_over = info.ssi_signo != SIGTSTP && info.ssi_signo != SIGWINCH;
    top->is_stale = true;
}

/* Waits until something happens, and sees to it. */
static void turn(struct top *top)
{
    bool is_asking = top->asked != ASKED_NOTHING;
    int64_t until_ms = is_asking ? top->deadline_ms : top->due_ms;
    int64_t left_ms = until_ms > now_ms() ? until_ms - now_ms() : 0;
    struct pollfd ready[] = {
        {.fd = top->signals, .events = POLLIN},
        {.fd = top->screen.in, .events = POLLIN},
        {.fd = top->fetch.socket, .events = top_fetch_events(&top->fetch)},
    };
    if (poll(ready, sizeof ready / sizeof *ready, !is_asking && top->is_paused ? -1 : (int)left_ms) < 0)
        return;
    if (ready[0].revents)
        read_signal(top);
    if (ready[1].revents)
        read_keys(top);
    if (ready[2].revents) {
        go_on_asking(top);
    } else if (is_asking && now_ms() >= top->deadline_ms) {
        struct weir_error error;
        weir_error_set(&error, WEIR_UNAVAILABLE, "no answer within %d s", ANSWER_MS / 1000);
        lose(top, &error);
    }
}

static void begin_look(struct top *top)
{
    top->due_ms = now_ms() + top->options->every_ms;
    ask(top);
}

/* ---- Showing ---- */

static enum weir_status write_view(const struct top *top, size_t columns, size_t rows, FILE *out)
{
    struct top_view view = {.address = top->address.shown,
                            .look = top->look,
                            .before = top->before,
                            .lost = top->lost.status == WEIR_OK ? NULL : top->lost.text,
                            .is_paused = top->is_paused,
                            .order = top->order,
                            .has_colour = top->options->has_colour,
                            .columns = columns,
                            .rows = rows};
    memcpy(view.lost_since, top->lost_since, sizeof view.lost_since);
    return top_view_write(&view, out);
}

static void show(struct top *top)
{
    char *lines = NULL;
    size_t size = 0;
    size_t columns;
    size_t rows;
    char bottom[80];
    top_screen_size(&top->screen, &columns, &rows);
    FILE *out = open_memstream(&lines, &size);
    if (!out)
        return;
    enum weir_status status =
        write_view(top, columns > COLUMNS_MIN ? columns : COLUMNS_MIN, rows > 1 ? rows - 1 : 1, out);
    snprintf(bottom, sizeof bottom, "%sq quit  p %s  tab sort: %s%s", top->options->has_colour ? "\033[2m" : "",
             top->is_paused ? "go on" : "pause", top->order == TOP_BY_FLAGS ? "flags" : "/min",
             top->options->has_colour ? "\033[0m" : "");
    bool is_written = fclose(out) == 0 && status == WEIR_OK;
    if (is_written && !top_screen_show(&top->screen, lines, bottom))
        top->is_over = true;
    top->is_stale = false;
    free(lines);
}

/* ---- The whole ---- */

/* The first look, before anything is shown: a daemon that is not there is an error. */
static enum weir_status look_first(struct top *top, struct weir_error *error)
{
    for (begin_look(top); top->asked != ASKED_NOTHING && !top->is_over;)
        turn(top);
    if (top->lost.status == WEIR_OK)
        return WEIR_OK;
    return weir_error_set(error, top->lost.status,
                          "cannot ask %s: %s; is weir running there? --url takes the address of its http.listen",
                          top->address.shown, top->lost.text);
}

static void follow(struct top *top)
{
    if (top->is_over)
        return;
    top_screen_open(&top->screen, top->options->keys, fileno(top->options->out));
    while (!top->is_over) {
        if (top->is_stale)
            show(top);
        if (top->asked == ASKED_NOTHING && !top->is_paused && now_ms() >= top->due_ms)
            begin_look(top);
        turn(top);
    }
    top_screen_close(&top->screen);
}

static enum weir_status print_once(const struct top *top, struct weir_error *error)
{
    if (write_view(top, top->options->columns, 0, top->options->out) != WEIR_OK)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory");
    if (fflush(top->options->out) != 0 || ferror(top->options->out))
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot write what it says");
    return WEIR_OK;
}

static int open_signals(sigset_t *before)
{
    static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        sigaddset(&set, heard[i]);
    pthread_sigmask(SIG_BLOCK, &set, before);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void close_all(struct top *top)
{
    top_fetch_end(&top->fetch);
    json_decref(top->history);
    top_look_free(top->before);
    top_look_free(top->look);
    if (top->signals >= 0)
        close(top->signals);
}

enum weir_status weir_top_run(const struct weir_top_options *options, struct weir_error *error)
{
    struct top top = {.options = options, .fetch = TOP_FETCH_NONE, .signals = -1, .screen = {.in = -1, .out = -1}};
    sigset_t before;
    enum weir_status status = top_address_read(options->url, &top.address, error);
    if (status != WEIR_OK)
        return status;
    if (options->is_live)
        top.signals = open_signals(&before);
    status = look_first(&top, error);
    if (status == WEIR_OK && options->is_live)
        follow(&top);
    else if (status == WEIR_OK)
        status = print_once(&top, error);
    close_all(&top);
    if (options->is_live)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
