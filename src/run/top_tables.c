/* Flags by category and by rule. Numbers stand first and names last, so that a name of any width moves no column. */
#include "top_view.h"

#include "top_lines.h"
#include "top_words.h"

#include <stdlib.h>

#define NAME_MIN 34      /* columns, or half of the line; with less there are fewer numbers */
#define HEADING_ROWS 2   /* of a table, with the empty line before it */
#define BOTH_ROWS_MIN 10 /* with less there are only rules */
#define CATEGORY_SHARE 3 /* one row in so many, at most, is of categories */

enum column { REVIEW, RECENT, HOUR, OVERFLOWN, SHADOW, SEVERITY, COLUMN_COUNT };

static const struct {
    const char *heading;
    int width;
} COLUMNS[COLUMN_COUNT] = {
    [REVIEW] = {"FLAGS", 9},       [RECENT] = {"/MIN", 7},   [HOUR] = {"HOUR", 8},
    [OVERFLOWN] = {"OVERFLOW", 9}, [SHADOW] = {"SHADOW", 8}, [SEVERITY] = {"SEVERITY", 10},
};

/* What a table is drawn with. */
struct table {
    const struct top_view *view;
    const char *name;         /* of what its rows are */
    enum column column_count; /* the first so many are shown */
    size_t name_columns;
    FILE *out;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- Order ---- */

static int compare_counts(uint64_t x, uint64_t y)
{
    return x > y ? -1 : x < y;
}

static int compare_by_flags(const void *a, const void *b)
{
    const struct top_row *x = a;
    const struct top_row *y = b;
    int order = compare_counts(x->review, y->review);
    if (order == 0)
        order = compare_counts(x->shadow + x->overflow, y->shadow + y->overflow);
    return order != 0 ? order : strcmp(x->name, y->name);
}

static int compare_by_rate(const void *a, const void *b)
{
    int order = compare_counts(((const struct top_row *)a)->recent, ((const struct top_row *)b)->recent);
    return order != 0 ? order : compare_by_flags(a, b);
}

static struct top_row *sort_rows(const struct top_rows *rows, enum top_order order)
{
    struct top_row *sorted = calloc(rows->count + 1, sizeof *sorted);
    if (!sorted || rows->count == 0)
        return sorted;
    memcpy(sorted, rows->at, rows->count * sizeof *sorted);
    qsort(sorted, rows->count, sizeof *sorted, order == TOP_BY_RATE ? compare_by_rate : compare_by_flags);
    return sorted;
}

/* ---- Cells ---- */

static void put_count(const struct table *table, enum column column, uint64_t count)
{
    char words[TOP_WORDS_SIZE];
    int width = COLUMNS[column].width;
    fprintf(table->out, "%*s", width, top_words_short(count, (size_t)width - 1, words));
}

/* Flags a minute. */
static void put_recent(const struct table *table, const struct top_row *row)
{
    char words[TOP_WORDS_SIZE];
    int64_t ms = table->view->look->recent_ms;
    double rate = ms > 0 ? (double)row->recent * 60000 / (double)ms : 0;
    if (ms <= 0)
        fprintf(table->out, "%*s", COLUMNS[RECENT].width, "-");
    else if (rate < 1e4)
        fprintf(table->out, "%*s", COLUMNS[RECENT].width, top_words_rate(rate, words));
    else
        put_count(table, RECENT, rate < 1e18 ? (uint64_t)rate : (uint64_t)1e18);
}

static void put_cell(const struct table *table, enum column column, const struct top_row *row)
{
    const uint64_t counts[COLUMN_COUNT] = {
        [REVIEW] = row->review, [HOUR] = row->hour, [OVERFLOWN] = row->overflow, [SHADOW] = row->shadow};
    if (column == RECENT) {
        put_recent(table, row);
    } else if (column == SEVERITY) {
        struct weir_text severity = weir_text_of(row->severity);
        size_t width = (size_t)COLUMNS[SEVERITY].width - 2;
        size_t taken = text_page_columns(severity);
        fputs("  ", table->out);
        text_page_put_cut(table->out, severity, width);
        fprintf(table->out, "%*s", taken < width ? (int)(width - taken) : 0, "");
    } else {
        put_count(table, column, counts[column]);
    }
}

static void put_row(const struct table *table, const struct top_row *row)
{
    for (enum column column = REVIEW; column < table->column_count; column++)
        put_cell(table, column, row);
    fputs("  ", table->out);
    text_page_put_cut(table->out, weir_text_of(row->name), table->name_columns);
    fputc('\n', table->out);
}

static void put_heading(const struct table *table, size_t shown, size_t count)
{
    char of[2][TOP_WORDS_SIZE];
    char name[TOP_WORDS_SIZE * 3];
    const struct top_view *view = table->view;
    if (shown < count)
        snprintf(name, sizeof name, "%s, %s of %s", table->name, top_words_count(shown, of[0]),
                 top_words_count(count, of[1]));
    else
        snprintf(name, sizeof name, "%s", table->name);
    fprintf(table->out, "\n%s", view->has_colour ? TOP_BOLD : "");
    for (enum column column = REVIEW; column < table->column_count; column++)
        fprintf(table->out, column == SEVERITY ? "  %-*s" : "%*s",
                column == SEVERITY ? COLUMNS[column].width - 2 : COLUMNS[column].width, COLUMNS[column].heading);
    fputs("  ", table->out);
    text_page_put_cut(table->out, weir_text_of(name), table->name_columns);
    fprintf(table->out, "%s\n", view->has_colour ? TOP_PLAIN : "");
}

/* ---- Tables ---- */

/* As many columns as leave room for a name. */
static void choose_columns(struct table *table, enum column wanted)
{
    size_t columns = table->view->columns;
    size_t taken = 2;
    size_t name = least(NAME_MIN, columns / 2);
    table->column_count = REVIEW;
    table->name_columns = SIZE_MAX;
    while (table->column_count < wanted &&
           (columns == 0 || taken + (size_t)COLUMNS[table->column_count].width + name <= columns))
        taken += (size_t)COLUMNS[table->column_count++].width;
    if (columns > 0)
        table->name_columns = columns > taken ? columns - taken : 0;
}

static enum weir_status write_table(struct table *table, const struct top_rows *rows, enum column wanted, size_t shown)
{
    struct top_row *sorted = sort_rows(rows, table->view->order);
    if (!sorted)
        return WEIR_NO_MEMORY;
    choose_columns(table, wanted);
    put_heading(table, shown, rows->count);
    for (size_t i = 0; i < shown; i++)
        put_row(table, &sorted[i]);
    free(sorted);
    return WEIR_OK;
}

enum weir_status top_tables_write(const struct top_view *view, size_t rows, FILE *out)
{
    const struct top_look *look = view->look;
    struct table table = {.view = view, .name = "CATEGORY", .out = out};
    const bool has_categories = rows == 0 || rows >= BOTH_ROWS_MIN;
    const size_t taken = has_categories ? 2 * HEADING_ROWS : HEADING_ROWS;
    const size_t left = rows > taken ? rows - taken : 0;
    size_t categories = has_categories ? look->categories.count : 0;
    size_t rules = least(look->rules.count, TOP_RULES_MAX);
    enum weir_status status = WEIR_OK;
    if (rows > 0) {
        rules = least(look->rules.count, left - least(categories, left / CATEGORY_SHARE));
        categories = least(categories, left - rules);
    }
    if (has_categories)
        status = write_table(&table, &look->categories, SEVERITY, categories);
    table.name = "RULE";
    if (status == WEIR_OK && (rows == 0 || left > 0))
        status = write_table(&table, &look->rules, COLUMN_COUNT, rules);
    return status;
}
