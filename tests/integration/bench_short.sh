#!/usr/bin/env bash
# The benchmark (tests/bench/run.py), in sizes that measure nothing: what needs no Kafka is in the report and, as numbers, in its JSON; targets are
# judged both ways; a section that cannot be measured does not take the others with it; and the texts hold as many phrases as they say.
set -euo pipefail
build=$(dirname "$(realpath "$1")")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-bench-short.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work PYTHONDONTWRITEBYTECODE=1
fail() { printf 'bench_short: FAILED: %s\n' "$1" >&2; tail -n 40 "$work"/out "$work"/err >&2; exit 1; }
run() { status=0; "$root/tests/bench/run.py" "$@" >"$work/out" 2>"$work/err" || status=$?; }
texts() { python3 "$root/tests/bench/make_texts.py" "$@"; }

run "$build" --quick --seconds 0.01 --texts 300 --rules 20,60 --base-rules 40 --scale 50,0+20 --only path,curves,start --json "$work/json"
[ "$status" = 0 ] || fail "exit status $status"
ROOT=$root WORK=$work python3 - <<'P' || fail 'the report or its JSON is not as it must be'
import json, os, re, sys

sys.path.insert(0, os.environ["ROOT"] + "/tests/bench")
from parts import curves, scripts, stops, targets
from parts.context import table_rows
from run import FORMS, SECTIONS

text = open(os.environ["WORK"] + "/out", encoding="utf-8").read()
report = json.load(open(os.environ["WORK"] + "/json", encoding="utf-8"))
assert re.findall(r"^## (\w+)$", text, re.M) == ["path", "curves", "start", "targets"], text
assert report["schema"] == "weir.bench-report/1" and report["form"] == "quick" and report["sizes"]["texts"] == 300, report["sizes"]
path, curve, start = (report["sections"][name] for name in ("path", "curves", "start"))
names = ["decode", "normalize", "scan", "decide", "publish", "rest", "path", "bare_hs_scan"]
assert [row["name"] for row in path["bench"]["stages"]] == names
assert list(path["fold"]) == ["ordinary", "ascii", "mixed", "chinese"]
assert all(value > 0 for fold in path["fold"].values() for value in fold.values()), path["fold"]
expected = [(name, what) for name, what, _ in curves.points([20, 60], 40)]
assert [(point["curve"], point["name"]) for point in curve["points"]] == expected and len(expected) == 14, curve["points"]
assert all(len(point["bench"]["stages"]) == 8 for point in curve["points"])
for point in curve["points"]:
    if point["kind"] == "post":
        assert point["bench"]["counts"]["flags"] == point["planted"] == int(300 * point["flagged"]), point["name"]
    assert point["bench"]["ruleset"]["rules"] == point["rules"] + 3, point["name"]
assert [row["rules"] for row in start["rows"]] == ["50", "20 hosts"], start
assert all(row[key] > 0 for row in start["rows"] for key in ("cold_s", "cold_wall_s", "cached_wall_s", "cold_memory_mib")), start
assert len(table_rows(text, [str(column) for column in range(11)])) == 14
judged = {row["what"]: row for row in report["targets"]}
assert len(judged) == len(targets.TARGETS) == 9
assert [row["met"] is None for row in report["targets"]] == [True, False, False] + [True] * 6, judged
assert text.count("not measured") == 7
halted = report["machine"]["stops"]
assert halted["seconds"] > 0 and 0 <= halted["share"] < 1 and stops.report(halted) in text, halted
assert ["machine itself" in stops.report({**halted, "share": share}) for share in (0.004, 0.006)] == [False, True]

# A halt that ends after the time of the watch is a share of the time that passed, not of the time that was asked for.
class Clock:
    now, step = 0, 500_000
    def perf_counter_ns(self):
        self.now += 900_000_000 if self.now == 299_500_000 else self.step
        return self.now
real, stops.time = stops.time, Clock()
assert stops.watch(min(os.sched_getaffinity(0)), 0.3) == (900 / 1200, 900_000_000)
stops.time = real

# Of made-up sections that meet all targets, and that miss all.
def made(good):
    table = (f"| d | l | p | f | a | b | c | d | e | f |\n|{'---|' * 10}\n"
             f"| at_least_once | 50 % | 1 | 2 | 3.0 | {5.5 if good else 20.5} | 9 | 1 | 2 | 3 |\n"
             f"| exactly_once | 50 % | 1 | 2 | 3 | {100 if good else 101} | 9 | 1 | 2 | 3 |\n| exactly_once | peak | 1 | | | | | | | |\n| no daemon | 50 % | 1 | | | | | 4.5 | | |\n")
    rows = scripts.numbers(table_rows(table, scripts.LATENCY), ["delivery", "load"])
    assert len(rows) == 4 and rows[0]["p50_ms"] == 3 and rows[2]["flags"] is None and rows[3]["p99_to_broker_ms"] == 4.5, rows
    return {"kafka": {"median": {"daemon_of_floor": [1.5 if good else 1.6], "path_two_of_one": 1.8 if good else 1.7, "path_cores_had": 1,
                                 "path_two_of_one_by_processor": 2}},
            "path": {"bench": {"scan_percent_of_bare": 90 if good else 89}, "fold": {"ordinary": {"folded_of_icu": 0.35 if good else 0.36}}},
            "memory": {"beside_window_bytes": 256 if good else 257}, "latency": {"rows": rows, "p99_reload_of_steady": 2 if good else 2.1},
            "start": {"rows": [{"rules": "10,000", "cached_wall_s": 1.0 if good else 1.1}]}}
for good in (True, False):
    assert [row["met"] for row in targets.measure(made(good))] == [good] * 9, targets.measure(made(good))
busy = made(True)
busy["kafka"]["median"]["path_cores_had"] = 0.6
assert targets.measure(busy)[3]["met"] is None and "cannot be judged" in targets.report(targets.measure(busy), busy)
assert set(SECTIONS) == {row[4] for row in targets.TARGETS} | {"curves"} and list(FORMS) == ["quick", "short", "full"]
P

# A build without bench_fold_cost: path fails and says so, start is there, and the exit status is 1.
mkdir -p "$work/build/tests"
ln -s "$build/weir" "$work/build/weir"
ln -s "$build/tests/bench_rules_load" "$work/build/tests/"
run "$work/build" --quick --seconds 0.01 --texts 50 --scale 20 --only path,start --json "$work/json"
[ "$status" = 1 ] || fail "exit status $status, not 1, without bench_fold_cost"
grep -q 'Could not be measured.*bench_fold_cost is missing' "$work/out" || fail 'it was to be said that bench_fold_cost is missing'
grep -q '^| 20 | ' "$work/out" || fail 'start was to be measured all the same'
grep -q '"failed": ' "$work/json" || fail 'the JSON was to say what failed'

expect() { # what stderr says, arguments
  local what=$1
  shift
  run "$@"
  [ "$status" = 2 ] || fail "exit status $status, not 2, for: $*"
  grep -q -- "$what" "$work/err" || fail "expected on stderr: $what"
}
expect "there is no section 'speed'" "$build" --only path,speed
expect 'is no build folder' "$work"
expect 'must be above 0' "$build" --seconds 0
expect 'must be a whole number above 0' "$build" --posts 1.5
expect "RULES or RULES+HOSTS, not '1k'" "$build" --scale 1k
expect 'required: BUILD' --quick

# The same seed gives the same texts, and a phrase stands in as many of them as was said.
needles='copper  *lantern|ｃｏｐｐｅｒ|copper lan|harbour deposit|caution bleue|蓝色灯笼押金|залог гавани|release code'
for script in ordinary ascii mixed chinese; do
  texts --count 2000 --script $script --flagged 0.05 >"$work/texts"
  texts --count 2000 --script $script --flagged 0.05 | cmp - "$work/texts" || fail "two runs for $script differ"
  count=$(python3 -c 'import json, sys; [print(" ".join(json.loads(line)["text"].split())) for line in sys.stdin]' <"$work/texts" | grep -ciE "$needles")
  [ "$count" = 100 ] || fail "$count of 2000 $script texts hold a phrase, not 100"
done
! texts --count 0 2>/dev/null || fail 'no texts were to be refused'
echo 'bench_short: the report, its JSON, the targets and the texts are as they must be'
