"""PCRE2 itself, by ctypes: whether and where an expression matches a text, as weir's rule language reads both."""
import ctypes
import ctypes.util

UTF, DOLLAR_ENDONLY, NO_UTF_CHECK = 0x00080000, 0x00000010, 0x40000000
NOTHING = -1


class Refused(Exception):
    """PCRE2 does not compile the expression, or a match limit was reached."""


def load():
    """The 8-bit library."""
    library = ctypes.CDLL(ctypes.util.find_library("pcre2-8") or "libpcre2-8.so.0")
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    library.pcre2_compile_8.restype = pointer
    library.pcre2_compile_8.argtypes = [ctypes.c_char_p, size, ctypes.c_uint32, ctypes.POINTER(ctypes.c_int),
                                        ctypes.POINTER(size), pointer]
    library.pcre2_match_data_create_from_pattern_8.restype = pointer
    library.pcre2_match_data_create_from_pattern_8.argtypes = [pointer, pointer]
    library.pcre2_match_8.argtypes = [pointer, ctypes.c_char_p, size, size, ctypes.c_uint32, pointer, pointer]
    library.pcre2_get_ovector_pointer_8.restype = ctypes.POINTER(size)
    library.pcre2_get_ovector_pointer_8.argtypes = [pointer]
    library.pcre2_get_error_message_8.argtypes = [ctypes.c_int, ctypes.c_char_p, size]
    return library


class Expression:
    """A compiled expression, for as long as the process lives."""

    library = None

    def __init__(self, source, options=UTF | DOLLAR_ENDONLY):
        Expression.library = Expression.library or load()
        data, code, at = source.encode(), ctypes.c_int(), ctypes.c_size_t()
        self.compiled = self.library.pcre2_compile_8(data, len(data), options, code, at, None)
        if not self.compiled:
            raise Refused(f"{self.message(code.value)} at {at.value} of {source}")
        self.match_data = self.library.pcre2_match_data_create_from_pattern_8(self.compiled, None)

    def message(self, code):
        """PCRE2's own words."""
        out = ctypes.create_string_buffer(256)
        self.library.pcre2_get_error_message_8(code, out, len(out))
        return out.value.decode()

    def matches(self, text):
        """Of each match, from left to right without overlap: (start, end) of it and of its groups, in bytes of UTF-8; None for a
        group that has no part in it."""
        data, at, unset = text.encode(), 0, ctypes.c_size_t(-1).value
        while at <= len(data):
            count = self.library.pcre2_match_8(self.compiled, data, len(data), at, 0, self.match_data, None)
            if count == NOTHING:
                return
            if count < 0:
                raise Refused(self.message(count))
            ends = self.library.pcre2_get_ovector_pointer_8(self.match_data)
            spans = [None if ends[2 * i] == unset else (ends[2 * i], ends[2 * i + 1]) for i in range(count)]
            yield spans
            at = max(spans[0][1], at + 1)

    def found(self, text):
        """Whether there is a match."""
        return next(self.matches(text), None) is not None
