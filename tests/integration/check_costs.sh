#!/usr/bin/env bash
# weir check lists what rules cost and warns of floods: on the shipped packs nothing to warn of, on a noisy pack and a corpus each
# thing that there is, at its place, and exit status 0 all the same.
set -euo pipefail
weir=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'check_costs: %s\n' "$1" >&2; cat "$work"/out "$work"/err >&2; exit 1; }
run() { status=0; "$weir" check "$@" >"$work/out" 2>"$work/err" || status=$?; }
says() { grep -qE -- "$2" "$work/$1" || fail "expected in $1: $2"; }

run -r config/rules
[ "$status" = 0 ] || fail "exit status $status on the shipped packs"
[ ! -s "$work/err" ] || fail 'warnings of the shipped packs'
says out 'rules run, with [0-9]+ patterns'
says out 'measured on [0-9]+ of their own examples; give --corpus for real figures'
says out 'and [0-9]+ rules that cost no more; --all shows them'
[ "$(grep -cE '^[a-z_]+\.[a-z-]+ +([0-9.]+ %|<)' "$work/out")" = 10 ] || fail 'not the ten dearest'

run -r config/rules --all
rules=$(sed -n 's/^\([0-9]*\) rules run.*/\1/p' "$work/out")
sed -n '/^rule /,$p' "$work/out" | awk -v rules="$rules" '
  /^[a-z_]+\./ { count++; if ($3 == "%") { sum += $2; if (before != "" && $2 > before) sorted = "no"; before = $2 } }
  END { exit !(count == rules && sum > 98 && sum < 102 && sorted == "") }' || fail 'shares do not add up to 100 % from the dearest down'

cat >"$work/noisy.yaml" <<'YAML'
pack: noisy
version: 1.0.0
rules:
  - id: noisy.coin
    title: Names a coin
    why: Nothing is wrong with that.
    category: scams_and_fraud
    severity: low
    patterns:
      name: {literals: ["wire money", "btc"]}
      often: {literals: ["lunch"]}
    condition: name or (often and count(often) > 9)
    examples: {flag: ["one btc"], pass: ["one coin"]}
YAML
for ((i = 0; i < 500; i++)); do echo "lunch $i"; echo "supper $i"; done >"$work/corpus.txt"
printf 'the "btc"\tnow\nno btc\n' >>"$work/corpus.txt"

run -r "$work/noisy.yaml" --corpus "$work/corpus.txt" --text
[ "$status" = 0 ] || fail "exit status $status with warnings"
says err "noisy.yaml:10:39: warning: 'btc' is short, and alone makes 'noisy.coin' flag"
says err "noisy.yaml:10:13: warning: 'noisy.coin' flags 2 of 1002 lines, more than 1 in 1,000; line 1001: \"the .\"btc.\"<U.0009>now\", line 1002: \"no btc\""
says err "noisy.yaml:11:14: warning: 'often' of 'noisy.coin' matches 500 of 1002 lines"
[ "$(grep -c ': warning: ' "$work/err")" = 3 ] || fail 'three warnings were to be seen'
says out 'measured on 1000 of 1002 lines of '

sed 's/.*/{"text": "&"}/; 7s/.*/no JSON/' <(head -100 "$work/corpus.txt") >"$work/corpus.ndjson"
run -r "$work/noisy.yaml" --corpus - <"$work/corpus.ndjson"
[ "$status" = 0 ] || fail "exit status $status with posts from stdin"
says err "'often' of 'noisy.coin' matches 49 of 99 lines"
says err '1 of 100 lines of - are no posts and were left out'

run -r "$work/noisy.yaml" --corpus "$work/corpus.txt"
[ "$status" = 1 ] || fail "exit status $status for plain text without --text"
says err 'for plain text give --text'
run -r "$work/noisy.yaml" --corpus "$work/nowhere"
[ "$status" = 3 ] || fail "exit status $status without a corpus"
run -r "$work/noisy.yaml" --text
[ "$status" = 2 ] || fail "exit status $status for --text without --corpus"
echo 'check_costs: costs add up, floods are named at their places'
