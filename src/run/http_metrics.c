/* /metrics: names, units and types as https://prometheus.io/docs/practices/naming/ has them. docs/operations.md lists
 * them all. */
#include "http_pages.h"

#include "weir/exposition.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define RULES_MAX 1000 /* of which there are series; the others together are "other" */

static void write_one(FILE *out, const char *name, const char *type, const char *help, uint64_t value)
{
    weir_exposition_family(out, name, type, help);
    weir_exposition_sample(out, name, NULL, 0, value);
}

/* ---- Counters of the workers ---- */

static const struct {
    const char *name;
    const char *help;
    enum weir_counter counter;
} COUNTERS[] =
    {
        {"weir_messages_total", "Messages taken from the sources.", WEIR_COUNT_MESSAGES},
        {"weir_message_bytes_total", "Bytes of their payloads.", WEIR_COUNT_BYTES},
        {"weir_items_total", "Posts and caption fragments that were scanned.", WEIR_COUNT_ITEMS},
        {"weir_flag_repeats_total", "Flags that repeat another one.", WEIR_COUNT_REPEATS},
        {"weir_dead_letters_total", "Messages that could not be read.", WEIR_COUNT_DEAD_LETTERS},
        {"weir_audit_records_total", "Unflagged items that were drawn for the audit topic.", WEIR_COUNT_AUDITED},
        {"weir_flags_truncated_total", "Flags that say truncated.", WEIR_COUNT_TRUNCATED},
        {"weir_flags_inconclusive_total", "Flags that say inconclusive.", WEIR_COUNT_INCONCLUSIVE},
        {"weir_records_delivered_total", "Records that the brokers acknowledged.", WEIR_COUNT_DELIVERED},
        {"weir_records_retried_total", "Records handed to the producer again after a failure.", WEIR_COUNT_RETRIED},
        {"weir_assignments_total", "Partitions taken over, each time.", WEIR_COUNT_ASSIGNMENTS},
        {"weir_fragments_repeated_total", "Caption fragments that were there already.", WEIR_COUNT_FRAGMENTS_KNOWN},
        {"weir_fragments_late_total", "Caption fragments behind their window.", WEIR_COUNT_FRAGMENTS_LATE},
        {"weir_streams_evicted_total", "Caption streams forgotten for want of room.", WEIR_COUNT_STREAMS_EVICTED},
},
  GAUGES[] = {
      {"weir_streams", "Caption streams that are known.", WEIR_COUNT_STREAMS},
      {"weir_stream_bytes", "Memory that they take.", WEIR_COUNT_STREAM_BYTES},
      {"weir_partitions", "Partitions that are assigned.", WEIR_COUNT_PARTITIONS},
      {"weir_lag_messages", "Messages of them that were not read yet.", WEIR_COUNT_LAG},
};

/* Two counters under one name. */
static void write_pair(FILE *out, const char *name, const char *help, const char *label, const char *const values[2],
                       const uint64_t counts[2])
{
    weir_exposition_family(out, name, "counter", help);
    for (int i = 0; i < 2; i++)
        weir_exposition_sample(out, name, &(struct weir_label){label, values[i]}, 1, counts[i]);
}

static void write_counters(const struct observation *observation, FILE *out)
{
    const uint64_t *counts = observation->counts;
    for (size_t i = 0; i < sizeof COUNTERS / sizeof *COUNTERS; i++)
        write_one(out, COUNTERS[i].name, "counter", COUNTERS[i].help, counts[COUNTERS[i].counter]);
    for (size_t i = 0; i < sizeof GAUGES / sizeof *GAUGES; i++)
        write_one(out, GAUGES[i].name, "gauge", GAUGES[i].help, counts[GAUGES[i].counter]);
    weir_exposition_family(out, "weir_flags_total", "counter", "Flags by the topic that they went to.");
    static const enum weir_counter flags[] = {WEIR_COUNT_FLAGS, WEIR_COUNT_SHADOW_FLAGS, WEIR_COUNT_OVERFLOW_FLAGS};
    for (int i = WEIR_TALLY_REVIEW; i <= WEIR_TALLY_OVERFLOW; i++)
        weir_exposition_sample(out, "weir_flags_total",
                               &(struct weir_label){"output", weir_tally_output_name((enum weir_tally_output)i)}, 1,
                               counts[flags[i]]);
    write_pair(out, "weir_provisional_flags_total", "Provisional flags of captions, by what became of them.", "outcome",
               (const char *const[]){"confirmed", "withdrawn"},
               (const uint64_t[]){counts[WEIR_COUNT_CONFIRMED], counts[WEIR_COUNT_WITHDRAWN]});
    write_pair(out, "weir_transactions_total", "Transactions, of delivery exactly_once.", "outcome",
               (const char *const[]){"committed", "aborted"},
               (const uint64_t[]){counts[WEIR_COUNT_COMMITTED], counts[WEIR_COUNT_ABORTED]});
    weir_exposition_family(out, "weir_back_pressure_seconds_total", "counter",
                           "Time that workers waited for a full producer.");
    weir_exposition_thousandths(out, "weir_back_pressure_seconds_total", NULL, 0, counts[WEIR_COUNT_BACK_PRESSURE_MS]);
}

static void write_delays(const struct weir_delays *delays, FILE *out)
{
    static const uint64_t bounds[] = WEIR_DELAY_BOUNDS;
    static const char name[] = "weir_flag_delay_seconds";
    uint64_t sum = 0;
    weir_exposition_family(out, name, "histogram", "From the timestamp of a message to its flag.");
    for (size_t i = 0; i < WEIR_DELAY_BUCKETS; i++) {
        char bound[32] = "+Inf";
        if (i < WEIR_DELAY_BUCKETS - 1)
            snprintf(bound, sizeof bound, "%g", (double)bounds[i] / 1000);
        sum += delays->buckets[i];
        weir_exposition_sample(out, "weir_flag_delay_seconds_bucket", &(struct weir_label){"le", bound}, 1, sum);
    }
    weir_exposition_thousandths(out, "weir_flag_delay_seconds_sum", NULL, 0, delays->sum_ms);
    weir_exposition_sample(out, "weir_flag_delay_seconds_count", NULL, 0, sum);
}

/* ---- Flags by rule ---- */

/* Rows of the same rule and category, whatever their kind and language. */
struct rule_sum {
    const struct weir_tally_key *key;
    uint64_t flags[WEIR_TALLY_OVERFLOW + 1];
    uint64_t total;
};

static int compare_sums(const void *a, const void *b)
{
    const struct rule_sum *x = a;
    const struct rule_sum *y = b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return strcmp(x->key->rule, y->key->rule);
}

static size_t sum_rules(const struct observation *observation, struct rule_sum *sums)
{
    size_t count = 0;
    for (size_t i = 0; i < observation->row_count; i++) { /* in order of rule */
        const struct weir_tally_row *row = &observation->rows[i];
        size_t at = count;
        while (at > 0 && strcmp(sums[at - 1].key->rule, row->key.rule) == 0 &&
               strcmp(sums[at - 1].key->category, row->key.category) != 0)
            at--;
        if (at == 0 || strcmp(sums[at - 1].key->rule, row->key.rule) != 0) {
            at = ++count;
            sums[at - 1] = (struct rule_sum){.key = &row->key};
        }
        sums[at - 1].flags[row->key.output] += row->flags;
        sums[at - 1].total += row->flags;
    }
    return count;
}

static void write_rule(FILE *out, const char *rule, const char *category, const uint64_t *flags)
{
    for (int output = WEIR_TALLY_REVIEW; output <= WEIR_TALLY_OVERFLOW; output++) {
        const struct weir_label labels[] = {
            {"rule", rule},
            {"category", category},
            {"output", weir_tally_output_name((enum weir_tally_output)output)},
        };
        if (flags[output] > 0)
            weir_exposition_sample(out, "weir_rule_flags_total", labels, sizeof labels / sizeof *labels, flags[output]);
    }
}

static void write_rules(const struct observation *observation, FILE *out)
{
    struct rule_sum *sums = calloc(observation->row_count + 1, sizeof *sums);
    uint64_t others[WEIR_TALLY_OVERFLOW + 1] = {0};
    weir_exposition_family(out, "weir_rule_flags_total", "counter",
                           "Flags of a rule; one flag may be of several. Rules without a flag have no series.");
    if (!sums)
        return;
    size_t count = sum_rules(observation, sums);
    qsort(sums, count, sizeof *sums, compare_sums);
    for (size_t i = 0; i < count; i++) {
        if (i < RULES_MAX)
            write_rule(out, sums[i].key->rule, sums[i].key->category, sums[i].flags);
        for (int output = 0; i >= RULES_MAX && output <= WEIR_TALLY_OVERFLOW; output++)
            others[output] += sums[i].flags[output];
    }
    write_rule(out, WEIR_TALLY_OTHER, WEIR_TALLY_OTHER, others);
    free(sums);
}

/* ---- The process ---- */

static void write_rules_state(const struct observation *observation, FILE *out)
{
    const struct observed_rules *rules = &observation->rules;
    write_one(out, "weir_ruleset_generation", "gauge", "Generation of the rules in force.", rules->generation);
    write_one(out, "weir_ruleset_rules", "gauge", "How many rules there are.", rules->count);
    weir_exposition_family(out, "weir_ruleset_loaded_timestamp_seconds", "gauge", "When they were loaded.");
    weir_exposition_thousandths(out, "weir_ruleset_loaded_timestamp_seconds", NULL, 0, (uint64_t)rules->loaded_ms);
    weir_exposition_family(out, "weir_ruleset_info", "gauge", "The digest of the rules in force.");
    weir_exposition_sample(out, "weir_ruleset_info", &(struct weir_label){"sha256", rules->sha256}, 1, 1);
    write_pair(out, "weir_ruleset_loads_total", "Loads of rules, the one at the start included, by how they ended.",
               "outcome", (const char *const[]){"loaded", "failed"}, (const uint64_t[]){rules->loads, rules->failures});
}

static void write_kafka(const struct observation *observation, FILE *out)
{
    const struct weir_kafka_state *kafka = &observation->kafka;
    write_one(out, "weir_brokers_up", "gauge", "1 while the brokers answer and let weir in.",
              !kafka->is_down && !kafka->login_refused);
    weir_exposition_family(out, "weir_trouble", "gauge",
                           "1 for each trouble that lasts, by the event of its log line.");
    for (size_t i = 0; i < kafka->trouble_count; i++) {
        const struct weir_label labels[] = {{"event", kafka->troubles[i].event},
                                            {"subject", kafka->troubles[i].subject}};
        bool is_told = false;
        for (size_t j = 0; j < i; j++)
            is_told = is_told || (strcmp(kafka->troubles[j].event, kafka->troubles[i].event) == 0 &&
                                  strcmp(kafka->troubles[j].subject, kafka->troubles[i].subject) == 0);
        if (!is_told)
            weir_exposition_sample(out, "weir_trouble", labels, 2, 1);
    }
}

static uint64_t to_ms(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_usec / 1000;
}

/* Under the names that Prometheus' own libraries use. */
static void write_process(const struct observation *observation, FILE *out)
{
    struct rusage usage;
    unsigned long pages = 0;
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        weir_exposition_family(out, "process_cpu_seconds_total", "counter", "Processor time, user and system.");
        weir_exposition_thousandths(out, "process_cpu_seconds_total", NULL, 0,
                                    to_ms(usage.ru_utime) + to_ms(usage.ru_stime));
    }
    FILE *memory = fopen("/proc/self/statm", "re");
    if (memory && fscanf(memory, "%*u %lu", &pages) == 1)
        write_one(out, "process_resident_memory_bytes", "gauge", "Memory in use.",
                  (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE));
    if (memory)
        fclose(memory);
    weir_exposition_family(out, "process_start_time_seconds", "gauge", "When the process started, since 1970.");
    weir_exposition_thousandths(out, "process_start_time_seconds", NULL, 0, (uint64_t)observation->started_ms);
}

static void write_build(FILE *out)
{
    char pcre2[64];
    weir_pcre2_version(pcre2, sizeof pcre2);
    const struct weir_label labels[] = {{"version", WEIR_VERSION},
                                        {"librdkafka", weir_kafka_version()},
                                        {"hyperscan", weir_hyperscan_version()},
                                        {"pcre2", pcre2}};
    weir_exposition_family(out, "weir_build_info", "gauge", "Versions of weir and its libraries.");
    weir_exposition_sample(out, "weir_build_info", labels, sizeof labels / sizeof *labels, 1);
}

void http_metrics_write(const struct observation *observation, FILE *out)
{
    write_counters(observation, out);
    write_delays(&observation->delays, out);
    write_rules(observation, out);
    write_rules_state(observation, out);
    write_one(out, "weir_workers", "gauge", "Workers that the configuration asks for.", observation->workers);
    write_one(out, "weir_workers_running", "gauge", "Workers that have not ended.", observation->working);
    write_kafka(observation, out);
    write_process(observation, out);
    write_build(out);
}
