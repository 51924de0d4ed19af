#!/usr/bin/env bash
# The audit sample, while daemons are killed with SIGKILL, with at_least_once and with exactly_once: the audit topic holds exactly the posts and
# the final caption fragments that no active rule flagged and that another program draws from the same hash, each once with exactly_once.
. "$(dirname "$0")/../support/integration.sh" "$1"

share=7000 streams=300 drawn=0.05 kills=2
if is_long; then share=100000 streams=5000 drawn=0.003 kills=10; fi
count=$((share * (kills + 1)))
mkdir "$work/rules"
cp "$support/packs/needles.yaml" "$work/rules/"
cat >"$work/rules/trial.yaml" <<'Y'
pack: trial
version: 1.0.0
rules:
  - id: trial.words
    title: On trial
    why: The test tries it.
    category: other_violation_tc
    severity: low
    status: shadow
    patterns: {words: {literals: ["umbrella", "studio"]}}
    examples: {flag: ["an umbrella"], pass: ["a lamp"]}
Y

audit_config() { # at_least_once or exactly_once, privacy.content
  DELIVERY=$1 HTTP=127.0.0.1:$http write_config "$1" "${late[@]}" 'session.timeout.ms: 6000' 'group.instance.id: weir'
  sed -i "s#^rules: .*#rules: {path: $work/rules, budget_per_minute: 40}#; s#^sources:#sources:\n  - {topic: captions, kind: caption}#" "$work/$1.yaml"
  sed -i 's#^outputs:#outputs:\n  audit: {topic: weir.audit}#' "$work/$1.yaml"
  printf '%s\n' "audit_sample: $drawn" "privacy: {author_key: 'a key of the test of the audit sample', content: $2}" >>"$work/$1.yaml"
}

dump_input() { kcat -b "$bootstrap" -C -t "$1" -o beginning -e -q -f '%p\t%o\t%k\t%s\n' >"$work/$1"; }
has_audited() { [ "$(topic_count weir.audit)" -ge "$1" ]; }

check_delivery() { # at_least_once or exactly_once, privacy.content
  local delivery=$1 content=$2 round before counted topic
  kafka_up
  kafka topic captions 3
  kafka topic weir.audit 3
  http=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  audit_config "$delivery" "$content"
  "$weir" check -c "$work/$delivery.yaml" >"$work/check.txt" 2>&1 || fail "weir check refuses it: $(cat "$work/check.txt")"
  python3 "$support/audit.py" captions $streams 10 |
    kcat -b "$bootstrap" -P -t captions -K $'\t' -E -X enable.idempotence=true || fail 'the captions could not be produced' &
  local captions=$!
  for round in $(seq $kills); do
    before=$(topic_count weir.audit)
    feed_round $round 5
    daemon_start "$delivery"
    wait_until 60 'new audit records' has_audited $((before + 20))
    sleep_random 1500
    daemon_kill "$delivery"
    feed_wait
  done
  wait $captions || fail 'the captions could not be produced'
  printf 'bad\tnot JSON %s\n' $(seq 200) | kcat -b "$bootstrap" -P -t posts -K $'\t'
  feed_round $((kills + 1)) 0
  feed_wait
  before=$(topic_count weir.audit)
  daemon_start "$delivery"
  wait_drained
  counted=$(curl -sf "http://127.0.0.1:$http/metrics" | awk '$1 == "weir_audit_records_total" { print $2 }')
  daemon_stop "$delivery"
  [ "$delivery" = exactly_once ] || [ "$counted" = $(($(topic_count weir.audit) - before)) ] ||
    fail "the metric says $counted, the topic has $before and then $(topic_count weir.audit)"
  [ "${counted:-0}" -gt 0 ] || fail 'the last daemon drew nothing: the test shows less than it should'
  for topic in posts captions; do dump_input $topic; done
  for topic in audit review overflow shadow; do read_topic weir.$topic >"$work/$topic"; done
  python3 -B "$support/audit.py" check "$work" "$root/config/schema/weir.audit-1.schema.json" --count $count --streams $streams \
    --share $drawn --content "$content" $(DELIVERY=$delivery twins) >"$work/said" || fail "$delivery: the audit topic is not as it must be: $(cat "$work/said")"
  say "$delivery, killed $kills times: $(cat "$work/said")"
  kafka wipe
}

say "seed $seed (WEIR_SEED=$seed repeats the moments)"
check_delivery at_least_once full
check_delivery exactly_once excerpt
