/* ${env:NAME} and ${file:PATH}: filled in, remembered, wiped. What they stand for appears in no message. */
#include "reader.h"

#include "weir/file.h"
#include "weir/utf8.h"

#include <stdlib.h>

#define FILE_MAX_BYTES 65536
#define PARTS_MAX 64
#define NAME_MAX_BYTES 4096
#define KEY_BYTES_WANTED 16

/* A value on its way from what is written to what it stands for. */
struct filling {
    struct weir_settings_reader *reader;
    const struct weir_yaml_node *node;
    struct weir_text written;
    size_t at;                         /* byte of it that is looked at: errors point here */
    struct weir_text parts[PARTS_MAX]; /* joined they are the value */
    size_t count;
    size_t length;
    struct weir_text origin; /* the first substitution, as written */
};

#define REFUSE(filling, ...)                                                                                           \
    weir_yaml_error_at((filling)->node, weir_utf8_count(weir_text_slice((filling)->written, 0, (filling)->at)),        \
                       (filling)->reader->diagnostics, __VA_ARGS__)

static bool remember(struct weir_settings_reader *reader, struct weir_text text)
{
    struct weir_secret *secret = weir_arena_alloc(reader->file->arena, sizeof *secret);
    if (!secret) {
        reader->no_memory = true;
        return false;
    }
    *secret = (struct weir_secret){reader->file->secrets, text};
    reader->file->secrets = secret;
    return true;
}

void weir_secrets_wipe(struct weir_settings_file *file)
{
    /* The texts lie in the file's own arena, which may be written. */
    for (struct weir_secret *secret = file->secrets; secret; secret = secret->next)
        explicit_bzero((void *)(uintptr_t)secret->text.data, secret->text.length);
}

static bool add_part(struct filling *filling, struct weir_text part)
{
    if (filling->count == PARTS_MAX) {
        REFUSE(filling, "more than %d substitutions in one value", PARTS_MAX / 2);
        return false;
    }
    filling->parts[filling->count++] = part;
    filling->length += part.length;
    return true;
}

static bool is_variable_name(const char *name)
{
    if (*name >= '0' && *name <= '9')
        return false;
    const char *c = name;
    while ((*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_')
        c++;
    return c > name && *c == '\0';
}

static bool fill_variable(struct filling *filling, const char *name)
{
    if (!is_variable_name(name)) {
        REFUSE(filling, "'%.64s' is no name of an environment variable", name);
        return false;
    }
    const char *value = getenv(name);
    if (!value) {
        REFUSE(filling, "the environment variable %.64s is not set", name);
        return false;
    }
    return add_part(filling, weir_text_of(value));
}

static bool fill_file(struct filling *filling, const char *name)
{
    struct weir_settings_reader *reader = filling->reader;
    struct weir_error error;
    struct weir_text content;
    const char *path = name[0] == '/' ? name : weir_arena_format(reader->file->arena, "%s%s", reader->folder, name);
    if (!path) {
        reader->no_memory = true;
        return false;
    }
    if (weir_file_read(path, FILE_MAX_BYTES, reader->file->arena, &content, &error) != WEIR_OK) {
        REFUSE(filling, "%.256s: %s", path, error.text);
        return false;
    }
    if (!remember(reader, content))
        return false;
    if (content.length > 0 && content.data[content.length - 1] == '\n')
        content.length--;
    if (content.length > 0 && content.data[content.length - 1] == '\r')
        content.length--;
    return add_part(filling, content);
}

/* The substitution that opens at filling->at; *end becomes the byte behind it. */
static bool fill_one(struct filling *filling, size_t *end)
{
    static const struct {
        const char *opening;
        bool (*fill)(struct filling *filling, const char *name);
    } sorts[] = {{"${env:", fill_variable}, {"${file:", fill_file}};
    struct weir_text rest = weir_text_slice(filling->written, filling->at, filling->written.length);
    const char *close = memchr(rest.data, '}', rest.length);
    for (size_t i = 0; close && i < sizeof sorts / sizeof sorts[0]; i++) {
        size_t start = strlen(sorts[i].opening);
        size_t length = (size_t)(close - rest.data);
        if (length <= start || length - start >= NAME_MAX_BYTES || strncmp(rest.data, sorts[i].opening, start) != 0)
            continue;
        char name[NAME_MAX_BYTES];
        memcpy(name, rest.data + start, length - start);
        name[length - start] = '\0';
        *end = filling->at + length + 1;
        return sorts[i].fill(filling, name);
    }
    REFUSE(filling, "write ${env:NAME} or ${file:PATH} here, or $${ for the characters ${ themselves");
    return false;
}

static bool fill_all(struct filling *filling)
{
    struct weir_text written = filling->written;
    bool good = true;
    size_t from = 0;
    while (filling->at < written.length) {
        struct weir_text rest = weir_text_slice(written, filling->at, written.length);
        bool literal = rest.length >= 3 && memcmp(rest.data, "$${", 3) == 0;
        bool opening = rest.length >= 2 && memcmp(rest.data, "${", 2) == 0;
        size_t end = filling->at + (literal ? 3 : 1);
        if (literal || opening)
            good = add_part(filling, weir_text_slice(written, from, filling->at)) && good;
        if (opening) {
            end = filling->at + 2; /* after a mistake, look on behind it */
            good = fill_one(filling, &end) && good;
            if (filling->origin.length == 0)
                filling->origin = weir_text_slice(written, filling->at, end);
        }
        if (literal)
            from = filling->at + 1;
        else if (opening)
            from = end;
        filling->at = end;
    }
    return good && add_part(filling, weir_text_slice(written, from, written.length));
}

bool weir_secret_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node, struct weir_text *text,
                      struct weir_text *origin)
{
    struct filling filling = {.reader = reader, .node = node, .written = weir_yaml_text(node)};
    if (!fill_all(&filling))
        return false;
    char *value = weir_arena_alloc(reader->file->arena, filling.length + 1);
    if (!value || !remember(reader, (struct weir_text){value, filling.length})) {
        reader->no_memory = true;
        return false;
    }
    size_t length = 0;
    for (size_t i = 0; i < filling.count; i++) {
        memcpy(value + length, filling.parts[i].data, filling.parts[i].length);
        length += filling.parts[i].length;
    }
    value[length] = '\0';
    *text = (struct weir_text){value, length};
    *origin = filling.origin;
    return true;
}

void weir_secret_read_author_key(struct weir_settings_reader *reader, const struct weir_yaml_node *node)
{
    struct weir_text key;
    struct weir_text origin;
    if (weir_yaml_kind(node) != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, reader->diagnostics,
                        "privacy.author_key must be a text such as ${file:/etc/weir/author.key}; remove it to leave "
                        "authors out");
        return;
    }
    if (!weir_secret_read(reader, node, &key, &origin))
        return;
    if (key.length == 0)
        weir_yaml_error(node, reader->diagnostics, "privacy.author_key is empty; remove it to leave authors out");
    else if (key.length < KEY_BYTES_WANTED)
        weir_yaml_warning(node, reader->diagnostics, "privacy.author_key is shorter than %d bytes and can be guessed",
                          KEY_BYTES_WANTED);
    reader->file->settings.author_key = key;
}
