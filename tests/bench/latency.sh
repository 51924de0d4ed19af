#!/usr/bin/env bash
# How long it takes from producing a post until a reader has its flag, at 50, 80 and 95 % of the peak, for both deliveries; one table.
#
#   tests/bench/latency.sh BUILD [SECONDS]     BUILD: a build folder with Release binaries; SECONDS for each row (default 20)
#
# One broker, producer, daemon (two workers) and reader share this machine, so the peak is that of all of them together: posts a second
# that are produced, scanned and flagged when the producer sends as fast as it can.
. "$(dirname "$0")/../support/integration.sh" "$(realpath "${1:?usage: $0 BUILD [SECONDS]}")/weir"

build=$(realpath "$1")
seconds=${2:-20}
[ -x "$build/tests/bench_latency" ] || fail "build bench_latency first: cmake --build $build --target bench_latency"
kafka_up
measure() { "$build/tests/bench_latency" "$bootstrap" "$@"; }

echo '| delivery | load | posts a second | flags | p50, ms | p99, ms | p99.9, ms |'
echo '|---|---|---|---|---|---|---|'
for delivery in at_least_once exactly_once; do
  DELIVERY=$delivery write_config $delivery
  daemon_start $delivery
  measure 1000 10 >/dev/null # joins the group, warms up
  measure 0 10 >"$work/peak"
  peak=$(cut -d' ' -f1 "$work/peak")
  for share in 50 80 95; do
    measure $((peak * share / 100)) "$seconds" | awk -v delivery=$delivery -v share=$share \
      '{ printf "| %s | %d %% | %d | %d | %s | %s | %s |\n", delivery, share, $1, $2, $3, $4, $5 }'
  done
  echo "| $delivery | peak | $peak | | | | |"
  daemon_stop $delivery
done
