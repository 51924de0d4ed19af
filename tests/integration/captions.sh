#!/usr/bin/env bash
# Live caption streams over 8 partitions, read by two daemons that are killed with SIGKILL at random moments and started again, so that
# partitions move and windows are rebuilt: every phrase is flagged, those that a crash cut in two as well, and the flags are the
# same, under the same ids, as those of a daemon that nothing happened to.
. "$(dirname "$0")/../support/integration.sh" "$1"

streams=200 fragments=100 rounds=5
if is_long; then streams=400 fragments=500 rounds=50; fi

kafka_up
kafka topic captions 8
for topic in calm.review calm.shadow calm.overflow calm.dead-letters calm.rollups; do kafka topic $topic 3; done
mkdir "$work/rules"
cat >"$work/rules/phrases.yaml" <<'Y'
pack: phrases
version: 1.0.0
rules:
  - id: phrases.all
    title: A planted phrase
    why: The test planted it.
    category: scams_and_fraud
    severity: low
    cooldown: 0s
    patterns:
      words:
        literals: ["copper lantern voucher", "send the harbour deposit", "蓝色灯笼押金", "синий залог гавани", "déposez la caution bleue"]
      code: {regex: 'release code \d{4}'}
    examples: {flag: ["a copper lantern voucher", "release code 1234"], pass: ["a lantern"]}
Y
# caption_config NAME GROUP OUTPUTS [KAFKA-LINE...]
caption_config() {
  WORKERS=1 write_config "$1" "${late[@]}" 'session.timeout.ms: 6000' "${@:4}"
  sed -i "s#group.id: weir#group.id: $2#; s#topic: weir\\.#topic: $3.#; s#^rules: .*#rules: {path: $work/rules}#" "$work/$1.yaml"
  sed -i '/^  - topic: posts/,/^    fields/d' "$work/$1.yaml"
  sed -i 's#^sources:#sources:\n  - topic: captions\n    kind: caption#' "$work/$1.yaml"
}
caption_config a storm weir 'group.instance.id: a' # comes back to its own partitions; those of b move
caption_config b storm weir
caption_config calm calm calm
say "seed $seed (WEIR_SEED=$seed repeats the moments)"

set -m
python3 "$support/streams.py" make --streams $streams --fragments $fragments --partials |
  awk -v rate=$((streams * fragments / (rounds * 6 + 20))) '{ print; if (NR % rate == 0) { fflush(); system("sleep 1") } }' |
  kcat -b "$bootstrap" -P -t captions -K $'\t' -E -X enable.idempotence=true -X linger.ms=5 2>>"$work/feeder.log" &
feeder_pid=$!
set +m
daemon_start a
daemon_start b
for ((round = 1; round <= rounds; round++)); do
  before=$(flag_count)
  wait_until 60 'new flags' has_flags $((before + 20))
  sleep_random 3000
  victim=$([ $((RANDOM % 3)) = 0 ] && echo b || echo a)
  daemon_kill $victim
  sleep_random 500
  daemon_start $victim
done
feed_wait
daemon_start calm
is_group_drained() { [ "$(kafka lag "$1")" = 0 ]; }
wait_until 120 'the group to commit every offset' is_group_drained storm
wait_until 120 'the calm group to commit every offset' is_group_drained calm
for name_of in a b calm; do daemon_stop $name_of; done
read_topic weir.review >"$work/storm.review"
read_topic calm.review >"$work/calm.review"
python3 "$support/streams.py" verify --streams $streams --fragments $fragments "$work/calm.review" "$work/storm.review" || fail 'the flags are not as they must be'
again=$(cat "$work"/[ab].log | sed -n 's/.*windows_rebuilt .*fragments=\([0-9]*\).*/\1/p' | awk '{ n++; sum += $1 } END { print n + 0 " times, " sum + 0 " fragments in all" }')
say "$rounds daemons killed; windows rebuilt $again"
