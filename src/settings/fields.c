/* `fields` of a source: which field of an item comes from where in the payload. */
#include "reader.h"

#include "weir/utf8.h"

#define POINTERS_MAX 256 /* of one source */

#define POST (1u << WEIR_POST)
#define CAPTION (1u << WEIR_CAPTION)

static const struct {
    const char *name;
    enum weir_role role;
    unsigned kinds;
} roles[] = {
    {"id", WEIR_ROLE_ID, POST},
    {"author", WEIR_ROLE_AUTHOR, POST},
    {"lang", WEIR_ROLE_LANG, POST | CAPTION},
    {"time", WEIR_ROLE_TIME, POST},
    {"stream", WEIR_ROLE_STREAM, CAPTION},
    {"sequence", WEIR_ROLE_SEQUENCE, CAPTION},
    {"start_ms", WEIR_ROLE_START_MS, CAPTION},
    {"end_ms", WEIR_ROLE_END_MS, CAPTION},
    {"final", WEIR_ROLE_FINAL, CAPTION},
    {"end", WEIR_ROLE_END, CAPTION},
};

/* The fields of one source while they are read. */
struct draft {
    struct weir_settings_reader *reader;
    enum weir_kind kind;
    struct weir_pointer pointers[POINTERS_MAX];
    size_t count;
    bool scannable; /* there is something for rules to read */
};

static bool find_role(enum weir_kind kind, struct weir_text name, enum weir_role *role)
{
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if ((roles[i].kinds >> kind & 1) && weir_text_is(name, roles[i].name)) {
            *role = roles[i].role;
            return true;
        }
    }
    return false;
}

static bool is_field_name(struct weir_text name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = c >= 'a' && c <= 'z';
        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return name.length > 0;
}

/* The field's index in settings.fields; false when there is no room. */
static bool find_field(struct weir_settings_reader *reader, struct weir_text name, uint32_t *field)
{
    struct weir_field_names *fields = &reader->file->settings.fields;
    for (size_t i = 0; i < fields->count; i++) {
        if (weir_text_is(name, fields->at[i])) {
            *field = (uint32_t)i;
            return true;
        }
    }
    if (fields->count == WEIR_FIELDS_MAX)
        return false;
    const char *kept = weir_value_keep(reader, name);
    if (!kept)
        return false;
    *field = (uint32_t)fields->count;
    fields->at[fields->count++] = kept;
    return true;
}

static void add_pointer(struct draft *draft, struct weir_pointer pointer, const struct weir_yaml_node *node)
{
    struct weir_settings_reader *reader = draft->reader;
    if (weir_yaml_kind(node) != WEIR_YAML_SCALAR) {
        weir_yaml_error(node, reader->diagnostics, "this must be a JSON Pointer such as /author/id");
        return;
    }
    struct weir_text text = weir_yaml_text(node);
    size_t bad;
    const char *why = weir_pointer_parse(text, reader->file->arena, &pointer, &bad);
    if (why && bad == 0) {
        weir_yaml_error(node, reader->diagnostics, "%s", why);
        return;
    }
    if (why) {
        weir_yaml_error_at(node, weir_utf8_count(weir_text_slice(text, 0, bad)), reader->diagnostics, "%s", why);
        return;
    }
    if (draft->count == POINTERS_MAX) {
        weir_yaml_error(node, reader->diagnostics, "more than %d JSON Pointers in one source", POINTERS_MAX);
        return;
    }
    draft->pointers[draft->count++] = pointer;
}

/* A stream is one text: its fragments have no other field that rules could read. */
static void refuse_caption_field(struct weir_settings_reader *reader, const struct weir_yaml_node *key,
                                 struct weir_text name)
{
    const char *known[sizeof roles / sizeof roles[0] + 1] = {"text"};
    size_t count = 1;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (roles[i].kinds & CAPTION)
            known[count++] = roles[i].name;
    const char *nearest = weir_nearest_name(name, known, count);
    weir_yaml_error(key, reader->diagnostics, "captions have no field '%.64s'; %s%s%s", name.data,
                    nearest ? "did you mean '"
                            : "theirs are: text, lang, stream, sequence, start_ms, end_ms, final, end",
                    nearest ? nearest : "", nearest ? "'?" : "");
}

static void read_field(struct draft *draft, const struct weir_yaml_node *key, const struct weir_yaml_node *node)
{
    struct weir_settings_reader *reader = draft->reader;
    struct weir_text name = weir_yaml_text(key);
    struct weir_pointer pointer = {.role = WEIR_ROLE_VALUE};
    if (!find_role(draft->kind, name, &pointer.role)) {
        if (draft->kind == WEIR_CAPTION && !weir_text_is(name, "text")) {
            refuse_caption_field(reader, key, name);
            return;
        }
        if (!is_field_name(name)) {
            weir_yaml_error(key, reader->diagnostics,
                            "a field's name is made of a-z, 0-9 and '_' and starts with a letter");
            return;
        }
        if (!find_field(reader, name, &pointer.field)) {
            weir_yaml_error(key, reader->diagnostics, "more than %d fields (text included) over all sources",
                            WEIR_FIELDS_MAX);
            return;
        }
        draft->scannable = true;
    }
    if (weir_yaml_kind(node) != WEIR_YAML_SEQUENCE) {
        add_pointer(draft, pointer, node);
        return;
    }
    if (weir_yaml_size(node) == 0)
        weir_yaml_error(node, reader->diagnostics, "this list is empty; give a JSON Pointer, or remove the field");
    for (size_t i = 0; i < weir_yaml_size(node); i++)
        add_pointer(draft, pointer, weir_yaml_item(node, i));
}

static void read_fields(struct draft *draft, const struct weir_yaml_node *node)
{
    struct weir_diagnostics *diagnostics = draft->reader->diagnostics;
    size_t errors = weir_diagnostics_errors(diagnostics);
    for (size_t i = 0; i < weir_yaml_size(node); i++)
        read_field(draft, weir_yaml_key(node, i), weir_yaml_value(node, i));
    if (!draft->scannable && weir_diagnostics_errors(diagnostics) == errors)
        weir_yaml_error(node, diagnostics, "no field here is one that rules read; add one, such as text: /text");
}

/* The mappings of the documentation's example. */
static void add_standard_fields(struct draft *draft)
{
    static const struct {
        enum weir_kind kind;
        const char *name;
        const char *pointer;
    } fields[] = {
        {WEIR_POST, "id", "/id"},
        {WEIR_POST, "author", "/author/id"},
        {WEIR_POST, "author_name", "/author/name"},
        {WEIR_POST, "lang", "/lang"},
        {WEIR_POST, "time", "/created_at"},
        {WEIR_POST, "text", "/title"},
        {WEIR_POST, "text", "/text"},
        {WEIR_CAPTION, "stream", "/stream_id"},
        {WEIR_CAPTION, "sequence", "/seq"},
        {WEIR_CAPTION, "start_ms", "/start_ms"},
        {WEIR_CAPTION, "end_ms", "/end_ms"},
        {WEIR_CAPTION, "final", "/final"},
        {WEIR_CAPTION, "end", "/end"},
        {WEIR_CAPTION, "lang", "/lang"},
        {WEIR_CAPTION, "text", "/text"},
    };
    struct weir_settings_reader *reader = draft->reader;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (fields[i].kind != draft->kind)
            continue;
        struct weir_text name = weir_text_of(fields[i].name);
        struct weir_pointer pointer = {.role = WEIR_ROLE_VALUE};
        size_t bad;
        bool named = find_role(draft->kind, name, &pointer.role) || find_field(reader, name, &pointer.field);
        if (!named || weir_pointer_parse(weir_text_of(fields[i].pointer), reader->file->arena, &pointer, &bad)) {
            reader->no_memory = true;
            return;
        }
        draft->pointers[draft->count++] = pointer;
    }
}

void weir_fields_read(struct weir_settings_reader *reader, const struct weir_yaml_node *node,
                      struct weir_mapping *mapping)
{
    struct draft draft = {.reader = reader, .kind = mapping->kind};
    if (!node) {
        add_standard_fields(&draft);
    } else if (weir_yaml_kind(node) == WEIR_YAML_MAPPING) {
        read_fields(&draft, node);
    } else {
        weir_yaml_error(node, reader->diagnostics,
                        "fields must be a section of names and JSON Pointers, such as text: /text");
        return;
    }
    struct weir_pointer *pointers = weir_arena_array(reader->file->arena, draft.count, sizeof *pointers);
    if (!pointers) {
        reader->no_memory = reader->no_memory || draft.count > 0;
        return;
    }
    memcpy(pointers, draft.pointers, draft.count * sizeof *pointers);
    mapping->pointers = pointers;
    mapping->pointer_count = draft.count;
}
