# What latency.sh and properties.sh share: `build`, a broker with weir's topics, and `measure`. Source it with BUILD.
#
# So that the broker's own pauses are few, its log lies in memory where there is room, and its Java collects often and briefly.
has_room_in_memory() { [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ]; }
[ -n "${TMPDIR:-}" ] || ! has_room_in_memory || export TMPDIR=/dev/shm
build=$(realpath "$1")
. "$(dirname "${BASH_SOURCE[0]}")/../support/integration.sh" "$build/weir"

[ -x "$build/tests/bench_latency" ] || fail "build bench_latency first: cmake --build $build --target bench_latency"
export KAFKA_HEAP=1g KAFKA_JVM='-XX:+UseParallelGC -Xmn64m' KAFKA_EXTRA='log.retention.check.interval.ms=2000'
kafka_up segment.bytes=268435456 retention.bytes=268435456 file.delete.delay.ms=1000
measure() { "$build/tests/bench_latency" "$bootstrap" "$@"; }
