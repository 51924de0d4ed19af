#!/usr/bin/env bash
# Of 100,000 posts (1,000,000 in the long form) in three partitions exactly one in a hundred matches: each of these is flagged once,
# no other is, and memory is at the end what it was after the first tenth.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
if is_long; then count=1000000; fi

kafka_up
say "producing $count posts"
feed --count $count
[ "$(topic_count posts)" = $count ] || fail 'not all posts were produced'

write_config weir
begin=$(milliseconds)
daemon_start weir
wait_until 60 'the flags of the first tenth' has_flags $((count / 1000))
rss_early=$(rss_kb weir)
wait_until 300 'all flags' has_flags $((count / 100))
took=$(($(milliseconds) - begin))
wait_drained
rss_late=$(rss_kb weir)
daemon_stop weir
verify --count $count
[ "$(topic_count weir.dead-letters)" = 0 ] || fail 'there are dead letters'
[ "$(topic_count weir.shadow)" = 0 ] || fail 'there are flags in the shadow topic'
say "$count posts in $took ms, joining the group included; memory $rss_early kB after the first tenth, $rss_late kB at the end"
[ $((rss_late * 100)) -le $((rss_early * 110)) ] || fail 'memory grew by more than 10 %'
