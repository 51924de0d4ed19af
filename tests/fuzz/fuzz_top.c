/* What `weir top` is answered, which anything that listens there can send: the answer is read or refused the same way
 * wherever it is cut, its body lies within it, and no byte of it acts on the terminal. */
#include "../../src/run/top_answer.h"
#include "../../src/run/top_view.h"

#include <stdlib.h>

#define COLUMNS 40
#define ROWS 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void show(struct weir_text body, const json_t *history)
{
    struct top_look *look;
    struct weir_error error = {0};
    char *text = NULL;
    size_t length = 0;
    size_t lines = 0;
    if (top_look_new(body, history, &look, &error) != WEIR_OK) {
        require(error.status == WEIR_INVALID && error.text[0]);
        return;
    }
    struct top_view view = {.address = "http://h:1", .look = look, .columns = COLUMNS, .rows = ROWS};
    FILE *out = open_memstream(&text, &length);
    require(out && top_view_write(&view, out) == WEIR_OK && fclose(out) == 0);
    for (size_t i = 0; i < length; i++) {
        require((unsigned char)text[i] >= ' ' || text[i] == '\n');
        require(text[i] != 0x7F);
        lines += text[i] == '\n';
    }
    require(lines <= ROWS);
    free(text);
    top_look_free(look);
}

/* The first byte says after how much of the rest the answer is looked at first. The body is a status and a history in
 * one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct top_answer answer = {0};
    if (size == 0)
        return 0;
    char *bytes = malloc(size); /* so that a byte too far is seen */
    require(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    struct weir_text all = {bytes, size - 1};
    struct weir_text part = {bytes, all.length * data[0] / 256};
    enum top_answer_state first = top_answer_read(part, false, &answer);
    enum top_answer_state last = top_answer_read(all, true, &answer);
    require(last != TOP_ANSWER_MORE && (first == TOP_ANSWER_MORE || first == last));
    require(last == TOP_ANSWER_WHOLE || (answer.trouble && answer.trouble[0]));
    if (last == TOP_ANSWER_WHOLE) {
        require(answer.status >= 100 && answer.status <= 599);
        require(answer.body.data >= all.data && answer.body.data + answer.body.length <= all.data + all.length);
        json_t *history = json_loadb(answer.body.data, answer.body.length, 0, NULL);
        show(answer.body, history);
        json_decref(history);
    }
    free(bytes);
    return 0;
}
