/* Sample streams by number: sample posts read aloud and cut into captions anywhere. Pure: holds no state and knows no
 * clock. */
#include "weir/demo.h"

#include "weir/utf8.h"

#include <inttypes.h>
#include <stdio.h>

#define ID_PREFIX "live-"
#define SENTENCES 3
#define CAPTION_LEAST 14u /* bytes */
#define CAPTION_SPREAD 16u
#define CAPTION_MS 2400

/* Whether a person can say it: no letters in disguise. */
static bool is_speakable(const char *text)
{
    for (size_t at = 0; text[at];) {
        size_t width;
        uint32_t c = weir_utf8_decode(text + at, &width);
        bool is_plain = c < 0x80 || (c >= 0x3000 && c <= 0x9FFF) || (c >= 0xFF00 && c <= 0xFF1F);
        if (!is_plain)
            return false;
        at += width;
    }
    return true;
}

/* The next speakable post of this nature from *number on. */
static void find_post(uint64_t seed, enum weir_demo_nature nature, uint64_t *number, struct weir_demo_post *post)
{
    do
        weir_demo_post(seed, (*number)++, post);
    while (post->nature != nature || !is_speakable(post->text));
}

/* What is said in the stream, and the rule that must flag it or NULL. */
static const char *compose(uint64_t seed, uint64_t stream, char *text, size_t size)
{
    const char *rule = NULL;
    uint64_t number = stream * 1000003; /* other posts than those that are sent beside it, as a rule */
    size_t length = 0;
    struct weir_demo_post post;
    for (int i = 0; i < SENTENCES; i++) {
        bool is_harmful = i == 1 && weir_demo_stream_is_harmful(stream);
        find_post(seed, is_harmful ? WEIR_DEMO_HARMFUL : WEIR_DEMO_ORDINARY, &number, &post);
        rule = is_harmful ? post.rule : rule;
        int more = snprintf(text + length, size - length, "%s%s", i > 0 ? " " : "", post.text);
        length += more > 0 && (size_t)more < size - length ? (size_t)more : 0;
        text[length] = '\0';
    }
    return rule;
}

/* Bytes of the caption that begins here: up to a space, or between two characters that need none. */
static size_t measure(const char *text, uint64_t chance)
{
    size_t wanted = CAPTION_LEAST + (size_t)(chance % CAPTION_SPREAD);
    size_t at = 0;
    while (text[at]) {
        size_t width = weir_utf8_width(text[at]);
        if (at >= wanted && (text[at] == ' ' || width == 3))
            break;
        at += width;
    }
    return at;
}

bool weir_demo_stream_is_harmful(uint64_t stream)
{
    return stream % 4 == 0;
}

void weir_demo_caption(uint64_t seed, uint64_t stream, unsigned index, struct weir_demo_caption *caption)
{
    char said[WEIR_DEMO_PAYLOAD_MAX];
    char text[256];
    caption->rule = compose(seed, stream, said, sizeof said);
    const char *at = said;
    size_t length = measure(at, stream);
    for (unsigned i = 0; i < index && at[length]; i++) {
        at += length + (at[length] == ' ');
        length = measure(at, stream * 31 + i * 17);
    }
    caption->is_last = at[length] == '\0';
    size_t filled = 0;
    for (size_t i = 0; i < length && filled < sizeof text - 2; i++) {
        if (at[i] == '"' || at[i] == '\\')
            text[filled++] = '\\';
        text[filled++] = at[i];
    }
    text[filled] = '\0';
    snprintf(caption->id, sizeof caption->id, ID_PREFIX "%06" PRIu64, stream);
    int written = snprintf(caption->payload, sizeof caption->payload,
                           "{\"stream_id\":\"%s\",\"seq\":%u,\"start_ms\":%u,\"end_ms\":%u,\"text\":\"%s\"%s}",
                           caption->id, index + 1, index * CAPTION_MS, (index + 1) * CAPTION_MS, text,
                           caption->is_last ? ",\"end\":true" : "");
    caption->length = (size_t)written;
}

bool weir_demo_stream_number(struct weir_text id, uint64_t *stream)
{
    char text[32] = "";
    if (id.length >= sizeof text)
        return false;
    memcpy(text, id.data, id.length);
    return sscanf(text, ID_PREFIX "%" SCNu64, stream) == 1;
}
