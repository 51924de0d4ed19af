#!/usr/bin/env python3
"""Holds a pack made by gitleaks_pack.py against labelled texts, beside gitleaks' own regexes, which PCRE2 alone matches.

  gitleaks_compare.py FILE.toml CASES.ndjson FLAGS.ndjson

CASES: {"id", "text", "label"}, a label being secret:RULE or not:RULE. FLAGS: what `weir scan` made of them. A case is decided by
whether the rule of its label flags it. Lists each case in which the two differ, and each that either gets wrong, with the reason.
Exit status 1 when weir agrees with fewer labels than the regexes do, or a difference has no known reason.
"""
import collections
import json
import math
import sys
import tomllib

import pcre2


def entropy(text):
    """Shannon's, in bits for each character, as gitleaks counts it."""
    counts = collections.Counter(text)
    return sum(n / len(text) * math.log2(len(text) / n) for n in counts.values())


def lines(path):
    """The objects of an NDJSON file."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def load_flags(path):
    """{item id: names of the rules that flag it}"""
    return {flag["item"]["id"]: {rule["id"].split(".", 1)[1] for rule in flag["rules"]} for flag in lines(path)}


class Judge:
    """What gitleaks' own regex says of a text, and why another answer may be right."""

    def __init__(self, rule, shared):
        self.rule, self.expression = rule, pcre2.Expression(rule["regex"])
        self.allowlists = rule.get("allowlists", []) + shared

    def flags(self, text):
        """Whether the regex matches."""
        return self.expression.found(text)

    def is_allowed(self, data, spans):
        """Whether an allowlist speaks of the match."""
        secret = next((span for span in spans[1:] if span and span[0] < span[1]), spans[0])
        line = data.rfind(b"\n", 0, spans[0][0]) + 1, (data.find(b"\n", spans[0][1]) + len(data) + 1) % (len(data) + 1)
        for allowlist in self.allowlists:
            start, end = {"match": spans[0], "line": line}.get(allowlist.get("regexTarget"), secret)
            text = data[start:end].decode()
            words = data[secret[0]:secret[1]].decode().lower()
            if allowlist.get("condition") != "AND" and (
                    any(pcre2.Expression(expression).found(text) for expression in allowlist.get("regexes", [])) or
                    any(word.lower() in words for word in allowlist.get("stopwords", []))):
                return True
        return False

    def why_not(self, text):
        """Why gitleaks itself would not report the matches, and whether weir's rule can know; None when it would."""
        rule, data = self.rule, text.encode()
        left = [spans for spans in self.expression.matches(text) if not self.is_allowed(data, spans)]
        if not any(word in text.lower() for word in rule.get("keywords", [])):
            return "without a keyword, carried over as a condition", True
        if not left:
            return "an allowlist, carried over as an exception", True
        secrets = [next((span for span in spans[1:] if span and span[0] < span[1]), spans[0]) for spans in left]
        highest = max(entropy(data[start:end].decode()) for start, end in secrets)
        if highest <= rule.get("entropy", -1):
            return f"an entropy of {highest:.1f}, gitleaks asks for more than {rule['entropy']}: weir has no word for it", False
        if "path" in rule:
            return "gitleaks asks for a path too: posts have none", False
        return None


def explain(case, judge, weir, regex):
    """The reason for a difference or a wrong answer; None: there is none."""
    if not judge:
        return "the configuration has no rule of this name"
    reason, is_known = (judge.why_not(case["text"]) or (None, False)) if regex else (None, False)
    if regex and not weir:
        return reason if is_known else None
    if regex and weir:
        return "an allowlist, whose exception was left out or does not reach this hit" if is_known else reason
    return None if weir else "the regex does not match"


def main():
    """Counts, lists and judges."""
    with open(sys.argv[1], "rb") as file:
        config = tomllib.load(file)
    rules = {rule["id"].lower(): rule for rule in config["rules"] if "regex" in rule}
    shared = [config["allowlist"]] if "allowlist" in config else []
    judges = {name: Judge(rule, shared) for name, rule in rules.items()}
    flags, right, unexplained = load_flags(sys.argv[3]), collections.Counter(), 0
    cases = lines(sys.argv[2])
    for case in cases:
        kind, name = case["label"].split(":", 1)
        judge, must = judges.get(name), kind == "secret"
        weir = name in flags.get(case["id"], ())
        regex = bool(judge and judge.flags(case["text"]))
        right["weir", must] += weir == must
        right["regex", must] += regex == must
        right["cases", must] += 1
        if weir == regex == must:
            continue
        reason = explain(case, judge, weir, regex)
        unexplained += reason is None
        answers = " ".join(f"{who} {'flags' if answer else 'passes'}" for who, answer in (("weir", weir), ("regex", regex)))
        print(f"{case['id']:14} {case['label']:48} {answers:26} {reason or 'NOT EXPLAINED'}")
    weir, regex = (right[who, True] + right[who, False] for who in ("weir", "regex"))
    for who in "weir", "regex":
        print(f"{who:6} agrees with {right[who, True]} of {right['cases', True]} secrets and "
              f"{right[who, False]} of {right['cases', False]} others")
    print(f"{len(cases)} cases: weir agrees with {weir}, gitleaks' regexes in PCRE2 with {regex}; "
          f"{unexplained} differences without a known reason")
    return 1 if weir < regex or unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
