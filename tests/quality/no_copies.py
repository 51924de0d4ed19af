#!/usr/bin/env python3
"""Packs do not copy the sets that they are measured on.

  no_copies.py RULES DATA     RULES: a pack or a folder of packs; DATA: a folder of *.ndjson

A literal, a line of a list or an example of five words or more, or of ten Han characters or more, must not stand in any text of the sets, and
no text of eight words or sixteen Han characters in an example. Texts are compared by their letters and digits under NFKC and case folding,
so that spaces and punctuation make no difference. What is found is named by the pack's words and the row's id, never by the row's text.
Exit status 1 when anything is found.
"""
import collections
import pathlib
import re
import sys
import unicodedata

import yaml

import halves

HEAD = 5  # letters by which phrases are found first: the shortest phrase of five words has as many
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def fold(text):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def squeeze(text):
    return "".join(c for c in fold(text) if c.isalnum())


def is_long(text, words, han):
    return len(re.findall(r"\w+(?:['’]\w+)*", fold(text))) >= words or len(HAN.findall(text)) >= han


def strings(node):
    """All texts in a part of a pack."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (list, dict)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from strings(part)


def lines_of(path):
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def literals_of(pack, rule):
    """The literals of a rule's patterns and exceptions, those in list files too. Hosts are no phrases and are left out."""
    for pattern in [*rule.get("patterns", {}).values(), *rule.get("except", [])]:
        yield from pattern.get("literals", [])
        if "literals_from" in pattern:
            yield from lines_of(pack.parent / pattern["literals_from"])


def read_packs(rules):
    """(pack's name, rule's id, kind, text) of all literals and examples."""
    packs = sorted(rules.glob("*.yaml")) if rules.is_dir() else [rules]
    for pack in packs:
        # The base loader leaves every scalar a string, as weir reads literals.
        for rule in yaml.load(pack.read_text(encoding="utf-8"), yaml.BaseLoader).get("rules", []):
            for text in literals_of(pack, rule):
                yield pack.name, rule["id"], "literal", text
            for text in strings(rule.get("examples", {})):
                yield pack.name, rule["id"], "example", text


def read_sets(data):
    """(set, row's id, text), the captions of a stream joined into one."""
    for path in sorted(data.glob("*.ndjson")):
        rows = halves.read(path)
        if rows and "stream_id" in rows[0]:
            for stream, captions in halves.streams_of(rows).items():
                yield path.stem, stream, " ".join(halves.text_of(row) for row in captions)
        else:
            for row in rows:
                yield path.stem, row.get("id"), halves.text_of(row)


def contained(needles, haystacks):
    """Pairs of a needle and a haystack whose letters hold the needle's, both given as (name, text); once for each needle."""
    heads = collections.defaultdict(dict)
    for name, text in needles:
        letters = squeeze(text)
        heads[letters[:HEAD]].setdefault(letters, name)
    for name, text in haystacks:
        letters = squeeze(text)
        for at in range(len(letters) - HEAD + 1):
            near = heads.get(letters[at:at + HEAD])
            for needle in [needle for needle in near or () if letters.startswith(needle, at)]:
                yield near.pop(needle), name


def find_copies(rules, data):
    """What is a copy, in words, and how much was compared."""
    phrases = [((pack, rule, kind, text), text) for pack, rule, kind, text in read_packs(pathlib.Path(rules))]
    texts = [((name, row), text) for name, row, text in read_sets(pathlib.Path(data))]
    long_phrases = [phrase for phrase in phrases if is_long(phrase[1], 5, 10)]
    long_texts = [text for text in texts if is_long(text[1], 8, 16)]
    problems = [f"{pack}: {rule}: the {kind} {text!r} stands in {name}, {row}"
                for (pack, rule, kind, text), (name, row) in contained(long_phrases, texts)]
    problems += [f"{pack}: {rule}: an example holds {name}, {row}: {text!r}"
                 for (name, row), (pack, rule, kind, text) in contained(long_texts, [phrase for phrase in phrases if phrase[0][2] == "example"])]
    return problems, f"{len(phrases)} literals and examples, {len(long_phrases)} of them long; {len(texts)} texts; {len(problems)} copies"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    problems, summary = find_copies(*sys.argv[1:])
    for line in [*problems, summary]:
        print(f"no_copies: {line}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
