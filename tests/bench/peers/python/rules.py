#!/usr/bin/env python3
"""Python's re, a regex for each rule, compiled beforehand and asked one after the other, as Osprey (ROOST) does; and all rules as one alternation.

  rules.py FOLDER SET      prints two rows"""
import json
import pathlib
import platform
import re
import sys
import time


def measure(name, posts, checks, scan):
    """scan(text) says how many rules match it."""
    def run(texts):
        hits = [scan(text) for text in texts]
        return [len(hits) - hits.count(0), sum(hits)]

    check, found = run(checks), run(posts)
    passes, took, start = 0, 0, time.process_time()
    while took < 1 or passes < 3:
        if run(posts) != found:
            sys.exit("a timed pass found something else")
        passes += 1
        took = time.process_time() - start
    print(json.dumps({"name": name, "version": platform.python_version(), "cpu_ns": round(took * 1e9 / passes / len(posts), 1), "passes": passes,
                      "found": found, "check": check}), flush=True)


def read_column(path):
    return [line.split("\t", 1)[1] for line in path.read_text().splitlines()]


def main():
    inputs, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    posts, checks = ((inputs / f"{what}.txt").read_text().splitlines() for what in ("posts", "check"))
    rules = [re.compile(regex, re.IGNORECASE | re.ASCII).search for regex in read_column(inputs / name / "by_rule.tsv")]

    def ask_each(text):
        return sum(search(text) is not None for search in rules)

    # One alternation says that some rule matches, not which: then each is asked. In small letters, and with what begins at a word in a group of
    # its own, sre rules out most alternatives by their first letter.
    at_word = [literal + r"\b" for literal in read_column(inputs / name / "literals.tsv")]
    at_word += [regex[2:] for regex in read_column(inputs / name / "regexes.tsv") if regex.startswith(r"\b")]
    elsewhere = [regex for regex in read_column(inputs / name / "regexes.tsv") if not regex.startswith(r"\b")]
    any_rule = re.compile("|".join([r"\b(?:" + "|".join(at_word) + ")", *elsewhere]), re.ASCII).search

    def ask_all(text):
        return ask_each(text) if any_rule(text.lower()) else 0

    measure("Python re, rule by rule", posts, checks, ask_each)
    measure("Python re, one alternation", posts, checks, ask_all)


main()
