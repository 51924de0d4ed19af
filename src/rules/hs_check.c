/* Proves that this machine's Hyperscan finds what it must. Its package can be replaced, without a word, by a build of
 * another project that misses matches (Vectorscan 5.4.9). Each probe is a pattern, a text and where matches must end.
 */
#include "weir/ruleset.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#define REMEDY "install Hyperscan itself: apt-get install libhyperscan5"
#define ENDS_MAX 64u

struct probe {
    const char *pattern;
    const char *text;
    uint64_t ends; /* bit n: a match ends after byte n */
};

#define AT(n) ((uint64_t)1 << (n))

static const struct probe probes[] = {
    {"curl.*\\|\\s*python", "curl http://vader:8080/ 2>&1 | python", AT(37)},
    {"abc", "xabcabc", AT(4) | AT(7)},
    {"a+b", "aaab ab", AT(4) | AT(7)},
    {"a.*b", "a1b2b", AT(3) | AT(5)},
    {"f[o0]{2,}", "fo f0o", AT(6)},
    {"bad\\s+word", "bad   word", AT(10)},
    {"^foo$", "foo\nxfoo\nfoo", AT(3) | AT(12)},
    {"^b", "a\nb\nb", AT(3) | AT(5)},
    {"a$", "a\nba\nab", AT(1) | AT(4)},
    {"\\bcat\\b", "cat cats cat", AT(3) | AT(12)},
    {"\\Bat", "cat at", AT(3)},
    {"(?:foo|bar|baz)qux", "fooqux bazqux", AT(6) | AT(13)},
    {"x{3}", "xxxx", AT(3) | AT(4)},
    {"x{2,3}y", "xxxxy xy", AT(5)},
    {"colou?r", "color colour", AT(5) | AT(12)},
    {"[^a]b", "ab bb\nb", AT(4) | AT(5) | AT(7)},
    {"[a-c]+d", "abcd d", AT(4)},
    {"\\d{3}-\\d{4}", "555-1234", AT(8)},
    {"\\w+@\\w+", "me@ab", AT(4) | AT(5)},
    {"a[\\x80-\\xff]{3}b",
     "a\xe4\xb8\xad"
     "b",
     AT(5)},
    {"(?:\\xe4\\xb8\\xad|\\xe5\\x9b\\xbd)+!", "\xe4\xb8\xad\xe5\x9b\xbd!", AT(7)},
    {"send.{0,12}money", "send me the money", AT(17)},
    {"send.{0,4}money", "send me the money", 0},
    {"a.b", "a\nb", AT(3)},
    {"(?:ab)*c", "ababc", AT(5)},
    {"key\\x3d", "key=", AT(4)},
    {"wire.*(?:now|today)", "wire it now today", AT(11) | AT(17)},
    {"hello world again", "hello world again", AT(17)},
    {"aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaa", AT(24)},
    {"[0-9a-f]{8}", "x0123abcdz", AT(9)},
    {"x.*y.*z", "x y z z", AT(5) | AT(7)},
};

struct found {
    uint64_t ends;
};

static int note_end(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id;
    (void)from;
    (void)flags;
    struct found *found = context;
    if (to < ENDS_MAX)
        found->ends |= AT(to);
    return 0;
}

/* False: the pattern does not do as it must. */
static bool run_probe(const struct probe *probe, hs_scratch_t **scratch)
{
    /* Hyperscan reads beyond the end of its input. */
    char text[ENDS_MAX + WEIR_PADDING] = {0};
    size_t length = strlen(probe->text);
    memcpy(text, probe->text, length);
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_compile(probe->pattern, HS_FLAG_DOTALL | HS_FLAG_MULTILINE, HS_MODE_BLOCK, NULL, &database, &error) !=
        HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    struct found found = {0};
    bool good = hs_alloc_scratch(database, scratch) == HS_SUCCESS &&
                hs_scan(database, text, (unsigned)length, 0, *scratch, note_end, &found) == HS_SUCCESS &&
                found.ends == probe->ends;
    hs_free_database(database);
    return good;
}

enum weir_status weir_hyperscan_check(struct weir_error *error)
{
    if (hs_valid_platform() != HS_SUCCESS)
        return weir_error_set(error, WEIR_UNAVAILABLE,
                              "Hyperscan does not run on this processor, which lacks SSSE3; use another machine");
    hs_scratch_t *scratch = NULL;
    const struct probe *failed = NULL;
    for (size_t i = 0; !failed && i < sizeof probes / sizeof probes[0]; i++)
        if (!run_probe(&probes[i], &scratch))
            failed = &probes[i];
    hs_free_scratch(scratch);
    if (!failed)
        return WEIR_OK;
    return weir_error_set(error, WEIR_UNAVAILABLE,
                          "this Hyperscan library (%s) misses matches of '%s', as Vectorscan 5.4.9 does; " REMEDY,
                          hs_version(), failed->pattern);
}

const char *weir_hyperscan_version(void)
{
    return hs_version();
}
