#!/usr/bin/env bash
# How long it takes from producing a post until a reader has its flag, at 50, 80 and 95 % of the peak, for both deliveries, and at 50 % while the
# rules are reloaded, one time after another, at most once a second; two tables. Their last three columns are the p99 of each part of that way: until
# the broker has acknowledged the post, which is without weir; from then until the daemon hands the flag to its producer; and from then until the
# reader has it (exactly_once: with the transaction that it waits for). One row is the first part without daemon and reader, at the load of the first; and
# one is what a process that is none of weir's does to the p99 when it takes as much processor time as a reload, as often.
#
#   tests/bench/latency.sh BUILD [SECONDS [RULES]]     BUILD: a build folder with Release binaries; SECONDS for each row (default 20);
#                                                      RULES that are reloaded, one of them changed each time (default 1,000)
#
# One broker, producer, daemon (two workers) and reader share this machine, so the peak is that of all of them together: posts a second
# that are produced, scanned and flagged when the producer sends as fast as it can. A flag that does not come is a failure. Before anything is
# measured the broker is warm.
. "$(dirname "$0")/latency_setup.sh" "${1:?usage: $0 BUILD [SECONDS [RULES]]}"

seconds=${2:-20}
rules=${3:-1000}
shorter=$(awk -v s="$seconds" 'BEGIN { print s < 10 ? s : 10 }') # for what is in no row

find_peak() {
  measure 1000 "$shorter" >/dev/null # joins the group, warms up
  measure 0 "$shorter" >"$work/peak"
  peak=$(cut -d' ' -f1 "$work/peak")
  measure $((peak / 2)) "$shorter" >/dev/null
}

echo '| delivery | load | posts a second | flags | p50, ms | p99, ms | p99.9, ms | to the broker | in the daemon | to the reader |'
echo '|---|---|---|---|---|---|---|---|---|---|'
for delivery in at_least_once exactly_once; do
  DELIVERY=$delivery write_config $delivery
  daemon_start $delivery
  find_peak
  for share in 50 80 95; do
    measure $((peak * share / 100)) "$seconds" | awk -v delivery=$delivery -v share=$share \
      '{ printf "| %s | %d %% | %d | %d | %s | %s | %s | %s | %s | %s |\n", delivery, share, $1, $2, $3, $4, $5, $6, $7, $8 }'
  done
  echo "| $delivery | peak | $peak | | | | | | | |"
  daemon_stop $delivery
  [ $delivery = exactly_once ] || measure $((peak / 2)) "$seconds" alone | awk '{ printf "| no daemon | 50 %% | %d | | | | | %s | | |\n", $1, $2 }'
done

change_rule() { # number of the change; the file is replaced whole
  cat >"$work/rules/.new" <<Y
pack: change
version: 1.0.0
rules:
  - {id: change.rule, title: Changes, why: The test changes it., category: scams_and_fraud, severity: low,
     patterns: {p: {literals: [phrase number $1 of nobody]}}, examples: {flag: [here is phrase number $1 of nobody], pass: [nothing]}}
Y
  mv "$work/rules/.new" "$work/rules/change.yaml"
}
has_loaded() { [ "$(log_count reload rules_loaded)" -ge "$1" ]; }
keep_reloading() { # one after another; rules that change again while they are being loaded would be loaded anew
  local number
  for ((number = 2; ; number++)); do
    change_rule $number
    kill -HUP "${daemon_pid[reload]}"
    sleep 1
    wait_until 60 'a reload' has_loaded $number
  done
}

keep_working() {
  exec python3 -c 'import sys, time
while True:
    time.sleep(1)
    end = time.process_time() + float(sys.argv[1]) / 1000
    while time.process_time() < end: pass' "$1"
}

python3 "$root/tests/bench/make_rules.py" "$work/rules" --rules "$rules" --zipf --seed 1
cp "$support/packs/needles.yaml" "$work/rules/"
change_rule 0
write_config reload
sed -i "s#^rules: .*#rules: {path: $work/rules, budget_per_minute: 1000000, cache: $work/cache}#" "$work/reload.yaml"
daemon_start reload
find_peak
change_rule 1
kill -HUP "${daemon_pid[reload]}"
wait_until 60 'a reload' has_loaded 1
load_ms=$(sed -nE 's/.* rules_loaded .*load_ms=([0-9]+).*/\1/p' "$work/reload.log")
steady=$(measure $((peak / 2)) "$seconds")
keep_reloading &
reloader=$!
under=$(measure $((peak / 2)) "$seconds") || { kill $reloader; fail 'flags are missing under reloads'; }
kill $reloader 2>/dev/null || fail 'the reloads ended by themselves'
wait $reloader 2>/dev/null || true
wait_until 60 'a reload' has_loaded 2
[ "$(log_count reload reload_failed)" = 0 ] || fail 'a reload failed'
reloads=$(($(log_count reload rules_loaded) - 1))
keep_working "$load_ms" &
worker=$!
beside=$(measure $((peak / 2)) "$seconds")
kill $worker 2>/dev/null || fail 'the other work ended by itself'
wait $worker 2>/dev/null || true
daemon_stop reload
echo
echo '| reloads | posts a second | flags | p50, ms | p99, ms | p99.9, ms | to the broker | in the daemon | to the reader |'
echo '|---|---|---|---|---|---|---|---|---|'
print_reloads() { awk -v reloads="$1" '{ printf "| %s | %d | %d | %s | %s | %s | %s | %s | %s |\n", reloads, $1, $2, $3, $4, $5, $6, $7, $8 }'; }
print_reloads 0 <<<"$steady"
print_reloads "$reloads" <<<"$under"
print_reloads "0 (other work)" <<<"$beside"
