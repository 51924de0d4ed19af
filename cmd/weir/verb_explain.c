/* weir explain: why a text is flagged, or not. */
#include "verbs.h"

#include "weir/explain_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TEXTS_MAX 256
#define STDIN_MAX ((size_t)64 << 20)

static const char HELP[] =
    "Usage: weir explain -r RULES [-c FILE] (--text T | --flag FILE) [OPTIONS]\n\n"
    "Says in words why a text is flagged or not: how patterns read it, what each rule found and where, and which\n"
    "part of its condition held. Exit status 0 whether or not it would be flagged.\n\n"
    "  -r, --rules PATH        a pack file or a folder of packs; may be repeated (default: those of -c)\n"
    "  -c, --config FILE       a configuration whose fields and limits hold; needs no Kafka keys\n"
    "      --text T            the text of one post; - reads it from stdin; may be repeated, for several values\n"
    "      --field NAME=TEXT   a text of another field, such as author_name; may be repeated\n"
    "      --kind KIND         post (default) or caption\n"
    "      --lang L            the post's own language, such as en\n"
    "      --flag FILE         flag records, as in the review topic or from weir scan; - reads stdin. Explains each,\n"
    "                          and says whether these rules give the record's own answer\n"
    "      --rule ID           only this rule, also when it found nothing\n"
    "  -h, --help              this text\n\n"
    "Colour on a terminal only (not with NO_COLOR set).\n\n"
    "Example:\n"
    "  weir explain -r config/rules --text 'Please transfer your savings to a safe account'\n"
    "  weir scan -r config/rules posts.ndjson | weir explain -r config/rules --flag -\n";

struct arguments {
    const char *config;
    const char *flag;
    const char *lang;
    const char *rule;
    enum weir_kind kind;
    struct weir_rule_paths rules;
    struct weir_explain_text texts[TEXTS_MAX];
    size_t text_count;
    bool help;
};

static bool set_kind(struct arguments *arguments, const char *kind)
{
    bool is_caption = weir_text_is(weir_text_of(kind), "caption");
    arguments->kind = is_caption ? WEIR_CAPTION : WEIR_POST;
    if (is_caption || weir_text_is(weir_text_of(kind), "post"))
        return true;
    fprintf(stderr, "weir explain: there is no kind '%s'; it is post or caption\n", kind);
    return false;
}

static bool add_text(struct arguments *arguments, const char *field, const char *text)
{
    if (arguments->text_count == TEXTS_MAX) {
        fprintf(stderr, "weir explain: more than %d texts\n", TEXTS_MAX);
        return false;
    }
    arguments->texts[arguments->text_count++] = (struct weir_explain_text){field, weir_text_of(text)};
    return true;
}

/* Cuts NAME=TEXT in two, in its place. */
static bool add_field(struct arguments *arguments, char *pair)
{
    char *equals = strchr(pair, '=');
    if (!equals) {
        fprintf(stderr, "weir explain: --field takes NAME=TEXT, not '%s'\n", pair);
        return false;
    }
    *equals = '\0';
    return add_text(arguments, pair, equals + 1);
}

static bool check_arguments(const struct arguments *arguments, int rest)
{
    const char *wrong = NULL;
    if (!arguments->config && arguments->rules.count == 0)
        wrong = "no rules; give -r RULES or -c FILE";
    else if (rest > 0)
        wrong = "takes no further arguments; put the text in quotes behind --text";
    else if (!arguments->flag && arguments->text_count == 0)
        wrong = "nothing to explain; give --text T or --flag FILE";
    else if (arguments->flag && (arguments->text_count || arguments->lang || arguments->kind != WEIR_POST))
        wrong = "a flag has its own text, kind and language; leave --text, --field, --kind and --lang out";
    if (wrong)
        fprintf(stderr, "weir explain: %s\n", wrong);
    return !wrong;
}

static bool parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    enum { TEXT = 256, FIELD, KIND, LANG, FLAG, RULE };
    static const struct option options[] = {
        {"rules", required_argument, NULL, 'r'}, {"config", required_argument, NULL, 'c'},
        {"text", required_argument, NULL, TEXT}, {"field", required_argument, NULL, FIELD},
        {"kind", required_argument, NULL, KIND}, {"lang", required_argument, NULL, LANG},
        {"flag", required_argument, NULL, FLAG}, {"rule", required_argument, NULL, RULE},
        {"help", no_argument, NULL, 'h'},        {0}};
    bool valid = true;
    for (int option; valid && (option = getopt_long(argc, argv, "r:c:h", options, NULL)) != -1;) {
        switch (option) {
        case 'r':
            valid = weir_rule_paths_add(&arguments->rules, optarg);
            break;
        case 'c':
            arguments->config = optarg;
            break;
        case 'h':
            arguments->help = true;
            break;
        case TEXT:
            valid = add_text(arguments, "text", optarg);
            break;
        case FIELD:
            valid = add_field(arguments, optarg);
            break;
        case KIND:
            valid = set_kind(arguments, optarg);
            break;
        case LANG:
            arguments->lang = optarg;
            break;
        case FLAG:
            arguments->flag = optarg;
            break;
        case RULE:
            arguments->rule = optarg;
            break;
        default:
            valid = false;
        }
    }
    return valid && (arguments->help || check_arguments(arguments, argc - optind));
}

static bool has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
}

/* All of stdin but its last line feed, as the shell's own quoting would leave it; the caller frees *data. */
static enum weir_status read_stdin(char **data, struct weir_text *text, struct weir_error *error)
{
    size_t length = 0;
    size_t size = 1 << 16;
    char *read = malloc(size);
    while (read && !feof(stdin) && !ferror(stdin) && length < STDIN_MAX) {
        length += fread(read + length, 1, size - length, stdin);
        char *grown = length == size ? realloc(read, size *= 2) : read;
        if (!grown)
            free(read);
        read = grown;
    }
    *data = read;
    if (!read)
        return weir_error_set(error, WEIR_NO_MEMORY, "no memory for the text");
    if (ferror(stdin) || length >= STDIN_MAX)
        return weir_error_set(error, ferror(stdin) ? WEIR_UNAVAILABLE : WEIR_INVALID, "cannot read stdin: %s",
                              ferror(stdin) ? strerror(errno) : "more than 64 MiB");
    *text = (struct weir_text){read, length > 0 && read[length - 1] == '\n' ? length - 1 : length};
    return WEIR_OK;
}

static enum weir_status explain_texts(const struct weir_explain_run *run, struct arguments *arguments,
                                      struct weir_error *error)
{
    char *data = NULL;
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; status == WEIR_OK && i < arguments->text_count; i++)
        if (weir_text_is(arguments->texts[i].text, "-") && !data)
            status = read_stdin(&data, &arguments->texts[i].text, error);
    struct weir_explain_post post = {
        .kind = arguments->kind,
        .lang = weir_text_of(arguments->lang),
        .texts = arguments->texts,
        .text_count = arguments->text_count,
    };
    if (status == WEIR_OK)
        status = weir_explain_post(run, &post, error);
    free(data);
    return status;
}

static enum weir_status explain_flags(const struct weir_explain_run *run, const char *path, struct weir_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *records = is_stdin ? stdin : fopen(path, "re");
    if (!records)
        return weir_error_set(error, WEIR_UNAVAILABLE, "cannot read %.300s: %s", path, strerror(errno));
    struct weir_explain_tally tally;
    enum weir_status status = weir_explain_flags(run, records, is_stdin ? "stdin" : path, &tally, error);
    if (!is_stdin)
        fclose(records);
    if (status == WEIR_OK && tally.same + tally.different + tally.unusable > 1)
        fprintf(stderr, "weir explain: %zu flags: the same answer for %zu, another for %zu, unusable %zu\n",
                tally.same + tally.different + tally.unusable, tally.same, tally.different, tally.unusable);
    if (status == WEIR_OK && tally.unusable > 0)
        return weir_error_set(error, WEIR_INVALID, "%zu %s could not be explained", tally.unusable,
                              tally.unusable == 1 ? "record" : "records");
    return status;
}

int weir_verb_explain(int argc, char **argv)
{
    struct arguments arguments = {0};
    if (!parse_arguments(argc, argv, &arguments))
        return weir_usage("explain");
    if (arguments.help) {
        fputs(HELP, stdout);
        return 0;
    }
    struct weir_loaded loaded;
    enum weir_status status = weir_load(arguments.config, WEIR_SETTINGS_FOR_SCAN, &arguments.rules, &loaded);
    if (status != WEIR_OK)
        return weir_status_exit(status);
    struct weir_explain_run run = {
        .settings = loaded.settings,
        .ruleset = loaded.ruleset,
        .chars = loaded.chars,
        .rule = arguments.rule,
        .out = stdout,
        .has_colour = has_colour(),
    };
    struct weir_error error = {0};
    status = arguments.flag ? explain_flags(&run, arguments.flag, &error) : explain_texts(&run, &arguments, &error);
    if (status == WEIR_OK && (fflush(stdout) != 0 || ferror(stdout)))
        status = weir_error_set(&error, WEIR_UNAVAILABLE, "cannot write: %s", strerror(errno));
    weir_unload(&loaded);
    return status == WEIR_OK ? 0 : weir_fail(&error);
}
