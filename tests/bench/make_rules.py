#!/usr/bin/env python3
"""Writes a rule pack of any size to a folder, the same for the same seed: FOLDER/bench.yaml, and with --domains its list.

Of the rules 70 % are literals of two to four common words, 30 % regexes of the kinds that people write: alternatives, gaps, numbers,
addresses, lookaround. Every rule has an example that it flags. The words come evenly or, with --zipf, as often as people write them (words.py).
"""
import argparse
import os
import random
import sys

sys.dont_write_bytecode = True
from words import CHINESE_RULE_WORDS, RANKED, WORDS, Zipf  # noqa: E402


def literal(pick):
    texts = [" ".join(pick(random_length(pick))) for _ in range(3)]
    return "{literals: [%s]}" % ", ".join(dict.fromkeys(texts)), texts[0]


def random_length(pick):
    return pick.random.choice([2, 3, 3, 4])


def regex(pick):
    a, b, c, d = pick(4)
    number = pick.random.randrange(10, 100)
    return pick.random.choice([
        (rf"({a}|{b})\s+(your|the|my)\s+{c}", f"{a} your {c}"),
        (rf"{a}\s+{b}.{{0,{number}}}{c}", f"{a} {b} and then {c}"),
        (rf"\b{a}[- ]?{b}\s*[:#]?\s*\d{{4,8}}\b", f"{a} {b}: 123456"),
        (rf"\b{a}\s+(?:{b}|{c})s?\s+{d}\b", f"{a} {c}s {d}"),
        (rf"{a}[a-z0-9._-]{{1,20}}@{b}\.(?:com|net|org)", f"{a}.x@{b}.org"),
        (rf"(?:{a}|{b})(?:ed|ing)?\s+\$?\d{{2,6}}\s+{c}", f"{b}ing $500 {c}"),
        (rf"\b{a}\s+(?!{b}){c}\s+{d}\b", f"{a} {c} {d}"),
    ])


class Picker:
    def __init__(self, seed, zipf):
        self.random = random.Random(seed)
        self.zipf = Zipf(RANKED, self.random) if zipf else None

    def __call__(self, count):
        return self.zipf.distinct(count) if self.zipf else self.random.sample(WORDS, count)


def write_chinese(out, count, seed):
    chance = random.Random(f"{seed}/chinese")
    draw = Zipf(CHINESE_RULE_WORDS, chance)
    for number in range(count):
        texts = ["".join(draw.distinct(chance.choice([2, 2, 3]))) for _ in range(3)]
        out.write(f"- id: bench.zh{number}\n  title: Chinese rule {number}\n  why: A rule to measure with.\n  category: scams_and_fraud\n"
                  f"  severity: low\n  patterns:\n    p: {{literals: [{', '.join(dict.fromkeys(texts))}]}}\n"
                  f"  examples: {{flag: ['{texts[0]}'], pass: ['没有']}}\n")


def write_rules(out, count, pick):
    for number in range(count):
        is_regex = pick.random.random() < 0.3
        pattern, example = regex(pick) if is_regex else literal(pick)
        if is_regex:
            pattern = "{regex: '%s'}" % pattern
        out.write(f"- id: bench.r{number}\n  title: Rule {number}\n  why: A rule to measure with.\n  category: scams_and_fraud\n"
                  f"  severity: low\n  patterns:\n    p: {pattern}\n"
                  f"  examples: {{flag: ['well, {example} indeed'], pass: ['nothing to see']}}\n")


def write_domains(out, folder, count, pick):
    hosts = set()
    while len(hosts) < count:
        end = pick.random.choice(["com", "net", "org", "shop", "top", "co.uk", "info"])
        hosts.add("-".join(pick(pick.random.choice([1, 2, 2]))) + f"{pick.random.randrange(10000)}.{end}")
    hosts = sorted(hosts)
    with open(os.path.join(folder, "hosts.txt"), "w", encoding="utf-8") as lines:
        lines.write("\n".join(hosts) + "\n")
    out.write("- id: bench.hosts\n  title: Hosts\n  why: A list to measure with.\n  category: scams_and_fraud\n  severity: low\n"
              f"  patterns: {{hosts: {{domains: hosts.txt}}}}\n  examples: {{flag: ['see {hosts[0]}'], pass: ['see example.com']}}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--rules", type=int, default=0)
    parser.add_argument("--chinese", type=int, default=0, help="more rules, of Chinese literals")
    parser.add_argument("--domains", type=int, default=0)
    parser.add_argument("--zipf", action="store_true", help="frequent words come often (default: all alike)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    pick = Picker(arguments.seed, arguments.zipf)
    os.makedirs(arguments.folder, exist_ok=True)
    with open(os.path.join(arguments.folder, "bench.yaml"), "w", encoding="utf-8") as out:
        out.write("pack: bench\nversion: 1.0.0\nrules:\n")
        write_rules(out, arguments.rules, pick)
        write_chinese(out, arguments.chinese, arguments.seed)
        if arguments.domains:
            write_domains(out, arguments.folder, arguments.domains, pick)


if __name__ == "__main__":
    main()
