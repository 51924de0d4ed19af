#!/usr/bin/env bash
# Daemons join and leave the group under load, so that partitions move eight times: nothing is lost, and what is flagged twice has
# the same flag id both times; with exactly_once nothing is flagged twice.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
if is_long; then count=1000000; fi

move() { # delivery
  local member step
  export DELIVERY=$1
  kafka_up
  for member in a b c; do
    WORKERS=1 write_config $member "${late[@]}" 'session.timeout.ms: 6000'
  done
  daemon_start a
  feed_start --count $count --seconds 40
  wait_until 60 'flags' has_flags 1
  for step in +b +c -a -b +a -c +b -a; do
    case $step in
      +*) daemon_start "${step#+}" ;;
      -*) daemon_stop "${step#-}" ;;
    esac
    sleep 2
    sleep_random 3000
    say "$DELIVERY $step: $(flag_count) flags"
  done
  feed_wait
  wait_drained
  daemon_stop b
  verify --count $count $(twins)
  kafka wipe
}

move at_least_once
move exactly_once
