#!/usr/bin/env bash
# A backlog is worked off without pauses: librdkafka's queue, very small here, is full again and again, and each time it is read on at once. Before
# librdkafka 2.2 a full queue would rest for up to a second.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
kafka_up
feed --count $count
write_config weir 'queued.max.messages.kbytes: 256' 'fetch.message.max.bytes: 65536'
begin=$(milliseconds)
daemon_start weir
wait_until 60 'all flags' has_flags $((count / 100))
took=$(($(milliseconds) - begin))
wait_drained
verify --count $count
say "$count posts from a queue of 256 kB in $took ms, the start of the daemon included"
[ $took -lt 10000 ] || fail 'that is too long: it rests when its queue was full'

# Behind the last post of a transaction is its mark, which nobody reads. The daemon is then behind for good, and must not ask the broker for more
# all the time: its threads would wake 300 times a second and not 90.
python3 "$support/posts.py" --keyed --count 3000 | kcat -b "$bootstrap" -P -t posts -K $'\t' -X transactional.id=backlog 2>>"$work/feeder.log"
wait_until 60 'the flags of a transaction' has_flags $((count / 100 + 30))
wakings() { awk '/^voluntary/ { sum += $2 } END { print sum }' /proc/"${daemon_pid[weir]}"/task/*/status; }
sleep 1
before=$(wakings)
sleep 5
woke=$(($(wakings) - before))
daemon_stop weir
say "idle behind a transaction, the daemon's threads woke $woke times in 5 s"
[ $woke -lt 1000 ] || fail 'that is too often: it asks again and again for what is not there'
