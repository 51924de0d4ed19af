#!/usr/bin/env bash
# weir bench counts what weir scan flags and refuses, has a row for each stage, prints the same as JSON that its schema takes, and ends
# with the exit status of every mistake. How fast anything is, is not looked at.
set -euo pipefail
weir=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() { printf 'bench: FAILED: %s\n' "$1" >&2; cat "$work"/out "$work"/err >&2; exit 1; }
python3 -c 'import jsonschema' || fail 'python3-jsonschema is missing; install it (apt install python3-jsonschema)'
bench() { status=0; "$weir" bench --seconds 0.05 "$@" >"$work/out" 2>"$work/err" || status=$?; }
says() { grep -qE -- "$2" "$work/$1" || fail "expected in $1: $2"; }

python3 "$root/tests/support/posts.py" --count 3000 --seed 7 >"$work/posts.ndjson"
printf '%s\n' 'no JSON' '' '{"id": "no text"}' '[]' >>"$work/posts.ndjson"
rules=$root/tests/support/packs

bench -r "$rules" "$work/posts.ndjson"
[ "$status" = 0 ] || fail "exit status $status"
[ ! -s "$work/err" ] || fail 'something on stderr'
for row in decode normalize scan decide publish 'the rest' 'the whole path'; do
  says out "^$row +([0-9,]+|-) +([0-9.]+|-) +-?[0-9.]+ +-?[0-9.]+ +-?[0-9.]+ %$"
done
says out '^bare hs_scan +[0-9,]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +-$'
[ "$(grep -cE '^[a-z_ ]+ +([0-9,]+|-) +([0-9.]+|-) +-?[0-9.]+ ' "$work/out")" = 8 ] || fail 'eight rows were to be seen'
says out '^scan stage: [0-9.]+ % of the throughput of bare hs_scan \(target: at least 90 %'
says out '^path: [0-9]+ ns of processor time a message, [0-9]+ ns by the wall$'
says out 'CLOCK_THREAD_CPUTIME_ID'
says out 'dead letters 3 \(not_json 1, not_object 1, no_text 1\)$'

# check KIND FILE: the JSON is valid, adds up, and counts what weir scan finds in the same file.
check() {
  "$weir" scan -r "$rules" --kind "$1" --dead-letters "$work/dead" "$2" >"$work/flags" 2>/dev/null
  bench -r "$rules" --kind "$1" --json "$2"
  [ "$status" = 0 ] || fail "exit status $status with --json"
  ROOT=$root WORK=$work KIND=$1 python3 - <<'P' || fail "the JSON of $2 is not as it must be"
import collections, json, math, os
from jsonschema import Draft202012Validator

work = os.environ["WORK"]
with open(os.environ["ROOT"] + "/config/schema/weir.bench-1.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
with open(f"{work}/out", encoding="utf-8") as file:
    report = json.load(file)
mistakes = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in Draft202012Validator(schema).iter_errors(report)]
assert not mistakes, mistakes
flags = [json.loads(line) for line in open(f"{work}/flags", encoding="utf-8")]
dead = collections.Counter(json.loads(line)["reason"] for line in open(f"{work}/dead", encoding="utf-8"))
counts = report["counts"]
assert report["kind"] == os.environ["KIND"]
assert counts["flags"] == sum(flag["schema"] == "weir.flag/1" for flag in flags) > 0, (counts, len(flags))
assert counts["unreadable"] == dead and counts["dead_letters"] == dead.total(), (counts, dead)
assert counts["records"] == len(flags) + dead.total(), (counts, len(flags))
rows = {row["name"]: row for row in report["stages"]}
assert list(rows) == ["decode", "normalize", "scan", "decide", "publish", "rest", "path", "bare_hs_scan"], list(rows)
for key in ("cpu_ns_per_item", "wall_ns_per_item", "share"):
    parts = sum(row[key] for name, row in rows.items() if name not in ("path", "bare_hs_scan"))
    assert math.isclose(parts, rows["path"][key], rel_tol=1e-3), (key, parts)
for name, row in rows.items():
    assert name == "rest" or row["cpu_ns_per_item"] > 0, row
    if row["items_per_second"]:
        assert math.isclose(row["items_per_second"] * row["cpu_ns_per_item"], 1e9, rel_tol=1e-3), row
        assert math.isclose(row["megabytes_per_second"] * 1e6 / row["items_per_second"],
                            counts["payload_bytes"] / counts["messages"], rel_tol=1e-3), row
assert math.isclose(rows["scan"]["calls_per_item"], counts["texts_scanned"] / counts["messages"], rel_tol=1e-3)
assert report["path_cpu_ns_per_message"] == rows["path"]["cpu_ns_per_item"]
print(f"bench: {counts['messages']} {report['kind']}s, {counts['texts_scanned']} texts scanned, {counts['flags']} flags, {dict(dead)}")
P
}
check post "$work/posts.ndjson"

for ((i = 0; i < 400; i++)); do
  printf '{"stream_id":"%d","seq":%d,"start_ms":%d,"text":"a copper lantern"}\n' $((i % 5)) $((2 * (i / 5))) $((i / 5 * 600000))
  printf '{"stream_id":"%d","seq":%d,"start_ms":%d,"text":"voucher today"}\n' $((i % 5)) $((2 * (i / 5) + 1)) $((i / 5 * 600000 + 900))
done >"$work/captions.ndjson"
echo '{' >>"$work/captions.ndjson"
check caption "$work/captions.ndjson"

printf 'a copper lantern voucher\nplain\n' >"$work/posts.txt"
bench -r "$rules" --text - <"$work/posts.txt"
[ "$status" = 0 ] || fail "exit status $status with --text from stdin"
says out '^messages  2 \(posts\)'
says out '^Note: 2 messages say little'

expect() { # status, what stderr says, arguments
  local wanted=$1 what=$2
  shift 2
  bench "$@" </dev/null
  [ "$status" = "$wanted" ] || fail "exit status $status, not $wanted, for: $*"
  says err "$what"
  [ ! -s "$work/out" ] || fail "something on stdout for: $*"
}
: >"$work/empty"
expect 3 'cannot read .*/missing: No such file' -r "$rules" "$work/missing"
expect 3 'cannot read .*: it is a folder' -r "$rules" "$work"
expect 1 'empty holds no line to measure with' -r "$rules" "$work/empty"
expect 1 'none of the 2 lines is a post, a JSON object with a text; for plain text give --text' -r "$rules" "$work/posts.txt"
expect 1 'pattern_view.yaml:[0-9]+:[0-9]+: ' -r "$root/tests/broken/packs/pattern_view.yaml" "$work/posts.ndjson"
expect 2 'no rules; give -r RULES' "$work/posts.ndjson"
expect 2 'nothing to measure with; give FILE' -r "$rules"
expect 2 "there is no kind 'video'" -r "$rules" --kind video "$work/posts.ndjson"
expect 2 "--seconds takes a number above 0, up to 600, not '0'" -r "$rules" --seconds 0 "$work/posts.ndjson"
expect 2 'try .weir bench --help' -r "$rules" --nonsense "$work/posts.ndjson"
status=0
"$weir" bench -r "$rules" --seconds 0.01 "$work/posts.ndjson" >/dev/full 2>"$work/err" || status=$?
[ "$status" = 3 ] || fail "exit status $status, not 3, when stdout is full"
says err 'cannot write the report'

# The example of --help does what it says.
"$weir" bench --help >"$work/help"
(
  cd "$work" && ln -s "$root/config" config && ln -s "$weir" weir
  sed -n '/^Example:/,$s/^  //p' help | sed 's/ 10000 / 1000 /; s/weir bench/& --seconds 0.01/' >example.sh
  PATH=$work:$PATH bash -euo pipefail example.sh >out 2>err
) || fail 'the example of --help failed'
says out '^messages  1000 \(posts\), .*; texts scanned 1000,'
says out 'flags 1000,'
echo 'bench: rows, sums, counts and exit statuses are as they must be'
