#!/usr/bin/env python3
"""Disguises are what obfuscate.py says they are, and weir reads each of them as the word that was disguised.

  test_obfuscate.py WEIR
"""
import json
import pathlib
import random
import string
import subprocess
import sys
import tempfile
import unicodedata

import confusables
import obfuscate

ENGLISH = "Dear customer, kindly CLAIM the prize of 5,000 today: www.example.com/claim or ring 0800 555 0199, mail help@example.org"
CHINESE = "尊敬的用户，您的账户已被冻结，请点击URL或致电DIGIT办理"
RULE = ("  - {{id: words.{0}, title: A word, why: It was disguised., category: scams_and_fraud, severity: low, "
        "patterns: {{word: {{literals: ['{1}']}}}}, examples: {{flag: ['{1}'], pass: [nothing]}}}}\n")


def fold(text):
    """NFKC_Casefold, for texts whose invisible characters are those that the generator uses."""
    for character in obfuscate.ZERO_WIDTH:
        text = text.replace(character, "")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def disguised(text, how, number, share=0.5):
    return obfuscate.obfuscate(text, how, obfuscate.chance_of(7, how, number), share)


def seed__same__same_text():
    for how in obfuscate.TECHNIQUES:
        texts = [disguised(ENGLISH + CHINESE, how, number) for number in range(30)]
        assert texts == [disguised(ENGLISH + CHINESE, how, number) for number in range(30)], how
        assert len(set(texts)) > 15, how


def folded__fullwidth_zero_width_case__as_before():
    for how in "fullwidth", "zero_width", "case":
        for number in range(200):
            for text in ENGLISH, CHINESE:
                assert fold(disguised(text, how, number)) == fold(text), (how, text)


def links_and_digits__any_technique__stay():
    for how in obfuscate.TECHNIQUES:
        for number in range(100):
            text = disguised(ENGLISH, how, number, 1)
            for part in "www.example.com/claim", "0800 555 0199", "help@example.org", "5,000":
                assert part in text, (how, text)
            text = disguised(CHINESE, how, number, 1)
            assert "URL" in text and "DIGIT" in text, (how, text)


def look_alikes__any_word__one_letter_stays_latin():
    for number in range(500):
        word = obfuscate.look_alikes("scope", random.Random(number))
        assert word != "scope" and any(c.isascii() for c in word), word
    assert obfuscate.look_alikes("a", random.Random(1)) == "a"


def marks__any__compose_with_no_letter():
    for mark in obfuscate.MARKS:
        for letter in string.ascii_letters:
            assert len(unicodedata.normalize("NFC", letter + mark)) == 2, (letter, hex(ord(mark)))


def found_lines(weir, words, texts):
    """{line: ids} of the texts that a rule for each of the words flags."""
    with tempfile.TemporaryDirectory() as work:
        pack = pathlib.Path(work, "words.yaml")
        pack.write_text("pack: words\nversion: 1.0.0\nrules:\n" + "".join(RULE.format(f"w{i}", word) for i, word in enumerate(words)))
        posts = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
        done = subprocess.run([weir, "scan", "-r", pack], input=posts, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    flags = [json.loads(line) for line in done.stdout.splitlines()]
    return {flag["source"]["line"] - 1: {rule["id"] for rule in flag["rules"]} for flag in flags}


def confusables__each__read_as_the_letter(weir):
    words = [f"qq{letter}{letter}qq" for letter in string.ascii_lowercase]
    pairs = [(letter, other) for letter, others in confusables.LETTERS.items() for other in others]
    pairs += [(letter, confusables.mathematical(letter, alphabet)) for letter in string.ascii_letters for alphabet in confusables.ALPHABETS]
    found = found_lines(weir, words, [f"a qq{other}{other}qq b" for _, other in pairs])
    for i, (letter, other) in enumerate(pairs):
        assert found.get(i) == {f"words.w{string.ascii_lowercase.index(letter.lower())}"}, (letter, hex(ord(other)), found.get(i))


def words__any_technique__found_by_weir(weir):
    words = ["kindly claim the prize", "账户已被冻结"]
    tried = [(how, 0, disguised(ENGLISH, how, number, 0.7)) for how in obfuscate.TECHNIQUES for number in range(100)]
    tried += [(how, 1, disguised(CHINESE, how, number, 0.7)) for how in obfuscate.TECHNIQUES for number in range(100)]
    found = found_lines(weir, words, [text for _, _, text in tried])
    for line, (how, i, text) in enumerate(tried):
        assert f"words.w{i}" in found.get(line, ()), (how, text)


def main():
    weir = sys.argv[1]
    seed__same__same_text()
    folded__fullwidth_zero_width_case__as_before()
    links_and_digits__any_technique__stay()
    look_alikes__any_word__one_letter_stays_latin()
    marks__any__compose_with_no_letter()
    confusables__each__read_as_the_letter(weir)
    words__any_technique__found_by_weir(weir)
    print("obfuscate: every disguise is what it says, and weir reads it as the word")


if __name__ == "__main__":
    main()
