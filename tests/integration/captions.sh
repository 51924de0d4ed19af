#!/usr/bin/env bash
# Live caption streams over 8 partitions, read by two daemons that are killed with SIGKILL at random moments and started again, so that
# partitions move and windows are rebuilt: every phrase is flagged, those that a crash cut in two as well, and the flags are the
# same, under the same ids, as those of a daemon that nothing happened to.
. "$(dirname "$0")/../support/integration.sh" "$1"
. "$support/captions.sh"

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
caption_config a storm weir "$work/rules" 'group.instance.id: a' # comes back to its own partitions; those of b move
caption_config b storm weir "$work/rules"
caption_config calm calm calm "$work/rules"
say "seed $seed (WEIR_SEED=$seed repeats the moments)"

daemon_start a
daemon_start b
feed_captions_start $((streams * fragments / (rounds * 10 + 20))) \
  < <(python3 "$support/streams.py" make --streams $streams --fragments $fragments --partials)
kill_daemons $rounds
feed_wait
daemon_start calm
wait_until 120 'the group to commit every offset' is_group_drained storm
wait_until 120 'the calm group to commit every offset' is_group_drained calm
for name_of in a b calm; do daemon_stop $name_of; done
read_topic weir.review >"$work/storm.review"
read_topic calm.review >"$work/calm.review"
python3 "$support/streams.py" verify --streams $streams --fragments $fragments "$work/calm.review" "$work/storm.review" || fail 'the flags are not as they must be'
say "$rounds daemons killed; windows rebuilt $(windows_rebuilt)"
