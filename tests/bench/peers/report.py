#!/usr/bin/env python3
"""The table of all rows, and whether all that look for the same found the same.

  report.py ROWS FOLDER [--json FILE] [--strict]

ROWS has a line for each: SET <tab> PEER <tab> a row as JSON, or why there is none. FOLDER is what make_inputs.py made. Exit status: 0, 1 two engines
found different messages (or, with --strict, one is missing), 2 usage."""
import argparse
import json
import os
import pathlib
import re
import sys

# Who finds less, and why. Never more.
KNOWN = {"sensitive-word": "sensitive-word goes on behind each word that it meets, even one that it then drops for being part of a longer one, "
                           "and so misses words inside it."}
SETS = {"all": "all", "literals": "literals alone"}


def read_rows(path):
    for line in path.read_text().splitlines():
        name, peer, rest = line.split("\t", 2)
        row = json.loads(rest) if rest.startswith("{") else {"name": peer, "missing": rest}
        yield {"set": name, "peer": peer} | row | ({"messages_per_second": round(1e9 / row["cpu_ns"])} if "cpu_ns" in row else {})


def describe(folder):
    count = {name: len((folder / name).read_text().splitlines())
             for name in ("all/by_rule.tsv", "all/literals.tsv", "all/regexes.tsv", "posts.txt", "check.txt")}
    model = re.search(r"^model name\s*: (.*)", open("/proc/cpuinfo").read(), re.M)
    return {"rules": count["all/by_rule.tsv"], "literals": count["all/literals.tsv"], "regexes": count["all/regexes.tsv"],
            "posts": count["posts.txt"], "post_bytes": round((folder / "posts.txt").stat().st_size / count["posts.txt"]) - 1,
            "check_texts": count["check.txt"], "processor": model[1] if model else "unknown", "cores": os.cpu_count()}


def compare(rows):
    """What was found that differs: (who and what, known or not), for each set against its first row."""
    for name in SETS:
        counted = [row for row in rows if row["set"] == name and "found" in row]
        for row in counted[1:]:
            pairs = list(zip(row["found"] + row["check"], counted[0]["found"] + counted[0]["check"]))
            if any(own != first for own, first in pairs):
                known = row["peer"] in KNOWN and all(own <= first for own, first in pairs)
                yield f"{row['name']} ({SETS[name]}): found {row['found']} and {row['check']}, {counted[0]['name']} " \
                      f"{counted[0]['found']} and {counted[0]['check']}. " + (KNOWN[row["peer"]] if known else "NOT EXPLAINED."), known


def print_table(facts, rows):
    print(f"{facts['rules']} rules ({facts['literals']} literals, {facts['regexes']} regexes), {facts['posts']} posts of {facts['post_bytes']} bytes "
          f"on average, {facts['check_texts']} check texts; {facts['processor']}, one of {facts['cores']} cores\n")
    print("| rules | engine | messages a second | CPU ns a message | times the first row | found: messages, rules | in the check texts |")
    print("|---|---|---:|---:|---:|---:|---:|")
    first = {}
    for row in rows:
        if "missing" in row:
            print(f"| {SETS[row['set']]} | {row['name']} | not run: {row['missing']} | | | | |")
            continue
        times = row["cpu_ns"] / first.setdefault(row["set"], row["cpu_ns"])
        found = [", ".join(f"{number:,}" for number in row[key]) if key in row else "" for key in ("found", "check")]
        print(f"| {SETS[row['set']]} | {row['name']} ({row['version']}) | {row['messages_per_second']:,} | {row['cpu_ns']:,.0f} | {times:,.1f} "
              f"| {found[0]} | {found[1]} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--strict", action="store_true")
    arguments = parser.parse_args()
    rows, facts = sorted(read_rows(arguments.rows), key=lambda row: list(SETS).index(row["set"])), describe(arguments.folder)
    differences = list(compare(rows))
    print_table(facts, rows)
    for text, _ in differences:
        print(f"\n{text}")
    if arguments.json:
        arguments.json.write_text(json.dumps(facts | {"rows": rows, "differences": [text for text, _ in differences]}, indent=2) + "\n")
    if not all(known for _, known in differences):
        print("peers: two engines found different messages, so their figures cannot be compared", file=sys.stderr)
        sys.exit(1)
    if arguments.strict and any("missing" in row for row in rows):
        print("peers: --strict, and not every engine was run", file=sys.stderr)
        sys.exit(1)


main()
