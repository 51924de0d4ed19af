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
static bool put_ids(struct weir_record_json *json, const char *name, const char *name_count, const char *const *ids,
                    size_t count, size_t list_max)
{
    weir_record_put_number(json, name_count, (int64_t)count);
    weir_record_array(json, name);
    for (size_t i = 0; i < count && i < list_max; i++)
        weir_record_put_string(json, NULL, ids[i]);
    weir_record_end_array(json);
    return count > list_max;
}

static void put_pack(struct weir_record_json *json, const struct weir_pack *pack)
{
    char sha256[WEIR_SHA256_HEX_SIZE];
    weir_hash_hex(pack->sha256, WEIR_SHA256_BYTES, sha256);
    weir_record_object(json, NULL);
    weir_record_put_string(json, "name", pack->name);
    weir_record_put_string(json, "version", pack->version);
    weir_record_put_string(json, "sha256", sha256);
    weir_record_put_number(json, "rules", pack->rule_count);
    weir_record_end_object(json);
}

static bool put_packs(struct weir_record_json *json, const struct weir_ruleset *now, size_t list_max)
{
    weir_record_put_number(json, "pack_count", (int64_t)now->pack_count);
    weir_record_array(json, "packs");
    for (size_t i = 0; i < now->pack_count && i < list_max; i++)
        put_pack(json, &now->packs[i]);
    weir_record_end_array(json);
    return now->pack_count > list_max;
}

static void put_load(struct weir_record_json *json, const struct load *load, size_t list_max)
{
    const struct weir_ruleset_change *change = load->change;
    weir_record_object(json, NULL);
    weir_record_put_string(json, "schema", "weir.ruleset/1");
    weir_record_put_string(json, "loaded_at", load->loaded_at);
    weir_record_put_number(json, "generation", (int64_t)load->now->generation);
    weir_record_put_string(json, "sha256", load->now->sha256);
    weir_record_put_number(json, "rules", (int64_t)load->now->rule_count);
    bool is_cut = put_packs(json, load->now, list_max);
    is_cut |= put_ids(json, "added", "added_count", change->added, change->added_count, list_max);
    is_cut |= put_ids(json, "removed", "removed_count", change->removed, change->removed_count, list_max);
    is_cut |= put_ids(json, "changed", "changed_count", change->changed, change->changed_count, list_max);
    if (is_cut)
        weir_record_put_true(json, "truncated");
    weir_record_end_object(json);
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
    for (;; list_max /= 2) {
        put_load(&json, &load, list_max);
        fit = weir_record_finish(&json, list_max > 0 ? record_max : SIZE_MAX, &line);
        if (fit != WEIR_RECORD_TOO_LONG)
            break;
    }
    if (fit != WEIR_RECORD_FITS)
        return WEIR_NO_MEMORY;
    *record = (struct weir_record){.output = WEIR_OUTPUT_ROLLUPS, .value = line};
    return WEIR_OK;
}
