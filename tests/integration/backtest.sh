#!/usr/bin/env bash
# weir backtest says exactly what two runs of weir scan differ in, of files and of a real topic: all of it, or what is younger than a
# time; gaps of transactions are passed over, no group is joined or moved, and every way to end has its exit status.
. "$(dirname "$0")/../support/integration.sh" "$1"
python3 -c 'import jsonschema' || fail 'python3-jsonschema is missing; install it (apt install python3-jsonschema)'

half=10000
cp "$support/packs/needles.yaml" "$work/old.yaml"
# One rule goes, one loses phrases and finds more at the same places, one comes, and one on trial.
cat >"$work/new.yaml" <<'Y'
pack: needles
version: 1.1.0
description: The old pack, changed.
rules:
  - id: needles.phrase
    title: Holds one of the phrases of the tests
    why: The tests put it there to see it found.
    category: scams_and_fraud
    severity: high
    patterns:
      phrase: {literals: ["copper lantern voucher", "lantern voucher", "蓝色灯笼押金", "синий залог гавани"]}
    examples:
      flag: ["They said a copper lantern voucher would settle it."]
      pass: ["Copper lantern vouchers and a lantern of copper are other things."]
  - id: needles.deposit
    title: Speaks of a deposit
    why: The tests put it there to see it found.
    category: scams_and_fraud
    severity: low
    patterns:
      deposit: {literals: ["harbour deposit"]}
    examples:
      flag: ["The harbour deposit is due."]
      pass: ["The harbour is deep."]
  - id: needles.bicycle
    title: Speaks of a green bicycle
    why: The tests put it there to see it found.
    category: scams_and_fraud
    severity: low
    status: shadow
    patterns:
      bicycle: {regex: 'green bicycle'}
    examples:
      flag: ["A green bicycle."]
      pass: ["A red bicycle."]
Y
python3 "$support/posts.py" --count $half >"$work/first.ndjson"
python3 "$support/posts.py" --count $half --first $half >"$work/second.ndjson"
printf '%s\n' 'not JSON' '{}' >>"$work/second.ndjson"
backtest() { "$weir" backtest --old "$work/old.yaml" --new "$work/new.yaml" "$@"; }

ask() { python3 -c "import json, sys; r = json.load(open(sys.argv[1])); print($2)" "$1"; } # report, expression of r

# compare REPORT FILE...: the report (--json) is valid, and says what weir scan says of the files with each of the packs.
compare() {
  local report=$1 side
  shift
  cat "$@" >"$work/all.ndjson"
  for side in old new; do "$weir" scan -r "$work/$side.yaml" "$work/all.ndjson" >"$work/$side.flags" 2>/dev/null; done
  REPORT=$report ROOT=$root WORK=$work python3 - <<'P' || fail "$report is not as it must be"
import collections, json, os
from jsonschema import Draft202012Validator

work, root = os.environ["WORK"], os.environ["ROOT"]
with open(f"{root}/config/schema/weir.backtest-1.schema.json", encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
with open(os.environ["REPORT"], encoding="utf-8") as file:
    report = json.load(file)
mistakes = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in Draft202012Validator(schema).iter_errors(report)]
assert not mistakes, mistakes
texts = [json.loads(line) if line.startswith('{"') else {} for line in open(f"{work}/all.ndjson", encoding="utf-8")]
content = {post["id"]: post for post in texts if "id" in post}

channels = {side: collections.defaultdict(set) for side in ("old", "new")}
spans = {side: collections.defaultdict(dict) for side in ("old", "new")}
for side in ("old", "new"):
    for line in open(f"{work}/{side}.flags", encoding="utf-8"):
        flag = json.loads(line)
        for rule in flag["rules"]:
            channels[side]["shadow" if rule["status"] == "shadow" else "review"].add(flag["source"]["line"])
            spans[side][rule["id"]][flag["source"]["line"]] = {(e["field"], e["start"], e["end"]) for e in rule["evidence"]}
for name in ("review", "shadow"):
    old, new = channels["old"][name], channels["new"][name]
    expected = {"old": len(old), "new": len(new), "both": len(old & new), "added": len(new - old), "removed": len(old - new)}
    assert report["items"][name] == expected, (name, report["items"][name], expected)
for rule in report["rules"]:
    old, new = spans["old"].pop(rule["id"], {}), spans["new"].pop(rule["id"], {})
    changed = sum(old[line] != new[line] for line in old.keys() & new.keys())
    expected = [len(old), len(new), len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed]
    found = [rule[key] for key in ("old", "new", "added", "removed", "changed")]
    assert found == expected, (rule["id"], found, expected)
    for change, count in (("added", expected[2]), ("removed", expected[3])):
        assert len(rule["samples"][change]) == min(5, count), (rule["id"], change)
        for sample in rule["samples"][change]:
            post = content[sample["id"]]
            assert sample["quotes"] and all(quote in sample["excerpt"] for quote in sample["quotes"]), sample
            assert sample["excerpt"] in post["text"] or sample["excerpt"] in post.get("title", ""), sample
assert not spans["old"] and not spans["new"], "a rule that flagged something is not in the report"
assert report["messages"] == len(texts), (report["messages"], len(texts))
assert report["complete"] is True
changes = [rule["added"] + rule["removed"] for rule in report["rules"]]
assert changes == sorted(changes, reverse=True) and changes[0] > 0, changes
print(f"backtest: {report['messages']} messages, review {report['items']['review']}, shadow {report['items']['shadow']}")
P
}

say 'files'
backtest --json "$work/first.ndjson" >"$work/first.json"
compare "$work/first.json" "$work/first.ndjson"
[ "$(ask "$work/first.json" 'r["items"]["review"]["old"]')" = $((half / 100)) ] || fail 'the old pack must find every needle'
backtest --json - <"$work/second.ndjson" >"$work/second.json"
compare "$work/second.json" "$work/second.ndjson"
[ "$(ask "$work/second.json" 'r["unreadable"]')" = "{'not_json': 1, 'no_text': 1}" ] || fail 'the two bad lines must be counted'
backtest "$work/first.ndjson" >"$work/first.txt"
grep -q '  - .*first.ndjson:[0-9]*  id s1-' "$work/first.txt" || fail 'no sample with its line and id'

say 'ends and exit statuses'
expect() { # status, what stderr says, arguments
  local wanted=$1 says=$2 status=0
  shift 2
  backtest "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  [ "$status" = "$wanted" ] || fail "exit status $status, not $wanted, for: $*"
  [ -z "$says" ] || grep -q -- "$says" "$work/err" || fail "stderr does not say '$says' for: $*; it says: $(cat "$work/err")"
}
removed=$(ask "$work/first.json" 'r["items"]["review"]["added"] + r["items"]["review"]["removed"]')
expect 0 '' --fail-over "$removed" "$work/first.ndjson"
expect 1 '' --fail-over $((removed - 1)) "$work/first.ndjson"
expect 0 '' --fail-over 1% "$work/first.ndjson"
expect 1 '' --fail-over 0.1% "$work/first.ndjson"
expect 2 'give FILE' --samples 3
expect 2 'not both' -c x --topic posts --from 1h "$work/first.ndjson"
expect 2 'needs --from' -c x --topic posts
expect 2 'needs -c' --topic posts --from 1h
expect 2 "not 'yesterday'" -c x --topic posts --from yesterday
expect 2 'captions' --kind caption "$work/first.ndjson"
expect 3 'cannot read' "$work/missing.ndjson"
expect 1 "does not flag\|error" --new "$root/tests/broken/packs/pattern_view.yaml" "$work/first.ndjson"

# A stop in the middle: what was counted, marked as partial. With --fail-over that is no pass.
stop_in_the_middle() { # file for the report, arguments
  local out=$1 pid
  shift
  mkfifo "$work/pipe"
  "$weir" backtest --old "$work/old.yaml" --new "$work/new.yaml" --json "$@" - <"$work/pipe" >"$out" 2>"$work/err" &
  pid=$!
  { cat "$work/first.ndjson"; sleep 3; kill -INT $pid; sleep 1; } >"$work/pipe"
  status=0
  wait $pid || status=$?
  rm "$work/pipe"
}
stop_in_the_middle "$work/partial.json"
[ $status = 0 ] || fail "exit status $status after Ctrl-C"
[ "$(ask "$work/partial.json" 'r["complete"], r["messages"]')" = "False $half" ] || fail 'a stopped run must report what it counted, as partial'
grep -q 'stopped before the end' "$work/err" || fail 'a stopped run must say so'
stop_in_the_middle "$work/partial.json" --fail-over 100%
[ $status = 3 ] || fail "exit status $status, not 3, after Ctrl-C with --fail-over"

say 'a topic'
kafka_up
write_config weir
produce() { kcat -b "$bootstrap" -P -t posts -E -X partitioner=random "$@" 2>>"$work/kcat.log"; }
produce <"$work/first.ndjson"
sleep 1.5
middle=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
sleep 0.5
printf '%s\n' 'not JSON' '{}' | produce
# In a transaction: its marker is the last offset of each partition, a gap that no message ends.
grep -v '^not JSON\|^{}' "$work/second.ndjson" | produce -X transactional.id=backtest
kafka groups --group weir --topic posts --reset-offsets --to-offset 7 --execute >/dev/null
describe_groups() { kafka groups --list | sort; kafka groups --describe --group weir --offsets 2>/dev/null | awk 'NF { print $1, $2, $3, $4 }' | sort; }
describe_groups >"$work/groups.before"
grep -q '^weir posts 0 7' "$work/groups.before" || fail "the group's offsets could not be set: $(cat "$work/groups.before")"

topic=(-c "$work/weir.yaml" --topic posts)
backtest --json "${topic[@]}" --from 1970-01-01T00:00:00Z >"$work/whole.json"
compare "$work/whole.json" "$work/first.ndjson" "$work/second.ndjson"
backtest --json "${topic[@]}" --from "$middle" >"$work/later.json"
compare "$work/later.json" "$work/second.ndjson"
for i in 1 2; do
  backtest --json "${topic[@]}" --from "$middle" | cmp - "$work/later.json" || fail 'the same history gave another report'
done
backtest "${topic[@]}" --from 1h >"$work/whole.txt"
grep -q "^messages  $((2 * half + 2)), unreadable: not_json 1, no_text 1\$" "$work/whole.txt" || fail "--from 1h must read all: $(head -3 "$work/whole.txt")"
grep -q '  - posts/[012]/[0-9]*  id s1-' "$work/whole.txt" || fail 'no sample with its partition and offset'
describe_groups | diff "$work/groups.before" - || fail 'the group was touched'

say 'topics that give nothing'
kafka topic empty 3
expect 0 "'empty' holds nothing from 7d on" -c "$work/weir.yaml" --topic empty --from 7d --kind post
expect 0 "'posts' holds nothing from 0s on" "${topic[@]}" --from 0s
expect 1 'add it to `sources`' -c "$work/weir.yaml" --topic empty --from 7d
expect 3 "no topic 'missing'" -c "$work/weir.yaml" --topic missing --from 7d --kind post
kafka topics --list | grep -q '^missing$' && fail 'asking for a topic created it'
say "all as it must be, at $bootstrap"
