# What the tests of tests/integration share: a folder of their own, a real Kafka, daemons, and an end that leaves nothing behind.
# Source it with the path of the weir binary:   . tests/support/integration.sh "$1"
#
# WEIR_LONG=1   full sizes (1,000,000 posts)       WEIR_SEED=N   repeats a run's random moments
# WEIR_KEEP=1   keeps the folder and says where
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
support=$root/tests/support
weir=$(realpath "${1:?usage: $0 PATH-OF-WEIR}")
name=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-$name.XXXXXX")
export KAFKA_DIR=$work/kafka
seed=${WEIR_SEED:-$$}
RANDOM=$seed
declare -A daemon_pid=()
feeder_pid=
bootstrap=

say() { printf '%s: %s\n' "$name" "$*"; }
fail() { printf '%s: FAILED: %s\n' "$name" "$*" >&2; exit 1; }
is_long() { [ -n "${WEIR_LONG:-}" ]; }

clean_up() {
  local status=$? pid log
  trap - EXIT
  trap '' INT TERM
  if [ "$status" != 0 ]; then
    for log in "$work"/*.log; do
      [ ! -s "$log" ] || { echo "---- the end of $(basename "$log")"; tail -25 "$log"; } >&2
    done
  fi
  for pid in "${daemon_pid[@]}" ${feeder_pid:+-$feeder_pid}; do kill -KILL -- "$pid" 2>/dev/null || true; done
  [ ! -d "$KAFKA_DIR" ] || "$support/kafka/kafka.sh" wipe || true
  wait 2>/dev/null || true
  if [ -n "${WEIR_KEEP:-}" ]; then say "kept $work"; else rm -rf "$work"; fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# wait_until SECONDS WHAT COMMAND...: fails, naming WHAT, when COMMAND does not succeed in time.
wait_until() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $deadline ] || fail "waited in vain for $what"
    sleep 0.05
  done
}

milliseconds() { date +%s%3N; }
sleep_random() { sleep "$(awk -v ms=$((RANDOM % $1)) 'BEGIN { print ms / 1000 }')"; } # less than so many milliseconds

# ---- Kafka

kafka() { "$support/kafka/kafka.sh" "$@"; }

# kafka_up [SETTING...]: one broker with weir's topics; the settings are those of the topic of posts.
kafka_up() {
  local topic pids=() pid
  bootstrap=$(kafka start)
  kafka topic posts 3 "$@" & pids+=($!)
  for topic in weir.review weir.shadow weir.overflow weir.dead-letters weir.rollups; do kafka topic "$topic" 3 & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || fail 'a topic could not be created'; done
}

# Messages that were ever put into the topic. A broker may need a moment before it knows the offsets of a new topic.
topic_count() {
  local answer deadline=$((SECONDS + 20))
  until answer=$(kcat -b "$bootstrap" -Q -t "$1:0:-1" -t "$1:1:-1" -t "$1:2:-1" 2>&1) && [ "$(wc -l <<<"$answer")" = 3 ]; do
    [ $SECONDS -lt $deadline ] || fail "the broker does not tell the offsets of $1: $answer"
    sleep 0.1
  done
  awk '{ sum += $4 } END { print sum }' <<<"$answer"
}
flag_count() { topic_count weir.review; }
has_flags() { [ "$(flag_count)" -ge "$1" ]; }

# The whole topic, a record per line: key, headers, value.
read_topic() { kcat -b "$bootstrap" -C -t "$1" -o beginning -e -q -f '%k\t%h\t%s\n'; }

# feed ARGS...: posts of posts.py to the topic, through an idempotent producer that outlives an outage.
feed() {
  python3 "$support/posts.py" --keyed "$@" |
    kcat -b "$bootstrap" -P -t posts -K $'\t' -E -X enable.idempotence=true -X linger.ms=5 -X message.timeout.ms=300000 \
      -X queue.buffering.max.messages=1000000 2>>"$work/feeder.log"
}
feed_start() { # in a process group of its own, so that all of it can be ended
  set -m
  feed "$@" &
  feeder_pid=$!
  set +m
}
# feed_round ROUND SECONDS: the posts of one round, $share of them: each daemon finds some to flag, however fast the one before it was.
feed_round() { feed_start --first $((($1 - 1) * share)) --count "$share" --seconds "$2"; }
feed_wait() { wait "$feeder_pid" || fail 'the posts could not be produced'; feeder_pid=; }

is_drained() { [ "$(kafka lag "${1:-weir}")" = 0 ]; }
# Every post was read, and its offset committed.
wait_drained() { wait_until "${1:-120}" 'the group to commit every offset' is_drained; }

# verify ARGS...: the review topic is as flags.py wants it.
verify() { read_topic weir.review | PYTHONDONTWRITEBYTECODE=1 python3 "$support/flags.py" "$@" || fail 'the review topic is not as it must be'; }

# Whether a post may be flagged twice, with the same flag id: not with DELIVERY=exactly_once.
twins() { [ "${DELIVERY:-}" = exactly_once ] || echo --twins; }

# ---- The daemon

# Flags that wait long for their delivery, and offsets that are committed often: a daemon that commits what is not delivered is caught.
late=('linger.ms: 300' 'auto.commit.interval.ms: 100')

# write_config NAME [KAFKA-LINE...]: $work/NAME.yaml, with more properties of librdkafka.
write_config() {
  local file=$work/$1.yaml line
  shift
  {
    printf 'kafka:\n  bootstrap.servers: %s\n  group.id: weir\n' "$bootstrap"
    for line in "$@"; do printf '  %s\n' "$line"; done
    cat <<Y
sources:
  - topic: posts
    kind: post
    fields: {id: /id, author: /author/id, author_name: /author/name, lang: /lang, time: /created_at, text: [/title, /text]}
outputs:
  review: {topic: weir.review}
  shadow: {topic: weir.shadow}
  overflow: {topic: weir.overflow}
  dead_letters: {topic: weir.dead-letters}
  rollups: {topic: weir.rollups}
rules: {path: $support/packs, budget_per_minute: ${BUDGET:-1000000}, cache: $work/cache}
delivery: ${DELIVERY:-at_least_once}
workers: ${WORKERS:-2}
http: {listen: "${HTTP:-off}"}
Y
  } >"$file"
}

daemon_start() { # name of its configuration
  "$weir" run -c "$work/$1.yaml" >>"$work/$1.out" 2>>"$work/$1.log" </dev/null &
  daemon_pid[$1]=$!
  echo $! >"$work/$1.pid"
}

daemon_is_alive() { kill -0 "${daemon_pid[$1]}" 2>/dev/null; }

# SIGKILL; it must have been alive.
daemon_kill() {
  daemon_is_alive "$1" || fail "daemon $1 had ended by itself"
  kill -KILL "${daemon_pid[$1]}"
  wait "${daemon_pid[$1]}" 2>/dev/null || true
  unset "daemon_pid[$1]"
}

# SIGTERM; it must exit 0 within so many seconds (default 20). Sets stop_ms.
daemon_stop() {
  local pid=${daemon_pid[$1]} limit=${2:-20} status=0 begin
  daemon_is_alive "$1" || fail "daemon $1 had ended by itself"
  begin=$(milliseconds)
  kill -TERM "$pid"
  wait_until "$limit" "daemon $1 to stop" eval "! kill -0 $pid 2>/dev/null"
  stop_ms=$(($(milliseconds) - begin))
  wait "$pid" || status=$?
  unset "daemon_pid[$1]"
  [ "$status" = 0 ] || fail "daemon $1 exited with $status after SIGTERM"
  ! grep -E 'Sanitizer|runtime error:' "$work/$1.log" || fail "a sanitizer complained of daemon $1"
}

log_count() { grep -cE "^[^ ]+ [a-z]+ $2( |$)" "$work/$1.log" || true; } # name, event
rss_kb() { awk '$1 == "VmRSS:" { print $2 }' "/proc/${daemon_pid[$1]}/status"; }
