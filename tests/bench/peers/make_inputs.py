#!/usr/bin/env python3
"""Makes what all engines are given: the generated rules in plain forms, and the generated posts as lines of text, the same for the same seed.

  make_inputs.py FOLDER PACK POSTS [--planted N]

PACK is made by make_rules.py; POSTS is NDJSON, of which "text" counts, as posts.py makes it. FOLDER then holds, for the set of all rules and
for that of the rules of literals alone:
  SET/rules/bench.yaml     the pack, for weir
  SET/literals.tsv         RULE <tab> LITERAL, of lower-case words with one space between them; a hit is no part of a longer word
  SET/regexes.tsv          RULE <tab> REGEX, in the syntax that PCRE2, RE2, Rust, Go, Python and Hyperscan have in common; case does not count
  SET/by_rule.tsv          RULE <tab> REGEX, one for each rule: the literals' are alternatives between word boundaries
and for both posts.txt, a line for each post, of which every N-th (--planted, default 500) holds a phrase that a rule looks for; check.txt, phrases
of up to 2,000 rules as written, in capitals, and with a letter before or behind, so that it is seen that all engines find the same; and both as
posts in JSON, for weir: posts.ndjson, check.ndjson. Exit status: 0, 1 it cannot be done, 2 usage."""
import argparse
import json
import pathlib
import re
import sys

LITERAL = re.compile(r"[a-z]+(?: [a-z]+)*")
RULE = re.compile(r"- id: bench\.r(\d+)\n(?:  .*\n)*?    p: \{(?:literals: \[([^\]]*)\]|regex: '([^']*)')\}\n"
                  r"  examples: \{flag: \['well, ([^']*) indeed'\].*\n")
LOOKAHEAD = re.compile(r"\(\?!([a-z]+)\)(?=([a-z]+))")
CHECKED_RULES = 2000


class Rule:
    def __init__(self, match):
        self.text, self.number, literals, self.regex, example = match[0], match[1], match[2], match[3], match[4]
        self.literals = literals.split(", ") if literals else []
        self.phrases = self.literals or [example]
        for literal in self.literals:
            if not LITERAL.fullmatch(literal):
                sys.exit(f"make_inputs: rule {self.number}: '{literal}' is not words with single spaces")
        if self.regex:
            self.regex = make_plain(self.number, self.regex)

    def in_one(self):
        return self.regex or r"\b(?:" + "|".join(self.literals) + r")\b"


def make_plain(number, regex):
    """Most of the engines know no lookaround: '(?!pay)call' says no more than 'call' does, and is the only kind there is."""
    for match in LOOKAHEAD.finditer(regex):
        if match[2].startswith(match[1]):
            sys.exit(f"make_inputs: rule {number}: {regex} can never match; take another --seed")
    regex = LOOKAHEAD.sub("", regex).replace(r"\d", "[0-9]")
    if re.search(r"\(\?[^:]|\\[1-9]", regex):
        sys.exit(f"make_inputs: rule {number}: not every engine knows what is in {regex}")
    return regex


def read_rules(pack):
    text = pack.read_text()
    head, body = text.split("rules:\n", 1)
    rules = [Rule(match) for match in RULE.finditer(body)]
    if not rules or "".join(rule.text for rule in rules) != body:
        sys.exit(f"make_inputs: {pack} holds something that make_rules.py does not write")
    return head + "rules:\n", rules


def write_set(folder, head, rules):
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules/bench.yaml").write_text(head + "".join(rule.text for rule in rules))
    write_rows(folder / "literals.tsv", [(rule.number, literal) for rule in rules for literal in rule.literals])
    write_rows(folder / "regexes.tsv", [(rule.number, rule.regex) for rule in rules if rule.regex])
    write_rows(folder / "by_rule.tsv", [(rule.number, rule.in_one()) for rule in rules])


def write_rows(path, rows):
    path.write_text("".join(f"{number}\t{pattern}\n" for number, pattern in rows))


def write_texts(folder, name, texts):
    (folder / f"{name}.txt").write_text("".join(text + "\n" for text in texts))
    # The same fields as the posts of posts.py, but no title, since the others see one text.
    post = '{{"id":"s{0}","author":{{"id":"u{0}","name":"user {0}"}},"created_at":"2026-03-01T08:00:00Z","lang":"en","text":{1}}}\n'
    (folder / f"{name}.ndjson").write_text("".join(post.format(i, json.dumps(text, ensure_ascii=False)) for i, text in enumerate(texts)))


def plant(text, phrase):
    """The phrase as words of their own in the middle of a text."""
    words = text.split(" ")
    return " ".join(words[:len(words) // 2] + [phrase] + words[len(words) // 2:])


def make_posts(lines, rules, planted):
    texts = (json.loads(line).get("text") or "" for line in lines if line.strip())
    texts = (" ".join(text.encode(errors="replace").decode().split()) for text in texts)
    for number, text in enumerate(filter(None, texts)):
        place, rest = divmod(number, planted)
        yield plant(text, rules[place * 7919 % len(rules)].phrases[0]) if rest == planted // 2 else text


def make_checks(rules):
    for rule in rules[::-(-len(rules) // CHECKED_RULES)]:
        for phrase in rule.phrases:
            for written in (phrase, phrase.upper(), "x" + phrase, phrase + "x"):
                yield f"Well, {written} indeed."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("pack", type=pathlib.Path)
    parser.add_argument("posts", type=pathlib.Path)
    parser.add_argument("--planted", type=int, default=500)
    arguments = parser.parse_args()
    if arguments.planted < 1:
        parser.error("--planted takes a number above 0")
    head, rules = read_rules(arguments.pack)
    if not any(rule.literals for rule in rules):
        sys.exit("make_inputs: no rule is of literals; take more rules")
    write_set(arguments.folder / "all", head, rules)
    write_set(arguments.folder / "literals", head, [rule for rule in rules if rule.literals])
    with open(arguments.posts, encoding="utf-8") as lines:
        posts = list(make_posts(lines, rules, arguments.planted))
    if not posts:
        sys.exit(f"make_inputs: {arguments.posts} holds no text")
    write_texts(arguments.folder, "posts", posts)
    write_texts(arguments.folder, "check", list(make_checks(rules)))


if __name__ == "__main__":
    main()
