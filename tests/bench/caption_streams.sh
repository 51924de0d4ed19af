#!/usr/bin/env bash
# What live caption streams cost: memory for each, time against the same texts as posts, and eviction under the cap; prints one table.
#
#   tests/bench/caption_streams.sh BUILD [STREAMS [RULES]]
#
# BUILD: a build folder (cmake -DCMAKE_BUILD_TYPE=Release); default 1,000,000 streams and the shipped packs, with which it takes more than an hour (20,000 streams: two minutes).
# Memory does not depend on the rules: with tests/support/packs it takes a quarter of one.
# Each row is a process of one worker. A fragment has about 64 bytes of words; in the last round, which is timed, every stream is known.
# Times are of the processor. Counted: what weir knows that it uses for a stream; grown: what the process grew by.
set -euo pipefail

build=$(realpath "${1:?usage: $0 BUILD [STREAMS [RULES]]}")
streams=${2:-1000000}
here=$(cd "$(dirname "$0")" && pwd)
rules=$(realpath "${3:-$here/../../config/rules}")
bench=$build/tests/bench_caption_streams
[ -x "$bench" ] || { echo "$0: build bench_caption_streams first: cmake --build $build --target bench_caption_streams" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-streams.XXXXXX")
trap 'rm -rf "$work"' EXIT

config() { # NAME, streams_max, window
  cat >"$work/$1.yaml" <<Y
sources:
  - {topic: posts, kind: post, fields: {id: /id, author_name: /author_name, text: /text}}
  - {topic: captions, kind: caption, fields: {stream: /stream_id, sequence: /seq, start_ms: /start_ms, text: /text}}
captions: {streams_max: $2, window: $3}
workers: 1
Y
}

row() { # WHAT, CONFIG, KIND, STREAMS, ROUNDS
  local seconds messages known counted grown evicted records
  read -r seconds messages known counted grown evicted records < <("$bench" "$work/$2.yaml" "$rules" "$3" "$4" "$5")
  awk -v what="$1" -v s="$seconds" -v m="$messages" -v n="$known" -v c="$counted" -v g="$grown" -v e="$evicted" -v r="$records" 'BEGIN {
    printf "| %s | %.0f | %d | %s | %s | %d | %d |\n", what, m / s, n, n ? sprintf("%.0f", c / n) : "-", n ? sprintf("%.0f", g / n) : "-", e, r }'
}

config wide "$streams" 1024
config narrow "$streams" 256
config capped $((streams / 10)) 1024
echo '| streams, rounds | messages a second | streams known | bytes each, counted | grown | evicted | records |'
echo '|---|---|---|---|---|---|---|'
row "posts, 4" wide posts "$streams" 4
row "$streams captions, 4, window 256" narrow captions "$streams" 4
row "$streams captions, 8, window 256" narrow captions "$streams" 8
row "$streams captions, 20, window 1024" wide captions "$streams" 20
row "$streams captions, 2, cap $((streams / 10))" capped captions "$streams" 2
