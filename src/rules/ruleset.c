/* Files and folders to one ruleset: reads the packs, compiles the whole, owns all that a ruleset points at. */
#include "pack.h"

#include "weir/database.h"

#include <stdlib.h>
#include <sys/stat.h>

#define SCRATCH_KEEP_BYTES ((size_t)1 << 20)

/* A ruleset with what it borrows. */
struct owned_ruleset {
    struct weir_ruleset ruleset; /* first: the public pointer is one to the whole */
    struct weir_arena *arena;
    struct weir_list documents; /* struct weir_yaml *: examples point at their nodes */
    struct weir_list regexes;   /* struct weir_regex * */
    struct weir_database database;
    struct weir_memo memo;
};

/* A file, whatever it is called. */
struct seen_file {
    dev_t device;
    ino_t inode;
    const char *path;
};

struct load {
    struct weir_pack_reader reader;
    struct weir_list seen; /* struct seen_file */
    struct owned_ruleset *owned;
    size_t errors_before;    /* that the diagnostics had already */
    enum weir_status status; /* the first that was not WEIR_OK */
};

void weir_ruleset_free(struct weir_ruleset *ruleset)
{
    struct owned_ruleset *owned = (struct owned_ruleset *)ruleset;
    if (!owned)
        return;
    weir_database_fini(&owned->database);
    for (size_t i = 0; i < owned->regexes.count; i++)
        weir_regex_free(((struct weir_regex **)owned->regexes.at)[i]);
    for (size_t i = 0; i < owned->documents.count; i++)
        weir_yaml_free(((struct weir_yaml **)owned->documents.at)[i]);
    weir_list_fini(&owned->regexes);
    weir_list_fini(&owned->documents);
    weir_memo_fini(&owned->memo);
    weir_arena_free(owned->arena);
    free(owned);
}

const struct weir_memo *weir_ruleset_memo(const struct weir_ruleset *ruleset)
{
    return &((const struct owned_ruleset *)ruleset)->memo;
}

static void note_status(struct load *load, enum weir_status status)
{
    if (load->status == WEIR_OK)
        load->status = status;
}

/* The names outlive the caller's, and `text` is always the first. */
static void keep_fields(struct weir_pack_reader *reader, const struct weir_field_names *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        reader->fields.at[i] = weir_arena_text(reader->arena, weir_text_of(fields->at[i])).data;
        reader->no_memory |= !reader->fields.at[i];
    }
    reader->fields.count = fields->count;
    if (fields->count == 0)
        reader->fields.at[reader->fields.count++] = "text";
    reader->mapped_fields = fields->is_whole ? reader->fields.count : SIZE_MAX;
}

static void finish_reader(struct weir_pack_reader *reader)
{
    weir_list_fini(&reader->packs);
    weir_list_fini(&reader->pack_nodes);
    weir_list_fini(&reader->rules);
    weir_list_fini(&reader->patterns);
    weir_list_fini(&reader->expressions);
    weir_list_fini(&reader->origins);
    weir_list_fini(&reader->sources);
    weir_list_fini(&reader->pattern_nodes);
    weir_name_index_fini(&reader->rule_ids);
    weir_class_sets_free(reader->tools.sets);
    weir_regex_scratch_free(reader->tools.scratch);
    weir_arena_free(reader->tools.arena);
    weir_arena_free(reader->load_arena);
}

static enum weir_status start(struct load *load, const struct weir_field_names *fields,
                              const struct weir_folding *folding, const struct weir_compiled *compiled,
                              struct weir_diagnostics *diagnostics)
{
    struct owned_ruleset *owned = calloc(1, sizeof *owned);
    *load = (struct load){.owned = owned, .errors_before = weir_diagnostics_errors(diagnostics)};
    if (!owned)
        return WEIR_NO_MEMORY;
    struct weir_pack_reader *reader = &load->reader;
    owned->arena = weir_arena_new(0);
    reader->arena = owned->arena;
    reader->load_arena = weir_arena_new(0);
    reader->diagnostics = diagnostics;
    reader->tools = (struct weir_regex_tools){
        .folding = folding,
        .scratch = weir_regex_scratch_new(),
        .arena = weir_arena_new(SCRATCH_KEEP_BYTES),
        .memo = &owned->memo,
    };
    owned->memo = (struct weir_memo){.before = compiled, .folding = folding->version, .arena = owned->arena};
    if (reader->load_arena)
        reader->tools.sets = weir_class_sets_new(reader->load_arena);
    if (reader->arena && reader->tools.sets && reader->tools.scratch && reader->tools.arena) {
        keep_fields(reader, fields);
        return WEIR_OK;
    }
    finish_reader(reader);
    weir_ruleset_free(&owned->ruleset);
    return WEIR_NO_MEMORY;
}

/* Takes the document. */
static void read_document(struct load *load, struct weir_yaml *document, const char *path)
{
    struct weir_yaml **kept = weir_list_add(&load->owned->documents, sizeof(struct weir_yaml *));
    if (!kept) {
        weir_yaml_free(document);
        load->reader.no_memory = true;
        return;
    }
    *kept = document;
    weir_pack_read(&load->reader, document, path);
}

/* Notes the file; true, and said once, when it was given before: each of its rules would be one too many. */
static bool is_seen(struct load *load, const char *path)
{
    struct stat about;
    const struct seen_file *seen = load->seen.at;
    if (stat(path, &about) != 0)
        return false; /* reading it says so */
    for (size_t i = 0; i < load->seen.count; i++) {
        if (seen[i].device != about.st_dev || seen[i].inode != about.st_ino)
            continue;
        bool is_same_path = strcmp(seen[i].path, path) == 0;
        weir_diagnostics_error(load->reader.diagnostics, (struct weir_place){.file = path}, WEIR_TEXT_LITERAL(""),
                               "this pack is named twice%s%s; name it once", is_same_path ? "" : ", also as ",
                               is_same_path ? "" : seen[i].path);
        return true;
    }
    struct seen_file *noted = weir_list_add(&load->seen, sizeof *noted);
    if (noted)
        *noted = (struct seen_file){about.st_dev, about.st_ino, path};
    load->reader.no_memory |= !noted;
    return false;
}

static void read_file(struct load *load, const char *path)
{
    struct weir_yaml *document = NULL;
    if (is_seen(load, path))
        return;
    enum weir_status status = weir_yaml_load(path, WEIR_PACK_BYTES_MAX, load->reader.diagnostics, &document);
    if (status == WEIR_OK)
        read_document(load, document, path);
    else
        note_status(load, status);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct weir_pack *)a)->name, ((const struct weir_pack *)b)->name);
}

/* Of all packs in order of name: the name, a line feed, the file's digest in hexadecimal, a line feed. */
static enum weir_status digest_packs(struct weir_arena *arena, const struct weir_pack *packs, size_t count,
                                     char out[WEIR_SHA256_HEX_SIZE])
{
    struct weir_pack *sorted = weir_arena_array(arena, count, sizeof *sorted);
    struct weir_writer text;
    uint8_t digest[WEIR_SHA256_BYTES];
    weir_writer_init(&text, arena);
    if (!sorted)
        return WEIR_NO_MEMORY;
    if (count) {
        memcpy(sorted, packs, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare_names);
    }
    for (size_t i = 0; i < count; i++) {
        char hex[WEIR_SHA256_HEX_SIZE];
        weir_hash_hex(sorted[i].sha256, WEIR_SHA256_BYTES, hex);
        weir_writer_add_string(&text, sorted[i].name);
        weir_writer_add_string(&text, "\n");
        weir_writer_add_string(&text, hex);
        weir_writer_add_string(&text, "\n");
    }
    struct weir_text whole = weir_writer_finish(&text);
    enum weir_status status = whole.data ? weir_hash_sha256(whole, digest) : WEIR_NO_MEMORY;
    if (status == WEIR_OK)
        weir_hash_hex(digest, sizeof digest, out);
    return status;
}

/* The list's elements, in the arena of the ruleset. */
static const void *settle(struct load *load, const struct weir_list *list, size_t size, size_t *count)
{
    void *kept = weir_arena_array(load->owned->arena, list->count, size);
    load->reader.no_memory |= !kept;
    if (kept && list->count)
        memcpy(kept, list->at, list->count * size);
    *count = list->count;
    return kept;
}

static void report_database(struct load *load, size_t failed, const struct weir_error *error)
{
    const struct weir_yaml_node *const *nodes = load->reader.pattern_nodes.at;
    if (failed < load->reader.pattern_nodes.count)
        weir_yaml_error(nodes[failed], load->reader.diagnostics,
                        "Hyperscan cannot compile this pattern (%s); make it simpler", error->text);
    else
        weir_diagnostics_error(load->reader.diagnostics, (struct weir_place){0}, WEIR_TEXT_LITERAL(""),
                               "Hyperscan cannot compile these patterns together (%s); load fewer packs", error->text);
}

static enum weir_status build(struct load *load)
{
    struct weir_pack_reader *reader = &load->reader;
    struct weir_ruleset *ruleset = &load->owned->ruleset;
    struct weir_error error;
    size_t failed = SIZE_MAX;
    ruleset->fields = reader->fields;
    ruleset->packs = settle(load, &reader->packs, sizeof(struct weir_pack), &ruleset->pack_count);
    ruleset->rules = settle(load, &reader->rules, sizeof(struct weir_rule), &ruleset->rule_count);
    ruleset->patterns = settle(load, &reader->patterns, sizeof(struct weir_pattern), &ruleset->pattern_count);
    ruleset->expressions =
        settle(load, &reader->expressions, sizeof(struct weir_expression), &ruleset->expression_count);
    ruleset->origins =
        settle(load, &reader->origins, sizeof(struct weir_expression_origin), &ruleset->expression_count);
    if (reader->no_memory)
        return WEIR_NO_MEMORY;
    for (size_t i = 0; i < ruleset->expression_count; i++)
        ruleset->views |= 1u << ruleset->expressions[i].view;
    ruleset->generation = 1;
    ruleset->database = &load->owned->database;
    enum weir_status status = digest_packs(reader->load_arena, ruleset->packs, ruleset->pack_count, ruleset->sha256);
    if (status == WEIR_OK)
        status = weir_memo_database(&load->owned->memo, reader->sources.at, reader->sources.count,
                                    &load->owned->database, &failed, &error);
    if (status == WEIR_INVALID)
        report_database(load, failed, &error);
    return status;
}

static enum weir_status finish(struct load *load, struct weir_ruleset **ruleset)
{
    struct weir_pack_reader *reader = &load->reader;
    bool has_errors = weir_diagnostics_errors(reader->diagnostics) > load->errors_before;
    weir_list_fini(&load->seen);
    load->owned->regexes = reader->regexes;
    if (reader->no_memory)
        load->status = WEIR_NO_MEMORY;
    else if (has_errors)
        note_status(load, WEIR_INVALID);
    if (load->status == WEIR_OK)
        load->status = build(load);
    finish_reader(reader);
    load->owned->memo.before = NULL;
    if (load->status == WEIR_OK)
        *ruleset = &load->owned->ruleset;
    else
        weir_ruleset_free(&load->owned->ruleset);
    return load->status;
}

enum weir_status weir_ruleset_load(const char *const *paths, size_t path_count, const struct weir_field_names *fields,
                                   const struct weir_folding *folding, const struct weir_compiled *compiled,
                                   struct weir_diagnostics *diagnostics, struct weir_ruleset **ruleset)
{
    struct load load;
    enum weir_status status = start(&load, fields, folding, compiled, diagnostics);
    if (status != WEIR_OK)
        return status;
    for (size_t i = 0; i < path_count; i++) {
        struct weir_list files = {0};
        status = weir_pack_files(&load.reader, paths[i], &files);
        note_status(&load, status);
        for (size_t n = 0; n < files.count; n++)
            read_file(&load, ((const char **)files.at)[n]);
        weir_list_fini(&files);
    }
    return finish(&load, ruleset);
}

enum weir_status weir_ruleset_parse(const char *name, struct weir_text source, const struct weir_field_names *fields,
                                    const struct weir_folding *folding, struct weir_diagnostics *diagnostics,
                                    struct weir_ruleset **ruleset)
{
    struct load load;
    struct weir_yaml *document = NULL;
    enum weir_status status = start(&load, fields, folding, NULL, diagnostics);
    if (status != WEIR_OK)
        return status;
    status = weir_yaml_parse(name, source, diagnostics, &document);
    if (status == WEIR_OK)
        read_document(&load, document, name);
    else
        note_status(&load, status);
    return finish(&load, ruleset);
}
