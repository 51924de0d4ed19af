/* The bytes of a YAML file: finds the lines, refuses what is no text. Knows nothing of YAML's grammar. */
#include "yaml_tree.h"

#include "weir/utf8.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static enum weir_status find_lines(struct weir_yaml *document)
{
    struct weir_text source = document->source;
    size_t count = 1;
    for (size_t i = 0; i < source.length; i++)
        count += source.data[i] == '\n';
    size_t *lines = weir_arena_array(document->arena, count, sizeof *lines);
    if (!lines)
        return WEIR_NO_MEMORY;
    count = 1; /* the first starts at 0 */
    for (size_t i = 0; i < source.length; i++)
        if (source.data[i] == '\n')
            lines[count++] = i + 1;
    document->lines = lines;
    document->line_count = count;
    return WEIR_OK;
}

/* The first byte that opens no character; length when all is well. */
static size_t find_ill_formed(struct weir_text text)
{
    if (weir_utf8_valid(text))
        return text.length;
    size_t at = 0;
    while (at < text.length) {
        size_t width = weir_utf8_width(text.data[at]);
        if (width > text.length - at || !weir_utf8_valid(weir_text_slice(text, at, at + width)))
            break;
        at += width;
    }
    return at;
}

/* What is wrong with a byte wherever it stands, or NULL. */
static const char *refuse_byte(char byte)
{
    unsigned char c = (unsigned char)byte;
    if (c == '\0')
        return "a NUL byte; this is no text file";
    if (c == '\r')
        return "the line ends in CR LF, as on Windows; save the file with LF alone";
    /* In most places YAML allows none, and libfyaml 0.7.12 crashes on some. */
    if (c == '\t')
        return "a tab; use spaces, or within a text \\t in double quotes";
    if ((c < 0x20 && c != '\n') || c == 0x7F)
        return "a control character; remove it, or write it as an escape in double quotes";
    return NULL;
}

enum weir_status weir_yaml_index(struct weir_yaml *document, struct weir_diagnostics *diagnostics)
{
    struct weir_text source = document->source;
    enum weir_status status = find_lines(document);
    if (status != WEIR_OK)
        return status;

    size_t sound = find_ill_formed(source);
    if (source.length >= 3 && memcmp(source.data, byte_order_mark, 3) == 0) {
        weir_yaml_error_byte(document, 0, diagnostics, "a byte order mark; save the file as UTF-8 without BOM");
        return WEIR_INVALID;
    }
    for (size_t i = 0; i < sound; i++) {
        const char *why = refuse_byte(source.data[i]);
        if (!why)
            continue;
        weir_yaml_error_byte(document, i, diagnostics, "%s", why);
        return WEIR_INVALID;
    }
    if (sound < source.length) {
        weir_yaml_error_byte(document, sound, diagnostics, "a byte that is not UTF-8; save the file as UTF-8");
        return WEIR_INVALID;
    }
    return WEIR_OK;
}
