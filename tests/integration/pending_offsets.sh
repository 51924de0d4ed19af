#!/usr/bin/env bash
# With exactly_once, a member was halted in the middle of a commit: the group's offsets are not known until its transaction ends.
# Others take its partitions meanwhile, more than once, and go on at the offsets that it commits, not at the topic's beginning.
DELIVERY=exactly_once
. "$(dirname "$0")/../support/integration.sh" "$1"

kafka_up
for member in a b; do # librdkafka asks again after this time, so that a rebalance comes while it waits
  WORKERS=1 write_config $member 'session.timeout.ms: 6000' 'retry.backoff.ms: 1000'
done
feed --count 30000
mkfifo "$work/hold"
/usr/bin/python3 "$support/pending_offsets.py" "$bootstrap" weir posts 3 5000 <"$work/hold" >"$work/holder.out" 2>"$work/holder.log" &
holder=$!
exec 3>"$work/hold"
wait_until 40 'offsets that are pending' grep -q pending "$work/holder.out"

start() { # or it would keep the holder
  daemon_start a 3>&-
  wait_until 20 'a to start' grep -q ' started ' "$work/a.log"
}
start
sleep 3
daemon_stop a 15
say "stopped within $stop_ms ms while it waited for the offsets"
start
for _ in 1 2 3; do
  sleep 1
  daemon_start b 3>&-
  sleep 2
  daemon_stop b
done
flags=$(flag_count)
exec 3>&-
wait "$holder"
[ "$flags" = 0 ] || fail "$flags flags while the offsets were not known"
wait_drained
daemon_stop a
read_topic weir.review | cut -f 3 | python3 -c '
import json, sys
offsets = [json.loads(line)["source"]["offset"] for line in sys.stdin]
print(f"pending_offsets: {len(offsets)} flags, the first of offset {min(offsets, default=None)}")
sys.exit(not offsets or min(offsets) < 5000)' || fail 'flags of messages that were done with'
