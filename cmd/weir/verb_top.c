/* weir top: a running daemon, on a terminal. */
#include "verbs.h"

#include "weir/top.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char HELP[] =
    "Usage: weir top [-u URL] [--every TIME] [--once]\n\n"
    "Shows what a running daemon, or weir demo, says of itself over HTTP, and follows it: messages a second, lag, the\n"
    "time to a flag, flags by category and rule, what was not clear, and the rules in force. Where the output is no\n"
    "terminal, or with --once, it prints one look as plain text and ends.\n\n"
    "  -u, --url URL      the daemon's http.listen (default http://127.0.0.1:8377)\n"
    "      --every TIME   between two looks: 1s (default), 500ms, 2m; 100ms to 60m\n"
    "      --once         one look, as plain text\n"
    "  -h, --help         this text\n\n"
    "Keys: q ends it, p pauses, tab or an arrow sorts by flags since the start or by flags a minute. No colour with\n"
    "NO_COLOR set. For scripts there is URL/api/status, in JSON.\n\n"
    "Example:\n"
    "  weir top --once\n";

struct arguments {
    const char *url;
    unsigned every_ms;
    bool once;
    bool help;
};

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {{"url", required_argument, NULL, 'u'},
                                            {"every", required_argument, NULL, 'e'},
                                            {"once", no_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    for (int option; (option = getopt_long(argc, argv, "u:h", options, NULL)) != -1;)
        if (option == 'u') {
            arguments->url = optarg;
        } else if (option == 'e') {
            if (!weir_top_every(optarg, &arguments->every_ms)) {
                fprintf(stderr, "weir top: --every takes a time such as 1s, 500ms or 2m, from 100ms to 60m, not '%s'\n",
                        optarg);
                return false;
            }
        } else if (option == 'o') {
            arguments->once = true;
        } else if (option == 'h') {
            arguments->help = true;
        } else {
            return false;
        }
    if (optind < argc)
        fprintf(stderr, "weir top: does not know what to do with '%s'; an address goes with --url\n", argv[optind]);
    return optind == argc;
}

static bool knows_orders(void)
{
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

/* 0 when stdout is no terminal, or one that does not say. */
static size_t count_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40 ? size.ws_col : 0;
}

int weir_verb_top(int argc, char **argv)
{
    struct arguments arguments = {.url = "http://127.0.0.1:8377", .every_ms = 1000};
    if (!parse(argc, argv, &arguments))
        return weir_usage("top");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    const char *no_colour = getenv("NO_COLOR");
    const struct weir_top_options options = {
        .url = arguments.url,
        .every_ms = arguments.every_ms,
        .is_live = knows_orders() && !arguments.once,
        .keys = STDIN_FILENO,
        .out = stdout,
        .has_colour = knows_orders() && !arguments.once && !(no_colour && *no_colour),
        .columns = count_columns(),
    };
    struct weir_error error;
    enum weir_status status = weir_top_run(&options, &error);
    return status == WEIR_OK ? 0 : weir_fail(&error);
}
