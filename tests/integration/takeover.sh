#!/usr/bin/env bash
# Two daemons in one group share three partitions; the one with two of them is killed with SIGKILL under load. The other takes over:
# every matching post is flagged, no other, and what is flagged twice has the same flag id both times.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
if is_long; then count=1000000; fi

kafka_up
WORKERS=2 write_config doomed "${late[@]}" 'session.timeout.ms: 6000'
WORKERS=1 write_config heir "${late[@]}" 'session.timeout.ms: 6000'
daemon_start doomed
daemon_start heir
all_have_partitions() { # each of the three members has one
  [ "$(kafka groups --describe --group weir --members 2>/dev/null | awk '$1 == "weir" && $NF == 1' | wc -l)" = 3 ]
}
wait_until 60 'each worker to have a partition' all_have_partitions
feed_start --count $count --seconds 20
wait_until 60 'flags' has_flags $((count / 400))
sleep_random 1000
daemon_kill doomed
killed=$(milliseconds)
at_kill=$(flag_count)
feed_wait
wait_drained
say "killed at $at_kill flags; $(($(milliseconds) - killed)) ms later the other daemon had finished all"
daemon_stop heir
verify --count $count $(twins)
