#!/usr/bin/env python3
"""Disguises words of texts as spammers do, with Unicode; the same seed disguises the same words in the same way.

  obfuscate.py SEED [--how TECHNIQUE] [--share SHARE] < NDJSON > NDJSON     only the field `text` is changed

  fullwidth     ASCII letters become fullwidth ones
  zero_width    invisible characters between the letters
  confusables   letters become Cyrillic or Greek ones that look the same, one letter at least stays Latin; or all become mathematical ones
  marks         overlays (strokes, rings) over Latin letters, with which they do not compose
  case          capital and small letters at random
  mixed         each word in one of these ways, chosen at random (default)

About half of the words are disguised (--share 0.5). A word is a run of ASCII letters, or two to four Han characters in a row.

What must work for the one who sends it stays as it is: links, bare hosts, e-mail addresses and handles, since another letter leads to another
place, and every digit, since phone numbers and codes are dialled and typed. So do the words that stand for links, numbers and names in
sets from which these were removed (DIGIT, URL, PHONE ..), where they stand in a Chinese text.
"""
import argparse
import json
import random
import re
import sys

import confusables

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
MARKS = "\u0332\u0334\u0335\u0336\u0337\u0338\u20d2\u20d3\u20e5\u20eb"
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
PLACEHOLDER = re.compile(r"DIGIT|URL\w*|CELLPHONE|PHONE|NAME|PLACE")
PIECE = re.compile(
    r"(?P<stays>(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w.-]+|[@#]\w+|(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/[!-~]*)?)"
    rf"|(?P<latin>[A-Za-z]+)|(?P<han>[{HAN}]+)", re.ASCII)


def fullwidth(word, chance):
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in word)


def zero_width(word, chance):
    """After one letter at least, never after the last."""
    places = [i for i in range(len(word) - 1) if chance.random() < 0.4] or [chance.randrange(max(1, len(word) - 1))]
    return "".join(c + (chance.choice(ZERO_WIDTH) if i in places and i < len(word) - 1 else "") for i, c in enumerate(word))


def look_alikes(word, chance):
    """Some letters in another script; one letter at least stays Latin, as UTS #39's mixed words have it."""
    able = [i for i, c in enumerate(word) if c in confusables.LETTERS]
    most = min(len(able), len(word) - 1)
    chosen = chance.sample(able, chance.randint(min(1, most), most))
    return "".join(chance.choice(confusables.LETTERS[c]) if i in chosen else c for i, c in enumerate(word))


def confusable(word, chance):
    if not word.isascii():
        return word
    if chance.random() < 0.2:
        alphabet = chance.choice(confusables.ALPHABETS)
        return "".join(confusables.mathematical(c, alphabet) for c in word)
    return look_alikes(word, chance)


def marks(word, chance):
    """One overlay on each letter, or on some. Not over Han letters: the skeleton view keeps a mark over a letter that is not Latin, Greek or
    Cyrillic, because most scripts write vowels and tones with marks."""
    if not word.isascii():
        return word
    mark, share = chance.choice(MARKS), chance.choice((0.4, 1))
    marked = [i for i in range(len(word)) if chance.random() < share] or [0]
    return "".join(c + mark if i in marked else c for i, c in enumerate(word))


def case(word, chance):
    return "".join(chance.choice((c.lower(), c.upper())) for c in word)


def mixed(word, chance):
    return chance.choice((fullwidth, zero_width, confusable, marks, case))(word, chance)


TECHNIQUES = {"fullwidth": fullwidth, "zero_width": zero_width, "confusables": confusable, "marks": marks, "case": case, "mixed": mixed}


def words_of(run, chance):
    """A run of Han characters in pieces of two to four."""
    while run:
        length = chance.randint(2, 4)
        yield run[:length]
        run = run[length:]


def obfuscate(text, how, chance, share=0.5):
    """The text with about this share of its words disguised."""
    technique = TECHNIQUES[how]
    is_chinese = re.search(f"[{HAN}]", text) is not None

    def disguise(match):
        if match["stays"] or is_chinese and PLACEHOLDER.fullmatch(match[0]):
            return match[0]
        words = [match[0]] if match["latin"] else words_of(match[0], chance)
        return "".join(technique(word, chance) if chance.random() < share else word for word in words)

    return PIECE.sub(disguise, text)


def chance_of(seed, how, number):
    """The random choices for the text of this number."""
    return random.Random(f"{seed} {how} {number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seed")
    parser.add_argument("--how", choices=TECHNIQUES, default="mixed")
    parser.add_argument("--share", type=float, default=0.5)
    options = parser.parse_args()
    for number, line in enumerate(sys.stdin):
        row = json.loads(line)
        row["text"] = obfuscate(row["text"], options.how, chance_of(options.seed, options.how, number), options.share)
        print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
