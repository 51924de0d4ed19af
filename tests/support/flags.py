#!/usr/bin/env python3
"""Checks the records of the review topic against the posts that tests/support/posts.py made.

Reads from stdin what `kcat -C -e -f '%k\\t%h\\t%s\\n'` prints (see read_topic in integration.sh). Each matching post must be flagged,
no other; a post that is flagged twice must have the same flag id both times; headers, key, offsets and quotes must be right.
Prints what it found in one line; exit status 1, with examples, when something is not as it must be.
"""
import argparse
import collections
import json
import re
import sys
import unicodedata
import uuid

import posts

LITERALS = ["copper lantern voucher", "send the harbour deposit", "déposez la caution bleue", "蓝色灯笼押金", "синий залог гавани"]
CODE = re.compile(r"release code [0-9]{6}\b")


def fold(text):
    """What weir's folded view is, for the characters that posts.py uses."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(kept.casefold().split())


def parse_line(line):
    """(key, headers, value) of a line of kcat."""
    key, headers, value = line.split("\t", 2)
    return key, dict(pair.split("=", 1) for pair in headers.split(",") if pair), value


def check_evidence(flag):
    """Yields what is wrong with the evidence: quotes must stand where it says, in code points and in bytes, and hold the needle."""
    for rule in flag["rules"]:
        if not rule["evidence"]:
            yield f"rule {rule['id']} shows no evidence"
        for evidence in rule["evidence"]:
            content = flag["content"][evidence["field"]]
            quote = evidence["quote"]
            if content[evidence["start"]:evidence["end"]] != quote:
                yield f"code points {evidence['start']}-{evidence['end']} are not the quote"
            if content.encode()[evidence["start_byte"]:evidence["end_byte"]] != quote.encode():
                yield f"bytes {evidence['start_byte']}-{evidence['end_byte']} are not the quote"
            if not (fold(quote) in LITERALS or CODE.fullmatch(fold(quote))):
                yield f"the quote {quote!r} is no needle"


def check_record(key, headers, flag):
    """Yields what is wrong with a record by itself."""
    if flag["schema"] != "weir.flag/1":
        yield f"schema is {flag['schema']}"
    if str(uuid.UUID(flag["flag_id"])) != flag["flag_id"] or uuid.UUID(flag["flag_id"]).version != 5:
        yield f"flag id {flag['flag_id']} is no UUID version 5"
    expected = {"weir-flag-id": flag["flag_id"], "weir-severity": flag["severity"], "content-type": "application/json"}
    for name, value in expected.items():
        if headers.get(name) != value:
            yield f"header {name} is {headers.get(name)}, not {value}"
    if headers.get("weir-category") not in {rule["category"] for rule in flag["rules"]}:
        yield f"header weir-category is {headers.get('weir-category')}"
    if key != flag["item"]["id"]:
        yield f"key {key} is not that of the item"
    yield from check_evidence(flag)


class Report:
    def __init__(self):
        self.problems = collections.Counter()
        self.examples = {}

    def add(self, kind, text):
        self.problems[kind] += 1
        self.examples.setdefault(kind, []).append(text)

    def print(self):
        for kind, count in self.problems.items():
            print(f"flags: {count} {kind}", file=sys.stderr)
            for text in self.examples[kind][:8]:
                print(f"  {text}", file=sys.stderr)


def check_repeats(said_of, repeats, report):
    """said_of: {flag id: folded content}; repeats: (flag id, repeat_of). Whoever repeats a flag must say the same."""
    for flag_id, first in repeats:
        if first == flag_id or said_of.get(first) != said_of[flag_id]:
            report.add("repeats of another text, or of no flag", f"{flag_id} of {first}")


def examine(lines, expected, report):
    """Returns ({item id: flag id}, a line for each record that repeats an earlier one)."""
    flag_of, item_of, source_of, flagged_at, repeated = {}, {}, {}, {}, []
    said_of, repeats = {}, []
    for line in lines:
        key, headers, value = parse_line(line.rstrip("\n"))
        flag = json.loads(value)
        ident, flag_id = flag["item"]["id"], flag["flag_id"]
        for problem in check_record(key, headers, flag):
            report.add("bad records", f"{ident}: {problem}")
        if ident not in expected:
            report.add("flags of posts that hold no needle", ident)
        if item_of.setdefault(flag_id, ident) != ident:
            report.add("flag ids of two posts", f"{flag_id}: {item_of[flag_id]} and {ident}")
        place = (flag["source"]["topic"], flag["source"]["partition"], flag["source"]["offset"])
        if source_of.setdefault(place, ident) != ident:
            report.add("offsets of two posts", f"{place}: {source_of[place]} and {ident}")
        if ident in flag_of:
            repeated.append(f"{ident} at {place}, flagged at {flagged_at[ident]} and {flag['flagged_at']}")
        flagged_at[ident] = flag["flagged_at"]
        if flag_of.setdefault(ident, flag_id) != flag_id:
            report.add("posts with two flag ids", f"{ident}: {flag_of[ident]} and {flag_id}")
        said_of[flag_id] = {field: fold(text) for field, text in flag["content"].items()}
        if "repeat_of" in flag:
            repeats.append((flag_id, flag["repeat_of"]))
    check_repeats(said_of, repeats, report)
    return flag_of, repeated


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, required=True, help="posts that were produced, a multiple of 100")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twins", action="store_true", help="a post may be flagged twice, with the same flag id")
    arguments = parser.parse_args()
    expected = {posts.post_id(arguments.seed, index) for index in posts.needle_indices(arguments.seed, arguments.count)}
    report = Report()
    flag_of, repeated = examine(sys.stdin, expected, report)
    for ident in sorted(expected - flag_of.keys()):
        report.add("matching posts without a flag", ident)
    for line in repeated if not arguments.twins else []:
        report.add("posts flagged twice", line)
    wrong = len(flag_of.keys() - expected)
    print(f"flags: {arguments.count} posts, {len(expected)} hold a needle; {len(set(flag_of.values()))} distinct flag ids, "
          f"{len(expected - flag_of.keys())} missing, {wrong} wrong, {len(repeated)} duplicates")
    report.print()
    sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
