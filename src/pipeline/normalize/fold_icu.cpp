// ICU behind a C header: the only file that includes it, and all the C++ of this stage. Decides nothing about texts: it
// answers.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" // the C headers use compound literals
extern "C" {
#include "fold_icu.h"
#include "weir/normalize.h"
}
#pragma GCC diagnostic pop

#include <new>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/uversion.h>

struct weir_icu {
    const icu::Normalizer2 *folding; // ICU's own, never freed
    const icu::Normalizer2 *composing;
    USpoofChecker *checker;
};

namespace {

// Quotes and dashes as a keyboard has them, any white space a space; `c` as NFKC_Casefold leaves it.
UChar32 make_plain(UChar32 c)
{
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x02BC:
        return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
        return '"';
    case 0x2212:
        return '-';
    default:
        if (u_isUWhiteSpace(c))
            return ' ';
        return u_charType(c) == U_DASH_PUNCTUATION ? '-' : c;
    }
}

// What becomes of one character: the only code point of its fold, or U_SENTINEL when it becomes none or several.
UChar32 fold_alone(const icu::Normalizer2 &folding, UChar32 c, UErrorCode &error)
{
    icu::UnicodeString mapped;
    if (!folding.getDecomposition(c, mapped))
        return make_plain(c);
    icu::UnicodeString folded = folding.normalize(icu::UnicodeString(c), error);
    UChar32 first = folded.isEmpty() ? U_SENTINEL : folded.char32At(0);
    return folded.length() == U16_LENGTH(first) ? make_plain(first) : U_SENTINEL;
}

constexpr UScriptCode script_classes[] = {
    USCRIPT_LATIN,    USCRIPT_HAN,     USCRIPT_HIRAGANA, USCRIPT_KATAKANA,  USCRIPT_BOPOMOFO, USCRIPT_HANGUL,
    USCRIPT_CYRILLIC, USCRIPT_GREEK,   USCRIPT_ARABIC,   USCRIPT_HEBREW,    USCRIPT_ARMENIAN, USCRIPT_GEORGIAN,
    USCRIPT_ETHIOPIC, USCRIPT_THAI,    USCRIPT_LAO,      USCRIPT_KHMER,     USCRIPT_MYANMAR,  USCRIPT_TIBETAN,
    USCRIPT_SINHALA,  USCRIPT_BENGALI, USCRIPT_GUJARATI, USCRIPT_GURMUKHI,  USCRIPT_KANNADA,  USCRIPT_MALAYALAM,
    USCRIPT_ORIYA,    USCRIPT_TAMIL,   USCRIPT_TELUGU,   USCRIPT_DEVANAGARI};
static_assert(sizeof script_classes / sizeof *script_classes + 1 < 31, "class 31 stands for WEIR_SCRIPT_ASK");
static_assert(WEIR_SCRIPT_FURTHER == 9, "ARABIC is the first of the further classes");

constexpr UScriptCode unspaced_scripts[] = {USCRIPT_HAN,     USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_BOPOMOFO,
                                            USCRIPT_HANGUL,  USCRIPT_THAI,     USCRIPT_LAO,      USCRIPT_KHMER,
                                            USCRIPT_MYANMAR, USCRIPT_TIBETAN};

uint8_t find_class(UScriptCode script)
{
    for (size_t i = 0; i < sizeof script_classes / sizeof *script_classes; i++)
        if (script_classes[i] == script)
            return static_cast<uint8_t>(i + 1);
    return WEIR_SCRIPT_ASK;
}

struct scripts {
    uint8_t script_class;
    bool inherited;
    bool unspaced;
};

scripts find_scripts(UChar32 c, UErrorCode &error)
{
    UScriptCode extensions[USCRIPT_CODE_LIMIT];
    UScriptCode script = uscript_getScript(c, &error);
    int32_t count = uscript_getScriptExtensions(c, extensions, USCRIPT_CODE_LIMIT, &error);
    scripts found = {WEIR_SCRIPT_ASK, script == USCRIPT_INHERITED, false};
    for (int32_t i = 0; i < count; i++) {
        for (UScriptCode unspaced : unspaced_scripts)
            found.unspaced = found.unspaced || extensions[i] == unspaced;
        if (found.script_class == WEIR_SCRIPT_ASK || extensions[i] == script)
            found.script_class = find_class(extensions[i]);
    }
    if (count == 1 && (extensions[0] == USCRIPT_COMMON || extensions[0] == USCRIPT_INHERITED))
        found.script_class = WEIR_SCRIPT_NONE;
    return found;
}

// A code point that no property says anything about.
bool is_blank(UChar32 c, int8_t category)
{
    return category == U_SURROGATE || category == U_PRIVATE_USE_CHAR ||
           (category == U_UNASSIGNED && !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT));
}

unsigned flag_if(bool condition, weir_char_flags flag)
{
    return condition ? static_cast<unsigned>(flag) : 0;
}

void fill_char(weir_chars &chars, const icu::Normalizer2 &folding, UChar32 c, UErrorCode &error)
{
    int8_t category = u_charType(c);
    if (is_blank(c, category)) { // three quarters of all code points: no need to ask for each property
        chars.flags[c] = WEIR_CHAR_BOUNDARY | WEIR_CHAR_SAME;
        if (c < 0x10000)
            chars.folds_to[c] = static_cast<uint16_t>(c);
        return;
    }
    uint32_t mask = U_MASK(category);
    bool word = (mask & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_PC_MASK)) != 0;
    bool mark = (mask & U_GC_M_MASK) != 0;
    bool ignorable = u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
    unsigned flags = flag_if(word, WEIR_CHAR_WORD) | flag_if(ignorable, WEIR_CHAR_IGNORABLE) |
                     flag_if(mark && !ignorable, WEIR_CHAR_MARK) | flag_if(u_isUWhiteSpace(c), WEIR_CHAR_SPACE) |
                     flag_if(folding.hasBoundaryBefore(c), WEIR_CHAR_BOUNDARY);
    if (word || ignorable) {
        scripts found = find_scripts(c, error);
        chars.script[c] = found.script_class;
        flags |=
            flag_if(word && found.unspaced, WEIR_CHAR_UNSPACED) | flag_if(mark && found.inherited, WEIR_CHAR_INHERITED);
    }
    UChar32 folded = fold_alone(folding, c, error);
    flags |= flag_if(folded == c, WEIR_CHAR_SAME);
    if (c < 0x10000 && folded > 0 && folded < 0x10000)
        chars.folds_to[c] = static_cast<uint16_t>(folded);
    chars.flags[c] = static_cast<uint8_t>(flags);
}

// Makes folded text plain in place; no mapping lengthens a character.
size_t make_text_plain(char *text, size_t length)
{
    size_t to = 0;
    for (size_t from = 0; from < length;) {
        size_t width;
        uint32_t c = weir_utf8_decode(text + from, &width);
        UChar32 plain = c < 0x80 && c > ' ' ? static_cast<UChar32>(c) : make_plain(static_cast<UChar32>(c));
        if (plain == static_cast<UChar32>(c)) {
            memmove(text + to, text + from, width);
            to += width;
        } else {
            text[to++] = static_cast<char>(plain);
        }
        from += width;
    }
    return to;
}

icu::StringPiece piece_of(weir_text text)
{
    return icu::StringPiece(text.data, static_cast<int32_t>(text.length));
}

} // namespace

extern "C" {

enum weir_status weir_icu_open(struct weir_icu **icu)
{
    UErrorCode error = U_ZERO_ERROR;
    weir_icu *opened = new (std::nothrow) weir_icu();
    if (!opened)
        return WEIR_NO_MEMORY;
    opened->folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
    opened->composing = icu::Normalizer2::getNFCInstance(error);
    opened->checker = uspoof_open(&error);
    uspoof_setChecks(opened->checker, USPOOF_RESTRICTION_LEVEL, &error);
    if (U_SUCCESS(error))
        uspoof_setRestrictionLevel(opened->checker, USPOOF_MODERATELY_RESTRICTIVE);
    if (U_FAILURE(error)) {
        weir_icu_close(opened);
        return error == U_MEMORY_ALLOCATION_ERROR ? WEIR_NO_MEMORY : WEIR_UNAVAILABLE;
    }
    *icu = opened;
    return WEIR_OK;
}

void weir_icu_close(struct weir_icu *icu)
{
    if (icu && icu->checker)
        uspoof_close(icu->checker);
    delete icu;
}

bool weir_icu_fill_chars(struct weir_chars *chars)
{
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2 *folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
    for (UChar32 c = 0; c < static_cast<UChar32>(WEIR_CODE_POINTS) && U_SUCCESS(error); c++)
        fill_char(*chars, *folding, c, error);
    return U_SUCCESS(error);
}

size_t weir_icu_fold(const struct weir_icu *icu, struct weir_text text, char *out, size_t capacity)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t room = capacity < INT32_MAX ? static_cast<int32_t>(capacity) : INT32_MAX;
    icu::CheckedArrayByteSink sink(out, room);
    icu->folding->normalizeUTF8(0, piece_of(text), sink, nullptr, error);
    if (U_FAILURE(error))
        return SIZE_MAX;
    if (sink.Overflowed())
        return static_cast<size_t>(sink.NumberOfBytesAppended());
    return make_text_plain(out, static_cast<size_t>(sink.NumberOfBytesWritten()));
}

size_t weir_icu_decompose(const struct weir_icu *icu, uint32_t code_point, uint32_t *out)
{
    icu::UnicodeString decomposed;
    if (!icu->composing->getDecomposition(static_cast<UChar32>(code_point), decomposed)) {
        out[0] = code_point;
        return 1;
    }
    size_t count = 0;
    for (int32_t i = 0; i < decomposed.length() && count < WEIR_ICU_CODE_POINTS_MAX; count++) {
        UChar32 c = decomposed.char32At(i);
        out[count] = static_cast<uint32_t>(c);
        i += U16_LENGTH(c);
    }
    return count;
}

uint32_t weir_icu_compose(const struct weir_icu *icu, uint32_t first, uint32_t second)
{
    UChar32 composite = icu->composing->composePair(static_cast<UChar32>(first), static_cast<UChar32>(second));
    return composite > 0 ? static_cast<uint32_t>(composite) : 0;
}

uint8_t weir_icu_combining_class(uint32_t code_point)
{
    return u_getCombiningClass(static_cast<UChar32>(code_point));
}

bool weir_icu_takes_marks(uint32_t code_point)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript(static_cast<UChar32>(code_point), &error);
    return u_isalpha(static_cast<UChar32>(code_point)) &&
           (script == USCRIPT_LATIN || script == USCRIPT_GREEK || script == USCRIPT_CYRILLIC);
}

uint32_t weir_icu_join(const struct weir_icu *icu, uint32_t letter, uint32_t mark)
{
    uint32_t composite = weir_icu_compose(icu, letter, mark);
    if (composite)
        return composite;
    UErrorCode error = U_ZERO_ERROR;
    icu::UnicodeString pair(static_cast<UChar32>(letter));
    pair.append(static_cast<UChar32>(mark));
    icu::UnicodeString joined = icu->composing->normalize(pair, error);
    if (U_FAILURE(error) || joined.countChar32() != 1)
        return 0;
    return static_cast<uint32_t>(joined.char32At(0));
}

bool weir_icu_beyond_moderate(const struct weir_icu *icu, struct weir_text token)
{
    if (token.length > INT32_MAX)
        return true;
    UErrorCode error = U_ZERO_ERROR;
    int32_t failed = uspoof_check2UTF8(icu->checker, token.data, static_cast<int32_t>(token.length), nullptr, &error);
    return U_FAILURE(error) || (failed & USPOOF_RESTRICTION_LEVEL) != 0;
}

size_t weir_icu_prototype(const struct weir_icu *icu, struct weir_text character, char *out)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t length = uspoof_getSkeletonUTF8(icu->checker, 0, character.data, static_cast<int32_t>(character.length),
                                            out, WEIR_ICU_CHAR_MAX, &error);
    if (U_SUCCESS(error) && length > 0)
        return static_cast<size_t>(length);
    memcpy(out, character.data, character.length);
    return character.length;
}

const char *weir_icu_version(void)
{
    return U_ICU_VERSION " (Unicode " U_UNICODE_VERSION ")";
}

} // extern "C"
