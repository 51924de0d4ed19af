#!/usr/bin/env bash
# Reloads once a second under load, good and broken sets of rules in turn, some by SIGHUP and some by the files alone: every matching post is
# flagged exactly once, each flag names a generation that was announced, what is broken changes nothing, and memory stays flat.
. "$(dirname "$0")/../support/integration.sh" "$1"

rounds=20 rate=2000
steady=8 # seconds before the first reload
if is_long; then rounds=300 steady=60 rate=${WEIR_RATE:-10000}; fi
count=$((rate * (rounds + steady + 4) / 100 * 100))

# A pack beside the needles, whose rules change: extra TEXT > FILE
extra() {
  cat <<Y
pack: extra
version: 1.0.0
rules:
  - id: extra.changing
    title: Changes with each reload
    why: The test changes it.
    category: scams_and_fraud
    severity: low
    patterns:
      p: {literals: ["$1", "another phrase that nobody writes"]}
    examples: {flag: ["here is $1"], pass: ["nothing"]}
Y
}
replace() { cat >"$work/rules/.new" && mv "$work/rules/.new" "$work/rules/$1"; } # whole or not at all, as editors do

mkdir "$work/rules"
cp "$support/packs/needles.yaml" "$work/rules/"
extra 'phrase number 0 of nobody' | replace extra.yaml
kafka_up
write_config weir 'auto.commit.interval.ms: 100'
sed -i "s#^rules: .*#rules: {path: $work/rules, budget_per_minute: 1000000}#" "$work/weir.yaml"
daemon_start weir
holds_signals() { # the daemon itself: the shell's copy of before holds them for a moment too
  [ "$(readlink "/proc/${daemon_pid[weir]}/exe")" = "$weir" ] && # first
    awk '$1 == "SigBlk:" { exit !(substr($2, 16) ~ /[13579bdf]/) }' "/proc/${daemon_pid[weir]}/status"
}
wait_until 10 'the daemon to begin' holds_signals
kill -HUP "${daemon_pid[weir]}" # in the middle of its first load
feed_start --count $count --seconds $((rounds + steady + 4))
wait_until 60 'flags' has_flags 1
sleep $steady
[ "$(log_count weir reload_unchanged)" = 1 ] || fail 'the signal during the first load is lost'

good=0 broken=0
for ((round = 1; round <= rounds; round++)); do
  begin=$(milliseconds)
  if ((round % 2)); then
    extra "phrase number $round of nobody" | replace extra.yaml
    good=$((good + 1))
  else
    case $((round / 2 % 3)) in
      0) extra "phrase" | sed 's/severity: low/severity: dreadful/' | replace extra.yaml ;;
      1) extra "phrase" | sed 's/flag: \["here is phrase"\]/flag: ["something else"]/' | replace extra.yaml ;;
      2) echo 'pack: [' | replace extra.yaml ;;
    esac
    broken=$((broken + 1))
  fi
  kill -HUP "${daemon_pid[weir]}"
  wait_until 30 "reload $round to end" eval "[ \$((\$(log_count weir rules_loaded) + \$(log_count weir reload_failed))) -ge $round ]"
  [ $round != 10 ] || rss_early=$(rss_kb weir)
  left=$((1000 - $(milliseconds) + begin))
  [ $left -le 0 ] || sleep "$(awk -v ms=$left 'BEGIN { print ms / 1000 }')"
done
rss_late=$(rss_kb weir)
[ "$(log_count weir rules_loaded)" = $good ] || fail "of $good good sets $(log_count weir rules_loaded) were loaded"
[ "$(log_count weir reload_failed)" = $broken ] || fail "of $broken broken sets $(log_count weir reload_failed) were refused"
grep -q 'reload_failed reason="[^"]*extra.yaml:[0-9]*:[0-9]*: error: ' "$work/weir.log" || fail 'a refusal does not say where the mistake is'

# Without a signal: the change of a file is noticed.
extra 'phrase of the last load' | replace extra.yaml
wait_until 10 'the change of a file to be noticed' eval "[ \$(log_count weir rules_loaded) -gt $good ]"
kill -HUP "${daemon_pid[weir]}"
wait_until 10 'a reload of the same files' eval "[ \$(log_count weir reload_unchanged) = 2 ]"

# The process that loads is killed; then the folder is gone for a while; then the daemon is stopped in the middle of a load.
many_rules() { # a pack that takes seconds to load
  python3 -c '
print("pack: many\nversion: 1.0.0\nrules:")
for i in range(4000):
    print(f"""  - id: many.r{i}
    title: t
    why: w
    category: scams_and_fraud
    severity: low
    patterns: {{p: {{regex: "never{i}x[a-z]+(?<!aaa)y{i}z"}}}}
    examples: {{flag: [never{i}xby{i}z], pass: [b]}}""")'
}
loader() { pgrep -P "${daemon_pid[weir]}" -f load-rules; }
failed() { [ "$(log_count weir reload_failed)" -gt "$1" ]; }
many_rules | replace many.yaml
kill -HUP "${daemon_pid[weir]}"
wait_until 10 'the process that loads' loader >/dev/null
kill -KILL "$(loader)"
wait_until 10 'its death to be said' failed $broken
rm "$work/rules/many.yaml"
wait_until 10 'the old files to be back' eval "[ \$(log_count weir reload_unchanged) = 3 ]"
mv "$work/rules" "$work/away"
wait_until 10 'the lost folder to be said' failed $((broken + 1))
mv "$work/away" "$work/rules"
wait_until 10 'the folder to be back' eval "[ \$(log_count weir reload_unchanged) = 4 ]"
feed_wait
wait_drained
many_rules | replace many.yaml
kill -HUP "${daemon_pid[weir]}"
wait_until 10 'the process that loads' loader >/dev/null
loader=$(loader)
daemon_stop weir
[ $stop_ms -lt 5000 ] || fail "a load held up the end for $stop_ms ms"
! kill -0 "$loader" 2>/dev/null || fail 'the process that loads outlived the daemon'
verify --count $count
read_topic weir.review >"$work/review"
kcat -b "$bootstrap" -C -t weir.rollups -o beginning -e -q -f '%k\t%h\t%s\n' >"$work/rollups"
PYTHONDONTWRITEBYTECODE=1 python3 "$support/reloads.py" "$work/review" "$work/rollups" ${WEIR_LONG:+--ratio 2} || fail 'the flags do not fit the reloads'
say "$((good + 1)) good and $broken broken sets in $rounds s at $rate posts a second; memory $rss_early kB after the tenth, $rss_late kB after the last"
# A sanitizer keeps what was freed, to watch it.
grep -qE '__(asan|tsan)_init' "$weir" || [ "$rss_late" -le $((rss_early * 11 / 10 + 2048)) ] || fail 'memory grew with the reloads'
