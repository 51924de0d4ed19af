#!/usr/bin/env bash
# Payloads that no producer should send, through a real broker: each becomes the dead letter or the flag that it must, and a good
# post right after it in the same partition is flagged.
. "$(dirname "$0")/../support/integration.sh" "$1"
export PYTHONDONTWRITEBYTECODE=1

produce() { # file: its bytes are the value, its name without the number the key
  local key options=(-b "$bootstrap" -P -t posts -p 0 -X message.max.bytes=12000000)
  key=$(basename "$1" .tombstone) key=${key#*-}
  case $1 in
    *.tombstone) printf '%s\t' "$key" | kcat "${options[@]}" -K $'\t' -Z ;;
    *) if [ -s "$1" ]; then kcat "${options[@]}" -k "$key" "$1"; else printf '%s\t' "$key" | kcat "${options[@]}" -K $'\t'; fi ;;
  esac
}

kafka_up max.message.bytes=12000000
write_config weir
mkdir "$work/payloads"
python3 "$support/hostile.py" write "$work/payloads"
daemon_start weir
for file in "$work"/payloads/*; do produce "$file"; done
[ "$(topic_count posts)" = "$(find "$work/payloads" -type f | wc -l)" ] || fail 'not every payload was produced'
wait_drained
daemon_stop weir
read_topic weir.review >"$work/flags"
read_topic weir.dead-letters >"$work/letters"
python3 "$support/hostile.py" verify "$work/flags" "$work/letters" || fail 'records are not as they must be'
