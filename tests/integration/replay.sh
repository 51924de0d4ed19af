#!/usr/bin/env bash
# `weir replay`, for both deliveries: of half of the posts the configuration has the wrong pointer, so that they become dead letters. With it
# mended they are replayed, through a SIGKILL, a SIGTERM and a second call: each flag is the one that a daemon with the right pointer makes,
# with the same id and place; none is missing, and with exactly_once none is there twice. What is still bad is named, and written nowhere.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=40000
if is_long; then count=1000000; fi
half=$((count / 2))
mkdir "$work/schema"
# Letters in small batches, and a replay that gets one of them at a time: so that there is a middle to be killed in.
small='batch.num.messages: 5'
soon='session.timeout.ms: 6000' # so that the next replay need not wait long for the partitions of one that was killed
slow=('max.partition.fetch.bytes: 3500' 'fetch.min.bytes: 100000' 'fetch.wait.max.ms: 20')

# config NAME GROUP OUTPUTS TEXT [KAFKA-LINE...]
config() {
  local name=$1 group=$2 outputs=$3 text=$4
  shift 4
  WORKERS=1 write_config "$name" "$@"
  sed -i "s#topic: weir\.#topic: $outputs.#; s#topic: posts#topic: $delivery.posts#; s#group.id: weir#group.id: $group#; s#\[/title, /text\]#$text#; s#author_name: [^,]*, ##" "$work/$name.yaml"
  sed -i "s#^sources:#sources:\n  - {topic: $delivery.captions, kind: caption}#" "$work/$name.yaml"
}
topics() { # PREFIX
  local topic pids=() pid
  for topic in review shadow overflow dead-letters rollups; do kafka topic "$1.$topic" 3 & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || fail 'a topic could not be created'; done
}
put() { kcat -b "$bootstrap" -P -E -X enable.idempotence=true "$@" || fail 'it could not be produced'; } # from stdin
values() { kcat -b "$bootstrap" -C -t "$1" -o beginning -e -q -X isolation.level=read_committed -f '%s\n'; }
value_count() { values "$1" | wc -l; }

# replay STATUS [ARGUMENT...]: must end with it; its document is in $work/replay.json.
replay() {
  local expected=$1 status=0
  shift
  "$weir" replay -c "$work/$delivery-mended.yaml" --json "$@" >"$work/replay.json" 2>"$work/replay.err" || status=$?
  [ "$status" = "$expected" ] || fail "weir replay $*: exit status $status: $(cat "$work/replay.json" "$work/replay.err")"
  [ ! -s "$work/replay.json" ] || cp "$work/replay.json" "$work/schema/$delivery-$RANDOM.json"
}
get() { python3 "$support/replay_check.py" get "$work/replay.json" "$1"; } # a member of the document
# says MEMBER=VALUE...: of the document, as JSON.
says() {
  local pair
  for pair; do
    [ "$(get "${pair%%=*}")" = "${pair#*=}" ] || fail "$pair expected: $(cat "$work/replay.json")"
  done
}
# Ends a replay with the signal once there are so many more records in the review topic. Sets cut_status.
cut() { # SIGNAL MORE
  local before pid
  before=$(topic_count "$delivery.review")
  "$weir" replay -c "$work/$delivery-slow.yaml" >"$work/cut.out" 2>"$work/cut.log" </dev/null &
  pid=$!
  daemon_pid[cut]=$pid
  wait_until 60 'flags of a replay' eval "[ \$(topic_count $delivery.review) -ge $((before + $2)) ]"
  kill "-$1" "$pid" || fail "the replay was over before SIG$1"
  cut_status=0
  wait "$pid" 2>/dev/null || cut_status=$?
  unset 'daemon_pid[cut]'
  say "$delivery: SIG$1 after $(($(topic_count "$delivery.review") - before)) more records in the review topic"
}

check_delivery() { # at_least_once or exactly_once
  local letters flags copies partition once=
  delivery=$1
  topics "$delivery"
  topics "$delivery-right"
  kafka topic "$delivery.posts" 3
  kafka topic "$delivery.captions" 1
  DELIVERY=$delivery config "$delivery" "$delivery" "$delivery" '[/title, /text]' "$small"
  DELIVERY=$delivery config "$delivery-mended" "$delivery" "$delivery" '[/title, /text, /body]' "$soon"
  DELIVERY=$delivery config "$delivery-slow" "$delivery" "$delivery" '[/title, /text, /body]' "$soon" "${slow[@]}"
  config "$delivery-right" "$delivery-right" "$delivery-right" '[/title, /text, /body]'

  say "$delivery: $count posts, of which $half become dead letters"
  python3 "$support/posts.py" --keyed --count $count | python3 "$support/replay_check.py" split | put -t "$delivery.posts" -K $'\t'
  printf '%s\n' '{"id":"a","body":"no end' '{"id":"b"}' '{"id":"c","body":"copper lantern voucher"}' | put -t "$delivery.posts"
  printf '%s\n' '{"stream_id":"s","seq":1}' | put -t "$delivery.captions"
  daemon_start "$delivery"
  daemon_start "$delivery-right"
  wait_until 120 'the daemon to read' is_drained "$delivery"
  wait_until 120 'the other daemon to read' is_drained "$delivery-right"
  daemon_stop "$delivery"
  daemon_stop "$delivery-right"
  for partition in 0 1 2; do put -t "$delivery.dead-letters" -p $partition <<<'no letter'; done # last: whatever is cut, one is left
  printf '%s\n' '{"schema":"weir.dead-letter/1","source":{"topic":"gone","partition":0,"offset":1},"reason":"no_text","detail":"d","payload":"e30="}' |
    put -t "$delivery.dead-letters"
  letters=$(value_count "$delivery.dead-letters")
  [ "$letters" = $((half + 8)) ] || fail "$letters dead letters, not $((half + 8))"
  flags=$(value_count "$delivery.review")

  replay 1 --dry-run
  says letters=$letters replayed=$((half + 1)) 'still_bad={"no_text":1,"not_json":1}' 'not_replayed={"captions":1,"no_dead_letter":3,"unknown_topic":1}' \
    passed_over=0 complete=true dry_run=true 'examples.#=7' "topic=\"$delivery.dead-letters\""
  [ "$(get flags)" = $(($(value_count "$delivery-right.review") - flags)) ] || fail "the dry run counts otherwise: $(cat "$work/replay.json")"
  [ "$(value_count "$delivery.review")" = "$flags" ] || fail 'a dry run wrote flags'

  cut KILL 20
  [ "$cut_status" = 137 ] || fail "the killed replay ended with $cut_status"
  cut TERM 20
  [ "$cut_status" = 3 ] && grep -q 'stopped before the end; call it again' "$work/cut.log" || fail "stopped with $cut_status: $(cat "$work/cut.log")"
  replay 1
  says complete=true
  [ "$(get letters)" -gt 0 ] || fail 'the replays that were cut had read all of it'
  [ "$(get letters)" -lt "$letters" ] || fail 'what was replayed before was replayed again'
  replay 0
  says letters=0 flags=0 complete=true

  [ "$delivery" = at_least_once ] || once=--once
  values "$delivery-right.review" >"$work/wanted"
  values "$delivery.review" >"$work/got"
  copies=$(python3 "$support/replay_check.py" same "$work/wanted" "$work/got" $once) || fail 'the flags are not those of the right pointer'
  [ "$(value_count "$delivery.dead-letters")" = "$letters" ] || fail 'letters were written again'
  say "$delivery: all $(wc -l <"$work/wanted") flags are as they should be, $copies of them more than once"

  # Going back, and only to some.
  replay 1 --since 1h --reason not_json
  says letters=$letters 'still_bad={"not_json":1}' replayed=0 'not_replayed={"no_dead_letter":3}' passed_over=$((letters - 4)) 'examples.#=4'
  replay 0
  says letters=0
  [ "$(value_count "$delivery.review")" = "$(wc -l <"$work/got")" ] || fail 'a replay of other reasons wrote flags'
}

bootstrap=$(kafka start)
for each in at_least_once exactly_once; do check_delivery $each; done

python3 - "$root/config/schema/weir.replay-1.schema.json" "$work"/schema/*.json <<'P' || fail 'a document is not as its schema says'
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
for path in sys.argv[2:]:
    Draft202012Validator(schema).validate(json.load(open(path)))
P

# What cannot be done is said.
replay 3 --topic nothing-there
grep -q "there is no topic 'nothing-there'" "$work/replay.err" || fail "$(cat "$work/replay.err")"
replay 2 --reason no_reason
replay 2 --since yesterday
