#!/usr/bin/env bash
# `weir report` over the topics of a campaign, with a daemon killed on the way, flags in overflow and shadow, provisional flags of captions, an
# audit sample and verdicts: every figure is the one that another program computes from the records; over files of the same records too.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=20000 streams=20 fragments=60
if is_long; then count=1000000 streams=400 fragments=200; fi
kafka_up
kafka topic captions 4
kafka topic verdicts 2
kafka topic weir.audit 3
mkdir "$work/rules"
cp "$support/packs/needles.yaml" "$work/rules/"
cat >"$work/rules/more.yaml" <<'Y'
pack: more
version: 1.0.0
rules:
  - id: more.phrases
    title: A planted phrase
    why: The test planted it.
    category: other_violation_tc
    severity: low
    kinds: [caption]
    cooldown: 0s
    patterns: {words: {literals: ["copper lantern voucher", "send the harbour deposit", "蓝色灯笼押金"]}}
    examples: {flag: ["a copper lantern voucher"], pass: ["a lantern"]}
  - id: more.trial
    title: On trial
    why: The test tries it.
    category: other_violation_tc
    severity: low
    status: shadow
    patterns: {words: {literals: ["lantern"]}}
    examples: {flag: ["a lantern"], pass: ["a lamp"]}
Y
write_config weir 'auto.commit.interval.ms: 5000' 'session.timeout.ms: 6000'
sed -i "s#^rules: .*#rules: {path: $work/rules, budget_per_minute: 15}#; s#^sources:#sources:\n  - {topic: captions, kind: caption}#" "$work/weir.yaml"
echo 'audit_sample: 0.05' >>"$work/weir.yaml"
daemon_start weir
feed_start --count $count --seconds 10
python3 "$support/streams.py" make --streams $streams --fragments $fragments --partials |
  kcat -b "$bootstrap" -P -t captions -K $'\t' -E -X enable.idempotence=true || fail 'the captions could not be produced'
wait_until 60 'flags' has_flags 20
daemon_kill weir
daemon_start weir
feed_wait
wait_drained
daemon_stop weir
for topic in review overflow shadow rollups audit; do
  kcat -b "$bootstrap" -C -t weir.$topic -o beginning -e -q -f '%s\n' >"$work/$topic"
done
cat "$work/review" "$work/overflow" "$work/shadow" "$work/audit" | python3 "$support/report_check.py" verdicts 7 >"$work/verdicts"
kcat -b "$bootstrap" -P -t verdicts <"$work/verdicts"

"$weir" report -c "$work/weir.yaml" --from 1h --verdicts verdicts --json >"$work/report.json" || fail 'weir report fails'
check() { python3 "$support/report_check.py" check "$@" || fail 'the figures differ'; }
check "$work/report.json" review="$work/review" overflow="$work/overflow" shadow="$work/shadow" rollups="$work/rollups" audit="$work/audit" verdicts="$work/verdicts"
grep -q '"missed_in_all"' "$work/report.json" || fail "nothing is said of the audit sample"
copies=$(python3 -c 'import json, sys; ids = [json.loads(l)["flag_id"] for l in open(sys.argv[1]) if "weir.flag/1" in l]; print(len(ids) - len(set(ids)))' "$work/review")

cat "$work/verdicts" "$work/review" "$work/rollups" "$work/shadow" "$work/overflow" "$work/audit" | shuf --random-source=<(yes) >"$work/all"
"$weir" report --json "$work/all" >"$work/files.json" || fail 'weir report over a file fails'
check "$work/files.json" any="$work/all"
python3 - "$root/config/schema" "$work/report.json" "$work/files.json" "$work/verdicts" <<'P' || fail 'a document is not as its schema says'
import json, sys
from jsonschema import Draft202012Validator
def validator(name):
    schema = json.load(open(f"{sys.argv[1]}/{name}.schema.json"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
for path in sys.argv[2:4]:
    validator("weir.report-1").validate(json.load(open(path)))
for line in open(sys.argv[4]):
    validator("weir.verdict-1").validate(json.loads(line))
P
"$weir" report "$work/all" >"$work/report.txt" || fail 'weir report for a person fails'
grep -qE '^  scams_and_fraud +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[0-9.]+ % \([0-9.]+ to [0-9.]+\)$' "$work/report.txt" || fail "no row of a category: $(cat "$work/report.txt")"

# What is wrong is said, and the rest is reported all the same.
{ head -3 "$work/review"; echo 'not JSON'; echo '{"schema":"weir.verdict/1","flag_id":"x","upheld":true}'; echo '{"schema":"other/1"}'; } >"$work/wrong"
status=0
"$weir" report --json "$work/wrong" >"$work/wrong.json" 2>"$work/wrong.txt" || status=$?
[ "$status" = 1 ] || fail "exit status $status of a file with mistakes"
grep -q "wrong:4: it is no JSON object" "$work/wrong.txt" && grep -q "wrong:5: a verdict without a flag_id or an audit_id" "$work/wrong.txt" || fail "$(cat "$work/wrong.txt")"
status=0
"$weir" report --json -c "$work/weir.yaml" --from 1h --verdicts nothing-there >/dev/null 2>"$work/wrong.txt" || status=$?
[ "$status" = 3 ] && grep -q nothing-there "$work/wrong.txt" || fail "a topic that is not there: $status, $(cat "$work/wrong.txt")"
say "every figure is as computed, with $copies copies of flags; its report for people:"
sed -n 1,29p "$work/report.txt"
