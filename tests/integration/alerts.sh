#!/usr/bin/env bash
# A real Prometheus scrapes a real weir, and each alert of deploy/prometheus/alerts.yaml fires when its cause is there: a minute is half
# a second here, and a day 25 s.
. "$(dirname "$0")/../support/integration.sh" "$1"

tools=$("$support/promtool.sh") || exit 1
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port) prometheus=$(free_port)

"$tools/promtool" check rules "$root/deploy/prometheus/alerts.yaml" || fail 'promtool complains of the alerts'
perl -pe 's/\b(\d+)m\b/$1 * 500 . "ms"/ge; s/\b1d\b/25s/g; s/for: 1h/for: 1s/' "$root/deploy/prometheus/alerts.yaml" >"$work/alerts.yaml"
cat >"$work/prometheus.yaml" <<Y
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: [alerts.yaml]
scrape_configs: [{job_name: weir, static_configs: [{targets: ['127.0.0.1:$port']}]}]
Y
"$tools/prometheus" --config.file="$work/prometheus.yaml" --storage.tsdb.path="$work/tsdb" --web.listen-address="127.0.0.1:$prometheus" \
  --log.level=warn 2>"$work/prometheus.log" &
daemon_pid[prometheus]=$!

# fired ALERT: it fires now.
fired() {
  curl -sS -m 5 "http://127.0.0.1:$prometheus/api/v1/alerts" 2>/dev/null |
    python3 -c 'import json, sys; sys.exit(not any(a["labels"]["alertname"] == sys.argv[1] and a["state"] == "firing" for a in json.load(sys.stdin)["data"]["alerts"]))' "$1"
}
seen=()
# await_posting SECONDS ALERT COUNT MESSAGE: while so many of the message come every second.
await_posting() {
  local deadline=$((SECONDS + $1))
  until fired "$2"; do
    [ $SECONDS -lt $deadline ] || fail "waited in vain for $2 to fire"
    repeat "$3" "$4" | produce
    sleep 1
  done
  seen+=("$2")
  say "$2 fires"
}
await() { wait_until "$1" "$2 to fire" fired "$2"; seen+=("$2"); say "$2 fires"; }

mkdir "$work/rules"
cp "$support/packs/needles.yaml" "$work/rules/"
cat >"$work/rules/noise.yaml" <<'Y'
pack: noise
version: 1.0.0
rules:
  - id: noise.many
    title: Many hits
    why: The test says so.
    category: scams_and_fraud
    severity: low
    patterns: {p: {literals: [zq]}}
    condition: count(p) >= 100
    examples: {flag: ["zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq zq"], pass: [zq]}
  - id: noise.now-and-then
    title: A word
    why: The test says so.
    category: scams_and_fraud
    severity: low
    patterns: {p: {literals: [quokka]}}
    examples: {flag: [quokka], pass: [wallaby]}
Y
kafka_up
HTTP=127.0.0.1:$port BUDGET=200 write_config weir 'queue.buffering.max.messages: 1000' # so that little waits in weir when it cannot write
sed -i "s#^rules: .*#rules: {path: $work/rules, budget_per_minute: 200}#; s/^workers:/limits: {hits: 150}\nworkers:/" "$work/weir.yaml"
produce() { kcat -b "$bootstrap" -P -t posts; }
repeat() { python3 -c 'import sys; print("\n".join([sys.argv[2]] * int(sys.argv[1])))' "$@"; }
trickle() { # a quokka now and then, until it is stopped
  while :; do repeat 2 '{"text":"a quokka"}' | produce; sleep 1; done
}

daemon_start weir
set -m
trickle &
feeder_pid=$!
set +m

# For a day, a rule flags twice a second; nothing is wrong.
sleep 35
! fired WeirRuleSilent && ! fired WeirRuleFlooding && ! fired WeirOverflow && ! fired WeirDeadLetters && ! fired WeirNotReading && ! fired WeirDown ||
  fail 'an alert fires although nothing is wrong'
kill -- "-$feeder_pid"
wait "$feeder_pid" 2>/dev/null || true
feeder_pid=

await_posting 60 WeirDeadLetters 20 'not JSON'
zq=$(python3 -c 'print("zq " * 120 + "a quokka")') # two rules; and beyond 150 hits nobody knows
long=$(python3 -c 'print("zq " * 400)')
sed -i 's/count(p) >= 100/count(p) >= 100 and count(p) < 300/; s/flag: \["zq/flag: ["zq zq/' "$work/rules/noise.yaml"
wait_until 20 'the changed rule' eval '[ "$(log_count weir rules_loaded)" = 1 ]'
repeat 40 "{\"text\":\"$zq\"}" | produce
await_posting 60 WeirInconclusive 5 "{\"text\":\"$long\"}"
await_posting 60 WeirRuleFlooding 300 '{"text":"a quokka"}'
await_posting 60 WeirOverflow 300 '{"text":"a quokka"}'
echo 'pack: [' >"$work/rules/broken.yaml"
await 30 WeirReloadFailed
rm "$work/rules/broken.yaml"

# Other messages, but no quokka, for a day.
await_posting 90 WeirRuleSilent 5 '{"text":"a wallaby"}'

# A topic that is gone; no weir; more than can wait for the topic; no broker.
kafka topics --delete --topic weir.dead-letters
await_posting 90 WeirTrouble 5 'not JSON'
daemon_stop weir 40
await 30 WeirDown
repeat 300000 'not JSON' | produce # more than may wait for a topic that is not there: it stops reading
daemon_start weir
await 60 WeirLag
kafka stop 1
await 60 WeirNotReading
daemon_kill weir
wanted=$(grep -c -- '- alert:' "$root/deploy/prometheus/alerts.yaml")
[ "${#seen[@]}" = "$wanted" ] || fail "${#seen[@]} of $wanted alerts were caused"
say "a real Prometheus fired all $wanted alerts, each when its cause was there"
