#!/usr/bin/env bash
# SIGTERM under load, four times: the daemon exits 0 within seconds, the next one goes on where it stood; nothing is lost, and nothing
# is flagged twice.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=${WEIR_POSTS:-50000}
if is_long; then count=500000; fi

kafka_up
write_config weir "${late[@]}"
say "seed $seed (WEIR_SEED=$seed repeats the moments)"
feed_start --count "$count" --seconds 25
for round in 1 2 3 4; do
  before=$(flag_count)
  daemon_start weir
  wait_until 60 'new flags' has_flags $((before + 1))
  sleep_random 1500
  daemon_stop weir 10
  say "stop $round: took $stop_ms ms at $(flag_count) flags"
done
daemon_start weir
is_last_started() { [ "$(log_count weir started)" = 5 ]; }
wait_until 60 'the last daemon to start' is_last_started # or it is stopped before it can say that it was
feed_wait
wait_drained
daemon_stop weir 10
verify --count "$count"
