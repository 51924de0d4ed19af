#!/usr/bin/env bash
# What the command line says of mistakes: all of them at once, each at its place, in words that are true.
set -euo pipefail
weir=$(realpath "$1")
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-mistakes.XXXXXX")
daemon=
trap '[ -z "$daemon" ] || kill -KILL $daemon; rm -rf "$work"' EXIT
cd "$work"

count=0 wrong=0
output=
complain() { printf 'mistakes: %s\n' "$1" >&2; sed 's/^/    /' <<<"$output" | cut -c1-300 | head -30 >&2; wrong=$((wrong + 1)); }

# expect STATUS COMMAND...: leaves stdout and stderr together in $output.
expect() {
  local wanted=$1 status=0
  shift
  count=$((count + 1))
  output=$("$@" 2>&1 </dev/null) || status=$?
  [ "$status" = "$wanted" ] || complain "exit status $status instead of $wanted of: $*"
}
says() { grep -qF -- "$1" <<<"$output" || complain "does not say: $1"; }
says_not() { ! grep -qF -- "$1" <<<"$output" || complain "says: $1"; }
says_times() { [ "$(grep -cF -- "$2" <<<"$output")" = "$1" ] || complain "does not say $1 times: $2"; }

# write_pack FILE [LINE-OF-THE-RULE]...
write_pack() {
  local file=$1
  shift
  cat >"$file" <<'Y'
pack: parcels
version: 1.0.0
description: What the test of mistakes loads.
rules:
  - id: parcels.fee
    title: Asks for a fee to deliver a parcel
    why: Carriers do not ask for a fee in a post.
    category: scams_and_fraud
    severity: high
    patterns: {fee: {literals: ["parcel fee"]}}
    examples: {flag: ["Settle the parcel fee today"], pass: ["The parcel is here"]}
Y
  printf '    %s\n' "$@" >>"$file"
}
write_config() { # FILE LINE...
  local file=$1
  shift
  printf '%s\n' 'kafka: {bootstrap.servers: "127.0.0.1:1", group.id: weir}' 'sources: [{topic: posts}]' "$@" >"$file"
}
mkdir good bad
write_pack good/pack.yaml
write_pack bad/pack.yaml 'severty: low'

# ---- Mistakes of the configuration do not hide those of the rules

write_config config.yaml 'limits: {dept: 64}' 'rules: {path: bad}'
expect 1 "$weir" check -c config.yaml
says "config.yaml:3:10: error: unknown key 'dept'; did you mean 'depth'?"
says "bad/pack.yaml:12:5: error: unknown key 'severty'"
write_config config.yaml 'limits: {dept: 64}'
expect 1 "$weir" check -c config.yaml -r bad
says "unknown key 'dept'"
says "bad/pack.yaml:12:5: error: unknown key 'severty'"
expect 1 "$weir" check -c config.yaml
says_not 'No such file'
printf 'limits: {depth: 64\n' >config.yaml
expect 1 "$weir" check -c config.yaml -r bad
says 'this bracket is never closed'
says "bad/pack.yaml:12:5: error: unknown key 'severty'"
write_config config.yaml 'limits: {dept: 64}' 'rules: {path: good}'
sed -i '1s/}/, linger.msx: 5, securty.protocol: ssl}/' config.yaml
expect 1 "$weir" check -c config.yaml
says "unknown Kafka property 'linger.msx'"
says "unknown key 'dept'"
printf 'kafka: {bootstrap.servers: "127.0.0.1:1", grop.id: weir}\nsources: [{topic: posts}]\nrules: {path: good}\n' >config.yaml
expect 1 "$weir" check -c config.yaml
says_times 1 "did you mean 'group.id'?"

# ---- Posts that cannot be read are no end of the posts

expect 3 "$weir" demo -r good --posts good
says 'cannot read good: it is a folder'
expect 3 "$weir" demo -r good --posts /proc/self/mem
says 'cannot read /proc/self/mem to its end'
printf '{"text": "parcel fee"}\n \t\n\r\n{"text": "parcel"}\n' >posts.ndjson
expect 0 "$weir" demo -r good --posts posts.ndjson
says 'dead letters         0'

# ---- The daemon says in its log what there is to say of its configuration and rules

start_briefly() { timeout --signal=TERM 3 "$weir" run -c config.yaml; }
is_json() { # of each line of the output, as far as a JSON log goes
  python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <<<"$output" || complain 'not all lines are JSON'
}
mkdir old
write_pack old/pack.yaml 'status: deprecated'
sed 's/parcels/others/g' good/pack.yaml >old/others.yaml
for format in text json; do
  write_config config.yaml "log: {format: $format}" 'privacy: {author_key: guessed}' 'rules: {path: old}'
  expect 124 start_briefly
  [ $format = text ] || is_json
  says config_warning
  says 'privacy.author_key is shorter than 16 bytes'
  says rules_warning
  says_not 'warning: '
done
says '"event":"config_warning","file":"config.yaml","line":4,"column":23,"text":"privacy.author_key is shorter'
write_config config.yaml 'log: {format: json}' 'limits: {dept: 64}' 'rules: {path: bad}'
expect 1 "$weir" run -c config.yaml
is_json
says '"event":"config_error","file":"config.yaml","line":4,"column":10,"text":"unknown key'
says '"event":"rules_error"'

# ---- Warnings of rules that a reload brings are said as at the start

mkdir live
write_pack live/pack.yaml
write_config config.yaml 'rules: {path: live}'
: >live.log
"$weir" run -c config.yaml >live.log 2>&1 </dev/null &
daemon=$!
wait_for() { for _ in $(seq 100); do ! grep -qF -- " $1 " live.log || return 0; sleep 0.1; done; complain "the daemon never says $1"; }
wait_for started
for i in $(seq 30); do sed "s/parcels/others$i/g; \$ s/$/\n    status: deprecated/" good/pack.yaml >"live/others$i.yaml"; done
kill -HUP $daemon
wait_for warnings_left_out
kill -TERM $daemon
wait $daemon || complain 'the daemon did not end well'
daemon=
count=$((count + 1)) output=$(<live.log)
says_times 20 'warning rules_warning file='
says 'warnings_left_out count=10'
says "deprecated"

# ---- A path of the configuration is wrong where it is written

write_config config.yaml 'rules: {path: nowhere}'
for verb in check run; do
  expect 3 "$weir" $verb -c config.yaml
  says 'config.yaml:3:15: error: rules.path: nowhere: No such file or directory'
done
write_config config.yaml
expect 3 "$weir" check -c config.yaml
says 'config.yaml: error: rules.path: rules, its default: No such file or directory'

# ---- A scan says which source it means, and delivers nothing

printf '%s\n' 'sources: [{topic: posts}, {topic: comments, fields: {text: /body}}]' 'audit_sample: 0.5' >config.yaml
expect 0 "$weir" scan -c config.yaml -r good posts.ndjson
says 'weir scan: warning: config.yaml has 2 sources of kind post; the lines are read as those of the first, posts'
says 'config.yaml:2:15: warning: audit_sample has no effect here; only weir run draws items'
says '"quote":"parcel fee"'
expect 0 "$weir" backtest -c config.yaml --old good --new good posts.ndjson
says 'weir backtest: warning: config.yaml has 2 sources'

# ---- A pack that is named twice is one mistake, not one for each of its rules

for twice in '-r good -r good' '-r good -r good/pack.yaml' '-r good/../good/pack.yaml -r good'; do
  expect 1 "$weir" check $twice
  says_times 1 'error: '
  says 'this pack is named twice'
done

# ---- What there is to say of a file comes in the order of its lines

write_config config.yaml 'limits: {dept: 64}' 'privacy: {author_key: guessed}' 'log: {colour: 1}' 'audit_sample: 1.5' 'rules: {path: good}'
expect 1 "$weir" check -c config.yaml
[ "$(grep -oE '^config.yaml:[0-9]+' <<<"$output" | tr '\n' ' ')" = 'config.yaml:3 config.yaml:4 config.yaml:5 config.yaml:6 ' ] ||
  complain 'not in the order of the lines'
write_pack bad/pack.yaml 'severty: low'
sed -i 's/parcel fee"\]}}/parcel fee"]}, idle: {literals: ["nobody asks"]}}\n    condition: fee/' bad/pack.yaml
expect 1 "$weir" check -r bad
lines=$(grep -oE '^bad/pack.yaml:[0-9]+' <<<"$output" | cut -d: -f2)
[ "$(wc -l <<<"$lines")" -ge 2 ] && [ "$lines" = "$(sort -n <<<"$lines")" ] || complain 'not in the order of the lines'

# ---- The command line

for verb in run demo scan check explain backtest; do
  expect 2 "$weir" $verb --colour
  says "weir $verb: unrecognized option '--colour'"
done
expect 2 "$weir" scan -r good --dead-letters - posts.ndjson
says 'stdout is for the flags'
[ ! -e - ] || complain 'it wrote a file called -'
expect 1 "$weir" check -c <(printf 'foo: 1\n')
says "unknown key 'foo'; the keys here are: kafka, sources"

# ---- One is not several

expect 0 "$weir" check -r good
says 'pack parcels 1.0.0, 1 rule'
says_not '1 rules'
says '1 rule runs, with 1 pattern and 2 examples'
expect 0 "$weir" scan -r good <(printf '[]\n')
says '1 line, 0 flagged, 1 bad'
printf '{"text": "parcel"}\n' >posts.ndjson
expect 0 "$weir" demo -r good --posts posts.ndjson
says '1 rule, 1 worker'
says_not 'flags by rule'

echo "mistakes: $count commands, $wrong complaints"
[ "$wrong" = 0 ]
