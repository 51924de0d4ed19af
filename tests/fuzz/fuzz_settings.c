/* Fuzzes weir.yaml: any bytes, for the daemon and for a scan, must end in settings or in diagnostics, with nothing
 * leaked. */
#include "weir/settings.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse_for(struct weir_text source, enum weir_settings_use use)
{
    struct weir_diagnostics *diagnostics = weir_diagnostics_new(50);
    struct weir_settings_file *file = NULL;
    char *printed = NULL;
    size_t length;
    FILE *out = open_memstream(&printed, &length);
    if (!diagnostics || !out)
        abort();
    enum weir_status status = weir_settings_parse("conf/weir.yaml", source, use, diagnostics, &file);
    bool refused = weir_diagnostics_errors(diagnostics) > 0;
    if (refused != (status == WEIR_INVALID) || (status == WEIR_OK) != (file != NULL))
        abort();
    if (file && (weir_settings_get(file)->workers == 0 || weir_settings_get(file)->mapping_count == 0))
        abort();
    weir_diagnostics_print(diagnostics, out);
    fclose(out);
    free(printed);
    weir_settings_free(file);
    weir_diagnostics_free(diagnostics);
}

static bool holds(const uint8_t *data, size_t size, const char *part)
{
    return size > 0 && memmem(data, size, part, strlen(part));
}

/* No file of the host is read; an escape could spell ${file:} in another way. */
static bool may_read_a_file(const uint8_t *data, size_t size)
{
    bool has_secret = holds(data, size, "kafka") || holds(data, size, "author_key");
    return holds(data, size, "file") || (has_secret && holds(data, size, "\\"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_text source = {(const char *)data, size};
    if (may_read_a_file(data, size))
        return 0;
    parse_for(source, WEIR_SETTINGS_FOR_DAEMON);
    parse_for(source, WEIR_SETTINGS_FOR_SCAN);
    return 0;
}
