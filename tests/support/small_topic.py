#!/usr/bin/env python3
"""The posts of tests/integration/small_topic.sh, and what must have become of them.

    small_topic.py posts COUNT                                          KEY<tab>JSON for kcat -K
    small_topic.py check COUNT LIMIT REVIEW DEAD DEAD-LETTER-SCHEMA     files as read_topic writes them

Exit status of check: 1, with what is wrong, when a post has not exactly one record in one of the two topics.
"""
import collections
import json
import sys

KINDS = ["long", "short", "long", "keyed", "grave"]


def kind_of(number):
    return KINDS[number % len(KINDS)]


def write_posts(count):
    for number in range(count):
        kind = kind_of(number)
        key = "k" * 1600 if kind == "keyed" else f"k{number}"
        around = "" if kind == "short" else "nothing to see here. " * 240
        needle = "grave lantern" if kind == "grave" else "copper lantern voucher"
        print(key, json.dumps({"id": str(number), "text": f"{around}a {needle}. {around}"}), sep="\t")


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            key, headers, value = line.rstrip("\n").split("\t", 2)
            yield key, headers, value


def check_flag(number, value, limit, problems):
    flag = json.loads(value)
    evidence = flag["rules"][0]["evidence"][0]
    if flag["schema"] != "weir.flag/1" or evidence["quote"] != "copper lantern voucher":
        problems["is no flag of its needle"] += 1
    if len(value) > limit:
        problems["is longer than its topic takes"] += 1
    if flag.get("truncated", False) != (kind_of(number) != "short"):
        problems["says truncated where it is not, or not where it is"] += 1
    if kind_of(number) != "short" and "copper lantern voucher" not in flag["content"]["text"]:
        problems["does not show where its needle stands"] += 1


def check(count, limit, review, dead, schema):
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.load(open(schema, encoding="utf-8")))
    problems = collections.Counter()
    flags, letters = collections.Counter(), collections.Counter()
    for _, _, value in read(review):
        number = int(json.loads(value)["item"]["id"])
        flags[number] += 1
        check_flag(number, value, limit, problems)
    for key, headers, value in read(dead):
        letter = json.loads(value)
        validator.validate(letter)
        if letter["reason"] != "flag_too_large" or f"weir-flag-id={letter['flag_id']}" not in headers:
            problems["is no dead letter of a flag"] += 1
        letters[int(key[1:])] += 1
    for number in range(count):
        grave = kind_of(number) == "grave"
        if flags[number] != (not grave) or letters[number] != grave:
            problems[f"a {kind_of(number)} post has {flags[number]} flags and {letters[number]} dead letters"] += 1
    print(f"{sum(flags.values())} flags, {sum(letters.values())} dead letters of {count} posts")
    for problem, times in problems.items():
        print(f"{times} times: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1] == "posts":
        write_posts(int(sys.argv[2]))
    else:
        sys.exit(check(int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:7]))
