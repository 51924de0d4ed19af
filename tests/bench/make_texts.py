#!/usr/bin/env python3
"""Writes posts or caption fragments to measure with, the same for the same seed: NDJSON, KEY<tab>JSON for kcat -K, or the texts alone.

Words come as often as people write them (words.py). Those that the rules of make_rules.py look for are among them, but always at least two others
apart, so that none of these rules holds by chance: exactly the share --flagged of the texts is flagged, by a phrase of needles.yaml
(tests/support/packs).
"""
import argparse
import json
import pathlib
import random
import sys

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from posts import NEEDLES  # noqa: E402
from words import CHINESE, CHINESE_RULE_WORDS, CYRILLIC, EMOJI, EVERYDAY, FUNCTION, LATIN, RANKED, WORDS, Zipf  # noqa: E402

POOL = 20000  # different texts at most; more messages say them again
FRAGMENT_MS = 2000
RULE_WORD_AFTER = 60  # so many words are more frequent than the first that a rule looks for
APART = 2  # words of rules


def mingle(plain, ruled):
    """One ranking of both: the ones of rules stand evenly among the others, from RULE_WORD_AFTER on."""
    ranked = plain[:RULE_WORD_AFTER]
    rest = plain[RULE_WORD_AFTER:]
    places = [(number / len(rest), word) for number, word in enumerate(rest)] + [(number / len(ruled), word) for number, word in enumerate(ruled)]
    return ranked + [word for _, word in sorted(places, key=lambda place: place[0])]


def is_like(word, ruled):
    """A regex without \\b finds a rule's word at the edge of another."""
    return any(word.startswith(other) or word.endswith(other) for other in ruled)


class Language:
    """Running text of one kind."""

    def __init__(self, chance, space):
        self.chance, self.space = chance, space

    def token(self):
        """(a word, whether a rule may look for it)"""
        raise NotImplementedError

    def plain(self):
        """A token that no rule looks for."""
        while True:
            word, is_ruled = self.token()
            if not is_ruled:
                return word

    def words(self):
        """Without end, the words of rules apart; with marks of sentences."""
        since, left = APART, 0
        while True:
            word, is_ruled = self.token()
            if is_ruled and since < APART:
                word, is_ruled = self.plain(), False
            since = 0 if is_ruled else since + 1
            if left == 0:
                left = self.chance.randint(5, 14)
                word = word[:1].upper() + word[1:]
            left -= 1
            yield word + (self.chance.choice(self.ENDS) if left == 0 else self.COMMA if self.chance.random() < 0.06 else "")

    def text(self, goal):
        """About so many bytes."""
        tokens, size = [], 0
        for token in self.words():
            tokens.append(token)
            size += len(token.encode()) + len(self.space)
            if size >= goal:
                return tokens


class English(Language):
    ENDS, COMMA = [".", ".", ".", "!", "?", "..."], ","

    def __init__(self, chance):
        super().__init__(chance, " ")
        known = set(WORDS)
        plain = [word for word in dict.fromkeys(FUNCTION + EVERYDAY) if word not in known]
        self.draw = Zipf(mingle(plain, RANKED), chance)
        self.ruled = {word for word in self.draw.ranked if word in known or is_like(word, WORDS)}

    def token(self):
        kind = self.chance.random()
        if kind < 0.01:
            return str(self.chance.choice([2, 3, 7, 10, 20, 45, 100, 1974, 2026])), True  # numbers stand in rules, too
        word = self.draw()
        if kind < 0.015 and word not in self.ruled:
            return "#" + word, False
        return word, word in self.ruled


class Typographic(English):
    """English and words with accents, typographic marks, emoji, fullwidth and composed letters; with other_alphabet also Cyrillic words."""

    ENDS, COMMA = [".", " –", "!", "…", "?"], ","

    def __init__(self, chance, other_alphabet):
        super().__init__(chance)
        self.latin, self.cyrillic = Zipf(LATIN, chance), Zipf(CYRILLIC if other_alphabet else LATIN, chance)

    def token(self):
        kind = self.chance.random()
        if kind < 0.2:
            return self.latin(), False
        if kind < 0.35:
            return self.cyrillic(), False
        if kind < 0.39:
            return self.chance.choice(EMOJI), False
        word, is_ruled = super().token()
        if kind < 0.41:
            return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word), is_ruled
        if kind < 0.43:
            return f"“{word}”", is_ruled
        if kind < 0.44:
            return word.replace("e", "e\u0301"), True
        return word, is_ruled


class Cyrillic(Language):
    ENDS, COMMA = [".", ".", " —", "!", "?"], ","

    def __init__(self, chance):
        super().__init__(chance, " ")
        self.draw = Zipf(CYRILLIC, chance)

    def token(self):
        return self.draw(), False


class Chinese(Language):
    ENDS, COMMA = ["。", "。", "！", "？", "～"], "，"

    def __init__(self, chance):
        super().__init__(chance, "")
        self.ruled = set(CHINESE_RULE_WORDS)
        self.draw = Zipf(mingle(CHINESE, CHINESE_RULE_WORDS), chance)

    def token(self):
        if self.chance.random() < 0.01:
            return str(self.chance.choice([2, 3, 10, 2026])), False
        word = self.draw()
        return word, word in self.ruled


SCRIPTS = {
    "ascii": {"ascii": 1},
    "mixed": {"mixed": 1},
    "chinese": {"chinese": 1},
    "ordinary": {"ascii": 70, "chinese": 15, "latin": 10, "cyrillic": 5},  # as the languages of tests/support/posts.py
}
LANGUAGES = {"ascii": "en", "mixed": "en", "chinese": "zh", "latin": "fr", "cyrillic": "ru"}


def is_fitting(needle, script):
    """Whether the phrase is written as texts of this script are."""
    if script == "ascii":
        return needle.isascii()
    first, last = {"chinese": "\u4e00\u9fff", "cyrillic": "\u0400\u04ff", "latin": "\u00a1\u024f", "mixed": "\u00a1\u04ff"}[script]
    return any(first <= letter <= last for letter in needle)


class Maker:
    def __init__(self, arguments):
        self.arguments = arguments
        self.chance = random.Random(f"{arguments.seed}/texts")
        self.languages = {"ascii": English(self.chance), "mixed": Typographic(self.chance, True), "chinese": Chinese(self.chance),
                          "latin": Typographic(self.chance, False), "cyrillic": Cyrillic(self.chance)}
        self.needles = {script: [needle for needle in NEEDLES if is_fitting(needle, script)] for script in LANGUAGES}

    def body(self, is_flagged):
        """(language, text)"""
        shares = SCRIPTS[self.arguments.script]
        script = self.chance.choices(list(shares), list(shares.values()))[0]
        language = self.languages[script]
        tokens = language.text(self.arguments.length * self.chance.uniform(0.5, 1.5))
        if is_flagged:
            tokens.insert(self.chance.randint(0, len(tokens)), self.chance.choice(self.needles[script]))
        return LANGUAGES[script], language.space.join(tokens)

    def is_flagged(self, number):
        """Spread evenly: as many of each beginning as the share says."""
        share = self.arguments.flagged
        return int((number + 1) * share + 1e-9) > int(number * share + 1e-9)

    def bodies(self, count):
        """A pool for those that are flagged and one for the others."""
        flagged = sum(map(self.is_flagged, range(count)))
        pools = [self.pool(min(count - flagged, POOL), False), self.pool(min(flagged, POOL), True)]
        whole = [count - flagged <= POOL, flagged <= POOL]  # then each is said once
        taken = [0, 0]
        for number in range(count):
            which = self.is_flagged(number)
            pool = pools[which]
            yield pool[taken[which]] if whole[which] else self.chance.choice(pool)
            taken[which] += 1

    def pool(self, size, is_flagged):
        return [self.encode(*self.body(is_flagged)) for _ in range(size)]

    def encode(self, lang, text):
        """The end of a line, built once, used for many."""
        if self.arguments.text:
            return text
        # Some producers escape what is not ASCII, others do not.
        return json.dumps({"lang": lang, "text": text}, ensure_ascii=self.chance.random() < 0.1, separators=(",", ":"))[1:]

    def line(self, number, body):
        if self.arguments.text:
            return body
        ident = f"t{self.arguments.seed}-{number:08d}"
        if self.arguments.kind == "caption":
            stream, sequence = number % self.arguments.streams, number // self.arguments.streams
            ident = f"stream-{stream}"
            line = (f'{{"stream_id":"{ident}","seq":{sequence},"start_ms":{sequence * FRAGMENT_MS},'
                    f'"end_ms":{(sequence + 1) * FRAGMENT_MS - 100},{body}')
        else:
            line = (f'{{"id":"{ident}","author":{{"id":"u{number % 9973}","name":"user {number % 9973}"}},'
                    f'"created_at":"2026-03-{1 + number % 28:02d}T08:{number // 60 % 60:02d}:{number % 60:02d}Z",{body}')
        return f"{ident}\t{line}" if self.arguments.keyed else line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=["post", "caption"], default="post")
    parser.add_argument("--script", choices=SCRIPTS, default="ordinary",
                        help="default ordinary: each text in one language, seven of ten in English; mixed: several alphabets in a text")
    parser.add_argument("--length", type=int, default=180, help="bytes of a text, on average (default 180: posts of about 300 bytes)")
    parser.add_argument("--flagged", type=float, default=0.001, help="share of the texts that is flagged (default 0.001)")
    parser.add_argument("--streams", type=int, default=20, help="of captions (default 20), which take turns")
    parser.add_argument("--keyed", action="store_true", help="KEY<tab>JSON; the key is the post's id or the caption's stream")
    parser.add_argument("--text", action="store_true", help="the texts alone, one a line")
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.length < 1 or arguments.streams < 1 or not 0 <= arguments.flagged <= 1:
        parser.error("--count, --length and --streams must be above 0, --flagged from 0 to 1")
    maker = Maker(arguments)
    for number, body in enumerate(maker.bodies(arguments.count)):
        sys.stdout.write(maker.line(number, body) + "\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
