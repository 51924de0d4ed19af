/* Digests and identifiers against published test vectors. */
#include "weir/hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void check_hex(const uint8_t *bytes, const char *expected)
{
    char hex[WEIR_SHA256_HEX_SIZE];
    weir_hash_hex(bytes, WEIR_SHA256_BYTES, hex);
    assert_string_equal(hex, expected);
}

/* FIPS 180-2, appendix B. */
static void sha256__published_vectors__agree(void **state)
{
    (void)state;
    uint8_t digest[WEIR_SHA256_BYTES];
    assert_int_equal(weir_hash_sha256(WEIR_TEXT_LITERAL("abc"), digest), WEIR_OK);
    check_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(weir_hash_sha256((struct weir_text){NULL, 0}, digest), WEIR_OK);
    check_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void sha256__of_parts__is_that_of_the_whole(void **state)
{
    (void)state;
    const struct weir_text parts[] = {WEIR_TEXT_LITERAL("a"), {NULL, 0}, WEIR_TEXT_LITERAL("bc")};
    uint8_t digest[WEIR_SHA256_BYTES];
    assert_int_equal(weir_hash_sha256_parts(parts, 3, digest), WEIR_OK);
    check_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(weir_hash_sha256_parts(NULL, 0, digest), WEIR_OK);
    check_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* RFC 4231, test case 2. */
static void hmac__published_vector__agrees(void **state)
{
    (void)state;
    uint8_t digest[WEIR_SHA256_BYTES];
    struct weir_text data = WEIR_TEXT_LITERAL("what do ya want for nothing?");
    assert_int_equal(weir_hash_hmac_sha256(WEIR_TEXT_LITERAL("Jefe"), data, digest), WEIR_OK);
    check_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hmac__empty_key_after_another__is_not_the_other(void **state)
{
    (void)state;
    uint8_t first[WEIR_SHA256_BYTES];
    uint8_t second[WEIR_SHA256_BYTES];
    struct weir_text data = WEIR_TEXT_LITERAL("x");
    assert_int_equal(weir_hash_hmac_sha256(WEIR_TEXT_LITERAL("key"), data, first), WEIR_OK);
    assert_int_equal(weir_hash_hmac_sha256((struct weir_text){NULL, 0}, data, second), WEIR_OK);
    assert_memory_not_equal(first, second, sizeof first);
}

/* RFC 9562, appendix A.4: "www.example.com" in the DNS namespace. */
static void uuid5__published_vector__agrees(void **state)
{
    (void)state;
    static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                    0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    char uuid[WEIR_UUID_SIZE];
    assert_int_equal(weir_hash_uuid5(dns, WEIR_TEXT_LITERAL("www.example.com"), uuid), WEIR_OK);
    assert_string_equal(uuid, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

/* RFC 4648, section 10. */
static void base64__published_vectors__agree(void **state)
{
    (void)state;
    static const char *const vectors[][2] = {{"", ""},
                                             {"f", "Zg=="},
                                             {"fo", "Zm8="},
                                             {"foo", "Zm9v"},
                                             {"foob", "Zm9vYg=="},
                                             {"fooba", "Zm9vYmE="},
                                             {"foobar", "Zm9vYmFy"}};
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct weir_text text = weir_hash_base64(weir_text_of(vectors[i][0]), arena);
        assert_string_equal(text.data, vectors[i][1]);
        assert_int_equal(text.length, strlen(vectors[i][1]));
    }
    weir_arena_free(arena);
}

static void base64__longer_than_one_step__padded_only_at_the_end(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    size_t length = 3 * 4096 * 2 + 1;
    char *zeros = weir_arena_array(arena, length, 1);
    struct weir_text text = weir_hash_base64((struct weir_text){zeros, length}, arena);
    assert_int_equal(text.length, (length + 2) / 3 * 4);
    assert_ptr_equal(memchr(text.data, '=', text.length), text.data + text.length - 2);
    assert_int_equal(strspn(text.data, "A"), text.length - 2);
    weir_arena_free(arena);
}

static void base64_bytes__what_was_encoded__comes_back_padded(void **state)
{
    (void)state;
    struct weir_arena *arena = weir_arena_new(0);
    const size_t longest = 3 * 4096 * 2 + 5;
    char *bytes = weir_arena_array(arena, longest, 1);
    for (size_t i = 0; i < longest; i++)
        bytes[i] = (char)(i * 37 % 251);
    for (size_t length = 0; length <= longest; length = length < 20 ? length + 1 : length + 1013) {
        struct weir_padded_text back = {NULL, 9};
        struct weir_text encoded = weir_hash_base64((struct weir_text){bytes, length}, arena);
        assert_int_equal(weir_hash_base64_bytes(encoded, arena, &back), WEIR_OK);
        assert_int_equal(back.length, length);
        if (length > 0)
            assert_memory_equal(back.data, bytes, length);
        for (size_t i = 0; i < WEIR_PADDING; i++)
            assert_int_equal(back.data[length + i], 0);
    }
    weir_arena_free(arena);
}

static void base64_bytes__anything_else__is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"Z",     "Zg",           "Zg=",          "Zg==Zg==", "Z===",  "====",
                                        " Zg==", "Zg==\n\n\n\n", "Zm9v\n\n\n\n", "Zm_v",     "Zm9v-", "\xFFm9v"};
    struct weir_arena *arena = weir_arena_new(0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weir_padded_text back = {NULL, 9};
        assert_int_equal(weir_hash_base64_bytes(weir_text_of(wrong[i]), arena, &back), WEIR_INVALID);
        assert_int_equal(back.length, 9);
    }
    weir_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256__published_vectors__agree),
        cmocka_unit_test(sha256__of_parts__is_that_of_the_whole),
        cmocka_unit_test(hmac__published_vector__agrees),
        cmocka_unit_test(hmac__empty_key_after_another__is_not_the_other),
        cmocka_unit_test(uuid5__published_vector__agrees),
        cmocka_unit_test(base64__published_vectors__agree),
        cmocka_unit_test(base64__longer_than_one_step__padded_only_at_the_end),
        cmocka_unit_test(base64_bytes__what_was_encoded__comes_back_padded),
        cmocka_unit_test(base64_bytes__anything_else__is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
