#!/usr/bin/env bash
# Every broken pack and configuration of tests/broken is refused with exit status 1, and the mistake is named at the place, and with the
# text, that the first line of the file asks for:   # expect LINE:COLUMN text
set -euo pipefail
weir=$(realpath "$1")
cd "$(dirname "$0")/../broken"

count=0 wrong=0
complain() { printf 'check_broken: %s: %s\n' "$1" "$2" >&2; wrong=$((wrong + 1)); }

check() { # option, file
  local option=$1 file=$2 place text output status=0
  IFS=' ' read -r _ _ place text <<<"$(head -1 "$file")"
  [[ $(head -1 "$file") =~ ^'# expect '[0-9]+:[0-9]+' '. ]] || { complain "$file" 'its first line is not: # expect LINE:COLUMN text'; return; }
  output=$("$weir" check "$option" "$file" 2>&1) || status=$?
  count=$((count + 1))
  if [ "$status" != 1 ]; then complain "$file" "exit status $status instead of 1"; fi
  grep -F "$file:$place: " <<<"$output" | grep -qF -- "$text" ||
    complain "$file" "expected $file:$place: ...$text..., got:"$'\n'"$output"
}

for file in packs/*.y*ml; do check -r "$file"; done
for file in config/*.y*ml; do check -c "$file"; done
echo "check_broken: $count broken files, $((count - wrong)) named at the right place with the right words"
[ "$count" -ge 25 ] || { echo 'check_broken: there must be 25 at least' >&2; exit 1; }
[ "$wrong" = 0 ]
