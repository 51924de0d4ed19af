#!/usr/bin/env bash
# The broker is stopped for 20 s under load and started again: nothing is lost, the daemon is still the same process, and it said so in
# two lines, not in thousands.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
if is_long; then count=1000000; fi

kafka_up
write_config weir "${late[@]}"
daemon_start weir
pid=${daemon_pid[weir]}
feed_start --count $count --seconds 30
wait_until 60 'flags' has_flags $((count / 1000))
sleep 2
lines_before=$(wc -l <"$work/weir.log")
flags_before=$(flag_count)
kafka stop 1
sleep 20
daemon_is_alive weir || fail 'the daemon ended when the broker went away'
kafka up 1
wait_until 60 'flags after the outage' has_flags $((flags_before + 1))
feed_wait
wait_drained
lines=$(($(wc -l <"$work/weir.log") - lines_before))
[ "${daemon_pid[weir]}" = "$pid" ] && daemon_is_alive weir || fail 'the daemon is not the same process'
down=$(log_count weir broker_down) back=$(log_count weir broker_back)
daemon_stop weir
verify --count $count --twins
say "broker away for 20 s at $flags_before flags; $lines lines of log, of which $down broker_down and $back broker_back"
[ "$down" = 1 ] && [ "$back" = 1 ] || fail 'the outage must be said once, and its end once'
[ "$lines" -le 6 ] || fail 'too many lines for one outage'
