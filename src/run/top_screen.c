/* ANSI (ECMA-48) sequences that every terminal of today knows, and termios. */
#include "top_screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The second screen, no cursor, and lines that do not go on in the next one. */
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[H\033[2J"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define HOME "\033[H"
#define LINE_END "\033[K\r\n"
#define WIPE_BELOW "\033[J"

static bool write_all(int out, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(out, data, length);
        if (written < 0 && errno != EINTR)
            return false;
        data += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

void top_screen_open(struct top_screen *screen, int in, int out)
{
    *screen = (struct top_screen){.in = -1, .out = out};
    if (isatty(in) && tcgetattr(in, &screen->before) == 0) {
        struct termios ours = screen->before;
        ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        ours.c_cc[VMIN] = 1;
        ours.c_cc[VTIME] = 0;
        screen->in = in;
        screen->has_before = tcsetattr(in, TCSAFLUSH, &ours) == 0;
    }
    (void)write_all(out, ENTER, sizeof ENTER - 1);
}

void top_screen_close(struct top_screen *screen)
{
    (void)write_all(screen->out, LEAVE, sizeof LEAVE - 1);
    if (screen->has_before)
        tcsetattr(screen->in, TCSAFLUSH, &screen->before);
    screen->has_before = false;
}

void top_screen_size(const struct top_screen *screen, size_t *columns, size_t *rows)
{
    struct winsize size = {0};
    (void)ioctl(screen->out, TIOCGWINSZ, &size);
    *columns = size.ws_col > 0 ? size.ws_col : 80;
    *rows = size.ws_row > 0 ? size.ws_row : 24;
}

bool top_screen_show(const struct top_screen *screen, const char *lines, const char *bottom)
{
    char *frame = NULL;
    size_t size = 0;
    size_t columns;
    size_t rows;
    FILE *out = open_memstream(&frame, &size);
    if (!out)
        return true; /* the next one may have memory */
    top_screen_size(screen, &columns, &rows);
    fputs(HOME, out);
    for (const char *at = lines; *at;) {
        size_t length = strcspn(at, "\n");
        fprintf(out, "%.*s%s", (int)length, at, LINE_END);
        at += length + (at[length] == '\n');
    }
    fprintf(out, "%s\033[%zu;1H%s\033[K", WIPE_BELOW, rows, bottom);
    bool is_shown = fclose(out) != 0 || write_all(screen->out, frame, size);
    free(frame);
    return is_shown;
}
