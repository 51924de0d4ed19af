#!/usr/bin/env bash
# Of 100,000 posts (1,000,000 in the long form) in three partitions exactly one in a hundred matches: each of these is flagged once,
# no other is, and memory is at the end what it was after the first tenth. The first tenth waits when the daemon starts, the others
# are read as they are produced, at a pace that a busy machine keeps: what librdkafka reads ahead of a backlog would hide the memory of weir.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=100000
percent=25 # the first tenth of so few has not yet used all that will be used again
if is_long; then count=1000000 percent=10; fi
tenth=$((count / 10))

kafka_up
say "$count posts"
feed --count $tenth
write_config weir
daemon_start weir
wait_until 60 'the flags of the first tenth' has_flags $((tenth / 100))
wait_drained
rss_early=$(rss_kb weir)

begin=$(milliseconds)
feed --first $tenth --count $((count - tenth)) --seconds $((count / 20000))
wait_until 300 'all flags' has_flags $((count / 100))
took=$(($(milliseconds) - begin))
wait_drained
rss_late=$(rss_kb weir)
daemon_stop weir
[ "$(topic_count posts)" = $count ] || fail 'not all posts were produced'
verify --count $count
[ "$(topic_count weir.dead-letters)" = 0 ] || fail 'there are dead letters'
[ "$(topic_count weir.shadow)" = 0 ] || fail 'there are flags in the shadow topic'
say "the last $((count - tenth)) posts produced, read and flagged in $took ms; memory $rss_early kB after the first tenth, $rss_late kB at the end"
# A sanitizer keeps what was freed, to watch it.
grep -qE '__(asan|tsan)_init' "$weir" || { [ $((rss_late * 100)) -le $((rss_early * (100 + percent))) ] &&
  [ $((rss_late * 100)) -ge $((rss_early * (100 - percent))) ]; } || fail "memory is not within $percent % of that after the first tenth"
