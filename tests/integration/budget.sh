#!/usr/bin/env bash
# Rules with a small budget: review gets so many flags of each in a minute, the overflow topic all the others, each post is flagged
# once in one of the two, and one record per minute says how many went where. The records of the rollups topic are as their schemas say.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=20000
both() { read_topic weir.review; read_topic weir.overflow; }
next_minute() { sleep $((61 - 10#$(date +%S))); }

kafka_up
feed --count $count
BUDGET=15 write_config weir
sed -i 's/rollups: {topic: weir.rollups}/rollups: {topic: weir.rollups, every: 1s}/' "$work/weir.yaml"
daemon_start weir
wait_drained
say 'waiting for the minute to end'
next_minute
wait_until 10 'the summary of the minute' eval '[ "$(log_count weir over_budget)" -ge 1 ]'
daemon_stop weir

both | PYTHONDONTWRITEBYTECODE=1 python3 "$support/flags.py" --count $count || fail 'review and overflow together are not as they must be'
for topic in review overflow rollups; do read_topic weir.$topic >"$work/$topic"; done
ROOT=$root WORK=$work BUDGET=15 COUNT=$count python3 - <<'P' || fail 'the flags are not shared out as they must be'
import collections, json, os
from jsonschema import Draft202012Validator

root, work, budget = os.environ["ROOT"], os.environ["WORK"], int(os.environ["BUDGET"])


def read(name):
    with open(f"{work}/{name}", encoding="utf-8") as file:
        return [json.loads(line.split("\t", 2)[2]) for line in file]


def count(flags):
    """{(rule, minute): flags}"""
    return collections.Counter((rule["id"], flag["flagged_at"][:16]) for flag in flags for rule in flag["rules"])


def check(schema, records):
    with open(f"{root}/config/schema/{schema}.schema.json", encoding="utf-8") as file:
        validator = Draft202012Validator(json.load(file))
    for record in records:
        mistakes = [error.message for error in validator.iter_errors(record)]
        assert not mistakes, (schema, mistakes, record)


review, overflow, rollups = read("review"), read("overflow"), read("rollups")
kinds = collections.defaultdict(list)
for record in rollups:
    kinds[record["schema"]].append(record)
assert set(kinds) == {"weir.ruleset/1", "weir.overflow/1", "weir.rollup/1"}, set(kinds)
check("weir.flag-1", review + overflow)
check("weir.ruleset-1", kinds["weir.ruleset/1"])
check("weir.overflow-1", kinds["weir.overflow/1"])
check("weir.rollup-1", kinds["weir.rollup/1"])

in_review, in_overflow = count(review), count(overflow)
assert overflow, "nothing went over"
assert all(flags <= budget for flags in in_review.values()), in_review
assert all(in_review[key] == budget for key in in_overflow), (in_review, in_overflow)
said = {(rule["id"], record["minute"][:16]): (rule["flags"], rule["overflow"])
        for record in kinds["weir.overflow/1"] for rule in record["rules"]}
assert said == {key: (in_review[key] + flags, flags) for key, flags in in_overflow.items()}, (said, in_review, in_overflow)
assert len(kinds["weir.overflow/1"]) == len({minute for _, minute in in_overflow})

[load] = kinds["weir.ruleset/1"]
rules = {rule["id"] for flag in review for rule in flag["rules"]}
assert rules <= set(load["added"]) and load["added_count"] == load["rules"] == len(load["added"]), load
loaded = {"generation": load["generation"], "sha256": load["sha256"]}
assert all(flag["ruleset"] == loaded for flag in review + overflow), loaded

# The rollups of the process, one after the other without a gap, say what the topics say.
parts = sorted(kinds["weir.rollup/1"], key=lambda record: (record["to"], record["part"]))
assert all(record["parts"] == 1 for record in parts) and len(parts) >= 3, len(parts)
assert all(a["to"] == b["from"] for a, b in zip(parts, parts[1:])), "a gap between two rollups"
assert len({record["instance"] for record in parts}) == 1
assert all(record["ruleset"] == loaded for record in parts)
counted, wanted = collections.Counter(), collections.Counter()
for record in parts:
    for row in record["flags"]:
        counted[row["rule"], row["category"], row["severity"], row["kind"], row["lang"], row["output"]] += row["flags"]
for output, flags in (("review", review), ("overflow", overflow)):
    for flag in flags:
        for rule in flag["rules"]:
            lang = flag["item"].get("lang", "und").split("-")[0].lower()
            wanted[rule["id"], rule["category"], rule["severity"], flag["kind"], lang, output] += 1
assert counted == wanted, (counted - wanted, wanted - counted)
sums = collections.Counter()
for record in parts:
    sums.update(record["counts"])
assert sums["messages"] == sums["items"] == int(os.environ["COUNT"]), sums
assert sums["flags"] == len(review) and sums["overflow_flags"] == len(overflow), sums
assert max(record["counts"]["partitions"] for record in parts) == 3, parts
print(f"budget: {len(review)} flags in review, {len(overflow)} in overflow, {len(said)} rules over budget")
P
