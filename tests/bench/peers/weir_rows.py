#!/usr/bin/env python3
"""weir on the same rules and posts, as rows like those of the others: the whole path, JSON in and flags out, by `weir bench`; of it, what the others
do as well, which is to fold, scan and decide; and Hyperscan alone on the databases and folded texts of weir. What it finds, `weir scan` says.

  weir_rows.py WEIR FOLDER SET      prints three rows"""
import json
import subprocess
import sys


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def find(weir, rules, posts):
    flags = [json.loads(line)["rules"] for line in run(weir, "scan", "-r", rules, posts).splitlines()]
    return [len(flags), sum(map(len, flags))]


def main():
    weir, inputs, rules = sys.argv[1], sys.argv[2], f"{sys.argv[2]}/{sys.argv[3]}/rules"
    found, check = (find(weir, rules, f"{inputs}/{name}.ndjson") for name in ("posts", "check"))
    bench = json.loads(run(weir, "bench", "--json", "--seconds", "1", "-r", rules, f"{inputs}/posts.ndjson"))
    if bench["counts"]["flags"] != found[0] or bench["counts"]["dead_letters"]:
        sys.exit(f"weir bench counted {bench['counts']}, weir scan {found[0]} flags")
    cpu_ns = {stage["name"]: stage["cpu_ns_per_item"] for stage in bench["stages"]}
    row = {"version": bench["weir"], "passes": bench["passes"], "found": found, "check": check}
    for name, stages in (("weir, the whole path", ["path"]), ("weir, fold, scan and decide", ["normalize", "scan", "decide"])):
        print(json.dumps({"name": name, "cpu_ns": round(sum(cpu_ns[stage] for stage in stages), 1)} | row))
    # This one says nothing of what it finds.
    print(json.dumps({"name": "Hyperscan on weir's folded texts", "version": bench["hyperscan"], "cpu_ns": round(cpu_ns["bare_hs_scan"], 1),
                      "passes": bench["passes"]}))


main()
