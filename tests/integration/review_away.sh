#!/usr/bin/env bash
# The review topic is away for 20 s (5 minutes in the long form) while posts come as fast as they can: memory stays bounded, the daemon
# says once what is wrong and once that it is over, and every flag is there in the end. For both deliveries.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=200000 away=20
if is_long; then count=1000000 away=300; fi
tenth=$((count / 10))

try() { # delivery, most kB that may be added
  local until most=0 now early
  export DELIVERY=$1
  kafka_up
  write_config "$1"
  feed --count $tenth
  daemon_start "$1"
  wait_until 60 'the first flags' has_flags $((tenth / 100))
  wait_drained
  early=$(rss_kb "$1")
  read_topic weir.review >"$work/before"
  kafka topics --delete --topic weir.review
  feed_start --first $tenth --count $((count - tenth))
  until=$((SECONDS + away))
  while [ $SECONDS -lt $until ]; do
    now=$(rss_kb "$1")
    [ "$now" -le "$most" ] || most=$now
    sleep 0.2
  done
  daemon_is_alive "$1" || fail 'the daemon ended while the topic was away'
  feed_wait
  kafka topic weir.review 3
  wait_drained
  refused=$(log_count "$1" record_refused) accepted=$(log_count "$1" record_accepted)
  daemon_stop "$1"
  { cat "$work/before"; read_topic weir.review; } >"$work/all"
  PYTHONDONTWRITEBYTECODE=1 python3 "$support/flags.py" --count $count $(twins) <"$work/all" || fail 'the flags are not as they must be'
  say "$1: the topic was away for $away s; memory $early kB before, $most kB at most; $refused lines that it is away, $accepted that it is back"
  [ "$refused" = 1 ] && [ "$accepted" = 1 ] || fail 'it must be said once, and its end once'
  grep -qE '__(asan|tsan)_init' "$weir" || [ $((most - early)) -le "$2" ] || fail "memory grew by more than $2 kB"
  kafka wipe
}

# What librdkafka reads ahead (2 workers, 32 MiB each, twice that in memory) and 10,000 records that wait.
try at_least_once 200000
try exactly_once 200000
