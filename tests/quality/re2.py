"""Reads regular expressions in RE2's syntax (Go's): their parts, a text that they match, and what every match must hold.

Knows what rule files of secret scanners use, ASCII only; raises Unreadable for the rest.
"""
import string

PRINTABLE = set(map(ord, string.printable[:95]))
CLASSES = {
    "d": set(map(ord, string.digits)),
    "w": set(map(ord, string.ascii_letters + string.digits + "_")),
    "s": set(map(ord, "\t\n\f\r ")),
}
POSIX = {
    "alnum": set(map(ord, string.ascii_letters + string.digits)),
    "alpha": set(map(ord, string.ascii_letters)),
    "digit": CLASSES["d"],
    "lower": set(map(ord, string.ascii_lowercase)),
    "upper": set(map(ord, string.ascii_uppercase)),
    "xdigit": set(map(ord, string.hexdigits)),
    "space": CLASSES["s"] | {11},
    "punct": set(map(ord, string.punctuation)),
    "word": CLASSES["w"],
}
CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7}
EVERYTHING = set(range(128))
UNBOUNDED = None


class Unreadable(Exception):
    """This module cannot read the expression."""


class Part:
    """A part of an expression: source[start:end].

    kind: alternatives, sequence, repeat (of one part, least to most times), set (of code points), edge (of a word or a
    text, matching nothing) or group (of one part; `captures` when it does).
    """

    def __init__(self, kind, start, end, parts=(), members=frozenset(), least=0, most=0, captures=False):
        self.kind, self.start, self.end, self.parts = kind, start, end, list(parts)
        self.members, self.least, self.most, self.captures = members, least, most, captures

    def walk(self):
        """The part and all below it, the outer ones first."""
        yield self
        for part in self.parts:
            yield from part.walk()


def both_cases(members):
    """The set with the other case of each letter."""
    return set(members) | {ord(chr(c).swapcase()) for c in members if chr(c).isalpha()}


class Parser:
    """Recursive descent over one expression."""

    def __init__(self, source):
        self.source, self.at = source, 0

    def peek(self, text):
        """Whether the text stands here."""
        return self.source.startswith(text, self.at)

    def take(self, text):
        """Goes beyond the text if it stands here."""
        found = self.peek(text)
        self.at += len(text) if found else 0
        return found

    def alternatives(self, flags):
        """Up to the end or an unopened parenthesis. Flags that are set inside hold until there."""
        start, branches, flags = self.at, [], dict(flags)
        while True:
            branches.append(self.sequence(flags))
            if not self.take("|"):
                break
        return branches[0] if len(branches) == 1 else Part("alternatives", start, self.at, branches)

    def sequence(self, flags):
        """One branch; changes flags as the expression says."""
        start, parts = self.at, []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            part = self.atom(flags)
            if part:
                parts.append(self.repeat(part))
        return Part("sequence", start, self.at, parts)

    def repeat(self, part):
        """The part, or its repetition if a quantifier follows."""
        while self.at < len(self.source):
            least, most = {"*": (0, UNBOUNDED), "+": (1, UNBOUNDED), "?": (0, 1)}.get(self.source[self.at], (-1, 0))
            if least >= 0:
                self.at += 1
            elif self.peek("{"):
                close = self.source.find("}", self.at)
                low, comma, high = self.source[self.at + 1:close].partition(",")
                if close < 0 or not low.isdigit() or not (high == "" or high.isdigit()):
                    return part
                least, most = int(low), (int(high) if high else UNBOUNDED) if comma else int(low)
                self.at = close + 1
            else:
                return part
            self.take("?")
            part = Part("repeat", part.start, self.at, [part], least=least, most=most)
        return part

    def atom(self, flags):
        """One atom; None for a group that only sets flags."""
        start, c = self.at, self.source[self.at]
        if c == "(":
            return self.group(flags)
        self.at += 1
        if c == "[":
            return self.of_set(start, self.bracket(), flags)
        if c == ".":
            return Part("set", start, self.at, members=EVERYTHING if flags["s"] else EVERYTHING - {10})
        if c in "^$":
            return Part("edge", start, self.at)
        if c == "\\":
            return self.escape(start, flags)
        return self.of_set(start, {ord(c)}, flags)

    def of_set(self, start, members, flags):
        """A part that matches one of the code points."""
        return Part("set", start, self.at, members=both_cases(members) if flags["i"] else set(members))

    def group(self, flags):
        """From its parenthesis to the closing one."""
        start, captures, inner = self.at, True, dict(flags)
        self.at += 1
        if self.take("?"):
            captures = self.take("P<")
            if captures:
                self.at = self.source.index(">", self.at) + 1
            elif self.set_flags(flags, inner):
                return None
        part = Part("group", start, 0, [self.alternatives(inner)], captures=captures)
        if not self.take(")"):
            raise Unreadable(f"a parenthesis that is never closed, at {start}")
        part.end = self.at
        return part

    def set_flags(self, outer, inner):
        """After `(?`. True for (?i), which changes the outer flags; false for (?i: and (?:, which open a group."""
        value = True
        while self.at < len(self.source):
            c = self.source[self.at]
            self.at += 1
            if c == ":":
                return False
            if c == ")":
                outer.update(inner)
                return True
            if c == "-":
                value = False
            elif c in "is":
                inner[c] = value
            else:
                raise Unreadable(f"the flag {c}")
        raise Unreadable("a group that is never closed")

    def code(self):
        """The code point or the set that a backslash, already passed, stands for."""
        c = self.source[self.at]
        self.at += 1
        if c == "x":
            digits = self.source[self.at:self.at + 2]
            self.at += 2
            return int(digits, 16)
        if c in CONTROLS:
            return CONTROLS[c]
        if c in CLASSES:
            return CLASSES[c]
        if c.lower() in CLASSES:
            return EVERYTHING - CLASSES[c.lower()]
        if c.isalnum():
            raise Unreadable(f"\\{c}")
        return ord(c)

    def escape(self, start, flags):
        """After a backslash outside of brackets."""
        if self.source[self.at] in "bBzA":
            self.at += 1
            return Part("edge", start, self.at)
        code = self.code()
        return self.of_set(start, code if isinstance(code, set) else {code}, flags)

    def bracket(self):
        """The set of a bracket expression, after its opening."""
        members, negated, first = set(), self.take("^"), True
        while first or not self.peek("]"):
            first = False
            if self.take("[:"):
                close = self.source.index(":]", self.at)
                members |= POSIX[self.source[self.at:close]]
                self.at = close + 2
                continue
            low = self.member()
            if isinstance(low, set):
                members |= low
            elif self.peek("-") and not self.source.startswith("-]", self.at):
                self.at += 1
                members |= set(range(low, self.member() + 1))
            else:
                members.add(low)
        self.at += 1
        return EVERYTHING - members if negated else members

    def member(self):
        """One member of a bracket expression: a code point, or a set."""
        c = self.source[self.at]
        self.at += 1
        return self.code() if c == "\\" else ord(c)


def parse(source):
    """The expression's outermost part."""
    parser = Parser(source)
    part = parser.alternatives({"i": False, "s": False})
    if parser.at != len(source):
        raise Unreadable(f"a parenthesis that was never opened, at {parser.at}")
    return part


def sample(part, random):
    """A text that the part matches, as far as the edges in it allow: letters and digits where there is a choice."""
    if part.kind == "alternatives":
        return sample(random.choice(part.parts), random)
    if part.kind == "repeat":
        most = part.least + 2 if part.most is UNBOUNDED else min(part.most, part.least + 2)
        return "".join(sample(part.parts[0], random) for _ in range(random.randint(part.least, most)))
    if part.kind == "set":
        for choice in (part.members & POSIX["alnum"], part.members & PRINTABLE, part.members):
            if choice:
                return chr(random.choice(sorted(choice)))
        raise Unreadable("a class without an ASCII member")
    return "".join(sample(inner, random) for inner in part.parts)


def must_hold(part, words):
    """Whether every match holds one of the words (in small letters), in whatever case; False when that is hard to tell."""
    if any(all(any(word in text for word in words) for text in run) for run in runs(part)):
        return True
    if part.kind == "alternatives":
        return all(must_hold(branch, words) for branch in part.parts)
    if part.kind == "repeat":
        return part.least > 0 and must_hold(part.parts[0], words)
    return any(must_hold(inner, words) for inner in part.parts)


TEXTS_MAX = 64


def texts(part):
    """All texts that the part matches, in small letters, or None when they are many."""
    if part.kind == "edge":
        return {""}
    if part.kind == "set":
        found = {chr(c).lower() for c in part.members}
    elif part.kind == "alternatives":
        branches = [texts(branch) for branch in part.parts]
        found = None if None in branches else set().union(*branches)
    elif part.kind == "repeat":
        if part.most is UNBOUNDED:
            return None
        found, power = set(), {""}
        for times in range(part.most + 1):
            found |= power if times >= part.least else set()
            power = product(power, texts(part.parts[0]))
            if power is None:
                return found if times == part.most else None
    else:
        found = {""}
        for inner in part.parts:
            found = product(found, texts(inner))
    return found if found is not None and len(found) <= TEXTS_MAX else None


def product(firsts, seconds):
    """Each of the first texts with each of the second ones; None when they are many."""
    if firsts is None or seconds is None or len(firsts) * len(seconds) > TEXTS_MAX:
        return None
    return {first + second for first in firsts for second in seconds}


def runs(part):
    """Of a sequence, for each stretch of parts with few texts, all texts of the stretch."""
    run, found = {""}, []
    for inner in flatten(part):
        longer = product(run, texts(inner))
        if longer is None:
            found.append(run)
            longer = texts(inner) or {""}
        run = longer
    return found + [run]


def flatten(part):
    """The parts of a sequence, those of groups that are sequences among them."""
    if part.kind in ("sequence", "group"):
        for inner in part.parts:
            yield from flatten(inner)
    else:
        yield part
