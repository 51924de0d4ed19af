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
daemon_stop weir
verify --count $count
say "$count posts from a queue of 256 kB in $took ms, the start of the daemon included"
[ $took -lt 10000 ] || fail 'that is too long: it rests when its queue was full'
