/* publish: what a load of rules brought, as a weir.ruleset/1 record. */
#include "record_json.h"

#include "weir/clock.h"

#define LIST_MAX ((size_t)1000)

struct load {
    const struct weir_ruleset *now;
    const struct weir_ruleset_change *change;
    char loaded_at[WEIR_RFC3339_SIZE];
};

/* The list under its name and its length under name_count, which stays when the list is cut. True if it is. */
static bool put_ids(struct weir_record_json *json, json_t *root, const char *name, const char *name_count,
                    const char *const *ids, size_t count, size_t list_max)
{
    json_t *list = weir_record_array(json);
    for (size_t i = 0; i < count && i < list_max; i++)
        weir_record_append(json, list, json_string(ids[i]));
    weir_record_put_number(json, root, name_count, (int64_t)count);
    weir_record_put(json, root, name, list);
    return count > list_max;
}

static json_t *make_pack(struct weir_record_json *json, const struct weir_pack *pack)
{
    char sha256[WEIR_SHA256_HEX_SIZE];
    weir_hash_hex(pack->sha256, WEIR_SHA256_BYTES, sha256);
    json_t *object = weir_record_object(json);
    weir_record_put_string(json, object, "name", pack->name);
    weir_record_put_string(json, object, "version", pack->version);
    weir_record_put_string(json, object, "sha256", sha256);
    weir_record_put_number(json, object, "rules", pack->rule_count);
    return object;
}

static bool put_packs(struct weir_record_json *json, json_t *root, const struct weir_ruleset *now, size_t list_max)
{
    json_t *list = weir_record_array(json);
    for (size_t i = 0; i < now->pack_count && i < list_max; i++)
        weir_record_append(json, list, make_pack(json, &now->packs[i]));
    weir_record_put_number(json, root, "pack_count", (int64_t)now->pack_count);
    weir_record_put(json, root, "packs", list);
    return now->pack_count > list_max;
}

static json_t *make_load(struct weir_record_json *json, const struct load *load, size_t list_max)
{
    const struct weir_ruleset_change *change = load->change;
    json_t *root = weir_record_object(json);
    weir_record_put_string(json, root, "schema", "weir.ruleset/1");
    weir_record_put_string(json, root, "loaded_at", load->loaded_at);
    weir_record_put_number(json, root, "generation", (int64_t)load->now->generation);
    weir_record_put_string(json, root, "sha256", load->now->sha256);
    weir_record_put_number(json, root, "rules", (int64_t)load->now->rule_count);
    bool is_cut = put_packs(json, root, load->now, list_max);
    is_cut |= put_ids(json, root, "added", "added_count", change->added, change->added_count, list_max);
    is_cut |= put_ids(json, root, "removed", "removed_count", change->removed, change->removed_count, list_max);
    is_cut |= put_ids(json, root, "changed", "changed_count", change->changed, change->changed_count, list_max);
    if (is_cut)
        weir_record_put_true(json, root, "truncated");
    return root;
}

enum weir_status weir_record_ruleset(const struct weir_ruleset *now, const struct weir_ruleset_change *change,
                                     int64_t now_ms, size_t record_max, struct weir_arena *arena,
                                     struct weir_record *record)
{
    struct load load = {.now = now, .change = change};
    weir_clock_format_rfc3339(now_ms, load.loaded_at);
    struct weir_record_json json = {.arena = arena};
    struct weir_text line = {NULL, 0};
    size_t list_max = LIST_MAX;
    enum weir_record_fit fit;
    while ((fit = weir_record_write(&json, make_load(&json, &load, list_max), list_max > 0 ? record_max : SIZE_MAX,
                                    &line)) == WEIR_RECORD_TOO_LONG)
        list_max /= 2;
    if (fit != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .value = line};
    return WEIR_OK;
}
