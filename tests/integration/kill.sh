#!/usr/bin/env bash
# The daemon is killed with SIGKILL five times at random moments while posts come in, and started again: every matching post is
# flagged, no other, and what is flagged twice has the same flag id both times.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=120000 # in six rounds
if is_long; then count=1200000; fi
share=$((count / 6))

kafka_up
write_config weir "${late[@]}" 'session.timeout.ms: 6000' 'group.instance.id: weir' # a new process takes its place at once
say "seed $seed (WEIR_SEED=$seed repeats the moments)"
for round in 1 2 3 4 5; do
  before=$(flag_count)
  feed_round $round 7
  daemon_start weir
  wait_until 60 'new flags' has_flags $((before + 1))
  sleep_random 1500
  daemon_kill weir
  say "kill $round: $before flags before it started, $(flag_count) when it was killed"
  feed_wait
done
feed_round 6 5
daemon_start weir
feed_wait
wait_drained
daemon_stop weir
verify --count $count $(twins)
