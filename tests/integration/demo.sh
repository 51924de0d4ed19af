#!/usr/bin/env bash
# `weir demo` from any folder, without a network, with rules that were compiled before as deploy/quickstart.sh does it: the first flag is on
# the screen within 10 s, the passage that it is about is marked, every category of the packs is at work, and the demo ends by itself with a summary and exit
# status 0.
set -euo pipefail
weir=$(realpath "$1")
rules=$(realpath "$(dirname "$0")/../../config/rules")
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/run"
cd "$work/run"
fail() { echo "demo: FAILED: $*" >&2; tail -n 20 "$work"/run/out "$work"/run/err >&2; exit 1; }

: >out
"$weir" demo --cache "$work/cache" --load-only >/dev/null
begin=$(date +%s%3N)
"$weir" demo --cache "$work/cache" --seconds 15 >out 2>err </dev/null &
demo=$!
until grep -q '>>.*<<' out; do
  [ $(($(date +%s%3N) - begin)) -lt 10000 ] || { kill -KILL $demo; fail 'no flag within 10 s'; }
  kill -0 $demo 2>/dev/null || fail 'it ended before the first flag'
  sleep 0.1
done
first=$(($(date +%s%3N) - begin))
status=0
wait $demo || status=$?
[ $status = 0 ] || fail "exit status $status"
[ $(($(date +%s%3N) - begin)) -lt 30000 ] || fail 'it did not end in time'
grep -q '^ *live   live-' out || fail 'no flag of a live stream'
categories=$(sed -n '/flags by category/,/^$/p' out)
in_packs=$(sed -n 's/^ *category: *//p' "$rules"/*.yaml | sort -u | wc -l)
[ "$(grep -cE '^ +[1-9][0-9]* +[a-z_]+$' <<<"$categories")" = "$in_packs" ] || fail "not $in_packs categories with flags"
! grep -qE '^ +0 ' <<<"$categories" || fail 'a category of the packs had no flag'
[ "$(find . -type f | wc -l)" = 2 ] || fail 'it left files behind'
echo "demo: the first flag after $first ms, $(grep -c '>>.*<<' out) marked lines in 15 s; its end:"
tail -8 out
