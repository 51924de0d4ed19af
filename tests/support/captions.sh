# What tests of captions on real Kafka share. Source it after integration.sh.

# caption_config NAME GROUP OUTPUTS RULES [KAFKA-LINE...]: $work/NAME.yaml, one worker that reads the topic captions.
caption_config() {
  WORKERS=1 write_config "$1" "${late[@]}" 'session.timeout.ms: 6000' "${@:5}"
  sed -i "s#group.id: weir#group.id: $2#; s#topic: weir\\.#topic: $3.#; s#^rules: .*#rules: {path: $4}#" "$work/$1.yaml"
  sed -i '/^  - topic: posts/,/^    fields/d' "$work/$1.yaml"
  sed -i 's#^sources:#sources:\n  - topic: captions\n    kind: caption#' "$work/$1.yaml"
}

# feed_captions_start RATE: KEY<tab>JSON from stdin to the topic captions, so many lines a second.
feed_captions_start() {
  exec 5<&0
  set -m
  awk -v rate="$1" '{ print; if (NR % rate == 0) { fflush(); system("sleep 1") } }' <&5 |
    kcat -b "$bootstrap" -P -t captions -K $'\t' -E -X enable.idempotence=true -X linger.ms=5 2>>"$work/feeder.log" &
  feeder_pid=$!
  set +m
  exec 5<&-
}

# kill_daemons COUNT: SIGKILLs a or b, more often a, at random moments while flags come, and starts it again.
kill_daemons() {
  local round before victim
  for ((round = 1; round <= $1; round++)); do
    before=$(flag_count)
    wait_until 60 'new flags' has_flags $((before + 20))
    sleep_random 3000
    victim=$([ $((RANDOM % 3)) = 0 ] && echo b || echo a)
    daemon_kill "$victim"
    sleep_random 500
    daemon_start "$victim"
  done
}

is_group_drained() { [ "$(kafka lag "$1")" = 0 ]; }

windows_rebuilt() {
  cat "$work"/[ab].log | sed -n 's/.*windows_rebuilt .*fragments=\([0-9]*\).*/\1/p' |
    awk '{ n++; sum += $1 } END { print n + 0 " times, " sum + 0 " fragments in all" }'
}
