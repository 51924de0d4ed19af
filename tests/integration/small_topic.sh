#!/usr/bin/env bash
# A review topic that takes 2,000 bytes, and flags of 10 kB: each is cut and says so, or becomes a dead letter; short ones stay whole.
# Nothing is tried for ever, with at_least_once and with exactly_once, and the log says it once.
. "$(dirname "$0")/../support/integration.sh" "$1"

count=500
limit=2000
bootstrap=$(kafka start)
long_name=$(printf 'n%.0s' {1..1000})
mkdir "$work/packs"
cp "$support/packs/needles.yaml" "$work/packs/"
cat >"$work/packs/grave.yaml" <<Y
pack: $long_name
version: 1.0.0
rules:
  - id: $long_name.grave
    title: No topic of the test takes a flag of this rule
    why: Its name is too long.
    category: scams_and_fraud
    severity: critical
    patterns: {a: {literals: [grave lantern]}}
    examples: {flag: [a grave lantern], pass: [a lantern]}
Y
python3 "$support/small_topic.py" posts $count >"$work/posts"

check_delivery() { # at_least_once or exactly_once
  local delivery=$1 topic said
  for topic in posts weir.shadow weir.overflow weir.dead-letters weir.rollups; do kafka topic "$delivery.$topic" 3; done
  kafka topic "$delivery.weir.review" 3 max.message.bytes=$limit
  DELIVERY=$delivery write_config "$delivery"
  sed -i -e "s/group.id: weir/group.id: $delivery/" -e "s/topic: \(posts\|weir\)/topic: $delivery.\1/" \
    -e "s|path: $support/packs|path: $work/packs|" "$work/$delivery.yaml"
  kcat -b "$bootstrap" -P -t "$delivery.posts" -K $'\t' <"$work/posts"
  daemon_start "$delivery"
  wait_until 120 'the group to commit every offset' is_drained "$delivery"
  daemon_stop "$delivery"
  read_topic "$delivery.weir.review" >"$work/review"
  read_topic "$delivery.weir.dead-letters" >"$work/dead"
  python3 "$support/small_topic.py" check $count $limit "$work/review" "$work/dead" \
    "$root/config/schema/weir.dead-letter-1.schema.json" || fail "$delivery: the records are not as they must be"
  said="$(log_count "$delivery" records_too_large) $(log_count "$delivery" flags_undeliverable) $(log_count "$delivery" record_refused)"
  [ "$said" = '1 1 0' ] || fail "$delivery: records_too_large, flags_undeliverable, record_refused were said $said times"
  say "$delivery: $(log_count "$delivery" transaction_aborted) transaction_aborted, $(wc -l <"$work/$delivery.log") lines of log"
  [ "$(wc -l <"$work/$delivery.log")" -lt 40 ] || fail "$delivery: too many lines of log"
}

check_delivery at_least_once
check_delivery exactly_once
