/* The files of lines that patterns name: found beside the pack, read once, counted into its digest. Knows nothing of
 * what the lines mean. */
#include "pack.h"

#include "weir/file.h"
#include "weir/utf8.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static const char *resolve(struct weir_pack_reader *reader, const char *pack, const char *name)
{
    const char *slash = strrchr(pack, '/');
    if (name[0] == '/' || !slash)
        return name;
    return weir_arena_format(reader->arena, "%.*s/%s", (int)(slash - pack), pack, name);
}

bool weir_list_file_open(struct weir_pack_reader *reader, const struct weir_yaml_node *node, const char *what,
                         struct weir_list_file *file)
{
    struct weir_list_file opened = {0};
    struct weir_error error;
    if (!weir_pack_read_string(reader, node, what, &opened.name))
        return false;
    for (size_t i = 0; i < reader->lists.count; i++) {
        const struct weir_list_file *known = (const struct weir_list_file *)reader->lists.at + i;
        if (strcmp(known->name, opened.name) == 0) {
            *file = *known;
            return true;
        }
    }
    opened.path = resolve(reader, weir_yaml_place(node).file, opened.name);
    struct weir_list_file *kept = opened.path ? weir_list_add(&reader->lists, sizeof *kept) : NULL;
    enum weir_status status =
        kept ? weir_file_read(opened.path, WEIR_PACK_BYTES_MAX, reader->load_arena, &opened.text, &error)
             : WEIR_NO_MEMORY;
    if (status == WEIR_OK)
        status = weir_hash_sha256(opened.text, opened.sha256);
    reader->no_memory |= status == WEIR_NO_MEMORY;
    if (status == WEIR_NO_MEMORY)
        return false;
    *kept = opened;
    if (status != WEIR_OK) {
        weir_yaml_error(node, reader->diagnostics, "%s: %s", opened.path, error.text);
        return false;
    }
    *file = opened;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line, whole; false at the end. */
static bool take_line(const struct weir_list_file *file, struct weir_list_line *line)
{
    if (line->next >= file->text.length)
        return false;
    const char *start = file->text.data + line->next;
    const char *feed = memchr(start, '\n', file->text.length - line->next);
    size_t length = feed ? (size_t)(feed - start) : file->text.length - line->next;
    line->next += length + 1;
    line->whole = (struct weir_text){start, length};
    line->place = (struct weir_place){.file = file->path, .line = line->place.line + 1, .column = 1};
    return true;
}

bool weir_list_file_next(struct weir_pack_reader *reader, const struct weir_list_file *file,
                         struct weir_list_line *line)
{
    while (take_line(file, line)) {
        struct weir_text whole = line->whole;
        size_t start = 0;
        size_t end = whole.length;
        if (line->place.line == 1 && end >= 3 && memcmp(whole.data, BYTE_ORDER_MARK, 3) == 0)
            start = 3;
        while (start < end && is_blank(whole.data[start]))
            start++;
        while (end > start && is_blank(whole.data[end - 1]))
            end--;
        if (start == end || whole.data[start] == '#')
            continue;
        if (!weir_utf8_valid(whole)) {
            weir_diagnostics_error(reader->diagnostics, line->place, WEIR_TEXT_LITERAL(""),
                                   "this line is not UTF-8; save the file as UTF-8");
            continue;
        }
        line->text = weir_text_slice(whole, start, end);
        line->place.column = 1 + (unsigned)weir_utf8_count(weir_text_slice(whole, 0, start));
        return true;
    }
    return false;
}

/* The digest of the pack's file and, where it names lists, of it and each list's name and digest. */
static enum weir_status digest(struct weir_pack_reader *reader, struct weir_text source,
                               uint8_t sha256[WEIR_SHA256_BYTES])
{
    const struct weir_list_file *lists = reader->lists.at;
    struct weir_writer text;
    char hex[WEIR_SHA256_HEX_SIZE];
    enum weir_status status = weir_hash_sha256(source, sha256);
    if (reader->lists.count == 0 || status != WEIR_OK)
        return status;
    weir_writer_init(&text, reader->load_arena);
    weir_hash_hex(sha256, WEIR_SHA256_BYTES, hex);
    weir_writer_add_format(&text, "%s\n", hex);
    for (size_t i = 0; i < reader->lists.count; i++) {
        weir_hash_hex(lists[i].sha256, WEIR_SHA256_BYTES, hex);
        weir_writer_add_format(&text, "%s\n%s\n", lists[i].name, hex);
    }
    struct weir_text whole = weir_writer_finish(&text);
    return whole.data ? weir_hash_sha256(whole, sha256) : WEIR_NO_MEMORY;
}

void weir_list_files_settle(struct weir_pack_reader *reader, struct weir_text source, struct weir_pack *pack)
{
    const struct weir_list_file *lists = reader->lists.at;
    const char **paths = weir_arena_array(reader->arena, reader->lists.count, sizeof(const char *));
    for (size_t i = 0; paths && i < reader->lists.count; i++)
        paths[i] = lists[i].path;
    pack->lists = paths;
    pack->list_count = reader->lists.count;
    reader->no_memory |= !paths || digest(reader, source, pack->sha256) != WEIR_OK;
    weir_list_fini(&reader->lists);
}
