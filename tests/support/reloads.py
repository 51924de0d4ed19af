#!/usr/bin/env python3
"""Checks flags made while the rules were reloaded again and again: each names a generation that was announced, with its digest, generations
never go back within a partition, and the time from a post's own timestamp to its flag stays near what it was before the first reload.

Reads what read_topic prints of the review topic and of the rollups topic, from the two files named. Prints what it found; exit status 1 when
something is not as it must be.
"""
import argparse
import collections
import datetime
import json
import sys

WARM_UP_MS = 4000  # of the first connections and fetches


def records(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line.rstrip("\n").split("\t", 2)[2])


def milliseconds(moment):
    return datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("review")
    parser.add_argument("rollups")
    parser.add_argument("--ratio", type=float, help="p99 under reloads at most this many times that before")
    arguments = parser.parse_args()
    problems = collections.Counter()
    announced = {}
    for record in records(arguments.rollups):
        if record["schema"] != "weir.ruleset/1":
            continue
        if announced.setdefault(record["generation"], record["sha256"]) != record["sha256"]:
            problems["generations announced twice, with two digests"] += 1
    latency = {"before": [], "under": []}
    start = min((milliseconds(flag["flagged_at"]) for flag in records(arguments.review)), default=0) + WARM_UP_MS
    latest = {}
    for flag in records(arguments.review):
        generation, place = flag["ruleset"]["generation"], flag["source"]["partition"]
        if announced.get(generation) != flag["ruleset"]["sha256"]:
            problems["flags of a generation that was not announced"] += 1
        if latest.get(place, (0, 0)) > (flag["source"]["offset"], generation):
            problems["flags out of order, or of an older generation"] += 1
        latest[place] = (flag["source"]["offset"], generation)
        if milliseconds(flag["flagged_at"]) >= start:
            took = milliseconds(flag["flagged_at"]) - flag["source"]["timestamp"]
            latency["before" if generation == 1 else "under"].append(took)
    before, under = (percentile(latency[name], 0.99) for name in ("before", "under"))
    print(f"reloads: {len(announced)} generations announced; from post to flag p50 {percentile(latency['before'], 0.5):.0f} ms and "
          f"p99 {before:.0f} ms over {len(latency['before'])} flags before the first reload, p50 {percentile(latency['under'], 0.5):.0f} ms "
          f"and p99 {under:.0f} ms over {len(latency['under'])} flags under reloads")
    if not latency["before"] or not latency["under"]:
        problems["phases without a flag"] += 1
    # A clock that counts milliseconds cannot tell 1 from 2.
    if arguments.ratio and under > max(before, 2) * arguments.ratio:
        problems[f"times over which p99 rose beyond {arguments.ratio} times"] += 1
    for kind, count in problems.items():
        print(f"reloads: {count} {kind}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
