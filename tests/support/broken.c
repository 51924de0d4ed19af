#include "broken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdlib.h>

#define EXPECTED_MAX 8

struct expected {
    bool is_warning;
    unsigned line;
    unsigned column;
    char text[512];
};

static bool read_expected(const char *line, struct expected *expected)
{
    static const char mark[] = "# expect ";
    static const char warning[] = "warning ";
    if (strncmp(line, mark, sizeof mark - 1) != 0)
        return false;
    line += sizeof mark - 1;
    expected->is_warning = strncmp(line, warning, sizeof warning - 1) == 0;
    if (expected->is_warning)
        line += sizeof warning - 1;
    return sscanf(line, "%u:%u %511[^\n]", &expected->line, &expected->column, expected->text) == 3;
}

static size_t read_expectations(const char *path, struct expected *expected)
{
    char line[1024];
    size_t count = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    while (count < EXPECTED_MAX && fgets(line, sizeof line, file) && read_expected(line, &expected[count]))
        count++;
    fclose(file);
    return count;
}

static bool fits(const struct expected *expected, const struct weir_diagnostic *got)
{
    return got && expected->is_warning == got->is_warning && expected->line == got->place.line &&
           expected->column == got->place.column && strstr(got->text, expected->text);
}

static bool check_file(const char *path, void (*load)(const char *, struct weir_diagnostics *))
{
    struct expected expected[EXPECTED_MAX];
    size_t count = read_expectations(path, expected);
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(100);
    assert_non_null(diagnostics);
    load(path, diagnostics);

    bool good = count > 0 && weir_diagnostics_count(diagnostics) == count;
    for (size_t i = 0; i < count && good; i++)
        good = fits(&expected[i], weir_diagnostics_at(diagnostics, i));
    if (!good) {
        fprintf(stderr, "%s: expected", path);
        for (size_t i = 0; i < count; i++)
            fprintf(stderr, " [%u:%u %s]", expected[i].line, expected[i].column, expected[i].text);
        fprintf(stderr, ", got:\n");
        weir_diagnostics_print(diagnostics, stderr);
    }
    weir_diagnostics_free(diagnostics);
    return good;
}

void broken_check_folder(const char *folder, size_t files_min,
                         void (*load)(const char *path, struct weir_diagnostics *diagnostics))
{
    char pattern[1024];
    glob_t files;
    size_t bad = 0;
    snprintf(pattern, sizeof pattern, "%s/*.yaml", folder);
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    size_t count = files.gl_pathc;
    for (size_t i = 0; i < count; i++)
        bad += !check_file(files.gl_pathv[i], load);
    globfree(&files);
    assert_true(count >= files_min);
    assert_int_equal(bad, 0);
}
