#!/usr/bin/env bash
# What properties of Kafka's client do to the daemon: from post to flag, and its processor time, with each of them in turn, round by round, at one
# rate. See latency.sh for what is measured.
#
#   tests/bench/properties.sh BUILD DELIVERY RATE SECONDS ROUNDS PROPERTY...
#   tests/bench/properties.sh build/release exactly_once 200000 12 3 'linger.ms: 5' 'linger.ms: 50'
[ $# -ge 6 ] || { sed -n 's/^#   /usage: /p' "$0" >&2; exit 2; }
. "$(dirname "$0")/latency_setup.sh" "$1"
export DELIVERY=$2
rate=$3 seconds=$4 rounds=$5
shift 5

processor_s() { awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }' "/proc/${daemon_pid[$1]}/stat"; }
number=0
measure_with() { # property, or nothing for the row that only warms up
  local name=daemon$((++number)) before line
  write_config "$name" "$@"
  daemon_start "$name"
  measure 1000 3 >/dev/null # joins the group
  measure "$rate" 5 >/dev/null
  before=$(processor_s "$name")
  line=$(measure "$rate" "$seconds")
  [ $# = 0 ] || awk -v what="$1" -v before="$before" -v after="$(processor_s "$name")" \
    '{ printf "| %s | %d | %d | %s | %s | %s | %s | %s | %s | %.2f |\n", what, $1, $2, $3, $4, $5, $6, $7, $8, after - before }' <<<"$line"
  daemon_stop "$name"
}

measure_with # the broker's Java compiles what it runs often
echo '| property | posts a second | flags | p50, ms | p99, ms | p99.9, ms | to the broker | in the daemon | to the reader | processor, s |'
echo '|---|---|---|---|---|---|---|---|---|---|'
for ((round = 0; round < rounds; round++)); do
  for property; do measure_with "$property"; done
done
