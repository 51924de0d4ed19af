#!/usr/bin/env bash
# SIGTERM under load, four times: the daemon exits 0 within seconds, the next one goes on where it stood; nothing is lost, and nothing
# is flagged twice.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=${WEIR_POSTS:-50000} # in five rounds
if is_long; then count=500000; fi
share=$((count / 5))

kafka_up
write_config weir "${late[@]}"
say "seed $seed (WEIR_SEED=$seed repeats the moments)"
for round in 1 2 3 4; do
  before=$(flag_count)
  feed_round $round 6
  daemon_start weir
  wait_until 60 'new flags' has_flags $((before + 1))
  sleep_random 1500
  daemon_stop weir 10
  say "stop $round: took $stop_ms ms at $(flag_count) flags"
  feed_wait
done
feed_round 5 0
daemon_start weir
is_last_started() { [ "$(log_count weir started)" = 5 ]; }
wait_until 60 'the last daemon to start' is_last_started # or it is stopped before it can say that it was
feed_wait
wait_drained
daemon_stop weir 10
verify --count "$count"
