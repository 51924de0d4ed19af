#!/usr/bin/env bash
# How long rules take to be ready, cold and from the cache, and what they weigh; prints one table.
#
#   tests/bench/rules_scale.sh BUILD [SEED]     BUILD: a build folder (cmake -DCMAKE_BUILD_TYPE=Release)
#
# Each load is a process of its own, from its first line of work (the table of code points, the look at Hyperscan) until the rules could
# run. Cold: with an empty cache, which it fills; edited: after one regex was added; from cache: the median of five starts. Seconds are of
# processor time (a load runs on one core), and in parentheses of the clock, which also count what else the machine did.
set -euo pipefail

build=$(realpath "${1:?usage: $0 BUILD [SEED]}")
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
load=$build/tests/bench_rules_load
[ -x "$load" ] || { echo "$0: build bench_rules_load first: cmake --build $build --target bench_rules_load" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT

mib() { awk -v n="$1" -v unit="$2" 'BEGIN { printf "%.1f", n * unit / 1048576 }'; }
memo_size() { stat -c %s "$work"/cache/weir-*; }

# "CPU-SECONDS SECONDS STATE RULES EXPRESSIONS DATABASE-BYTES MEMORY-KIB"; STATE must be the given one.
measure() {
  local line
  line=$("$load" "$work/cache" "$work/pack")
  [ "$(cut -d' ' -f3 <<<"$line")" = "$1" ] || { echo "$0: expected a load that is $1: $line" >&2; exit 1; }
  echo "$line"
}

add_regex() {
  cat >>"$work/pack/bench.yaml" <<Y
- {id: bench.edit, title: Edit, why: An edit., category: scams_and_fraud, severity: low, patterns: {p: {regex: 'added +later'}},
   examples: {flag: [added later], pass: [hello]}}
Y
}

row() { # NAME, arguments of make_rules.py
  local name=$1 cold cold_clock edited edited_clock cached cached_clock line expressions database cold_memory cached_memory size _
  shift
  rm -rf "$work/pack" "$work/cache"
  python3 "$here/make_rules.py" "$work/pack" --seed "$seed" "$@"
  line=$(measure compiled)
  read -r cold cold_clock _ _ expressions database cold_memory <<<"$line"
  line=$(for _ in 1 2 3 4 5; do measure cached; done | sort -n | sed -n 3p)
  read -r cached cached_clock _ _ _ _ cached_memory <<<"$line"
  size=$(memo_size)
  add_regex
  line=$(measure compiled)
  read -r edited edited_clock _ <<<"$line"
  printf '| %s | %d | %.2f (%.2f) | %.2f (%.2f) | %.2f (%.2f) | %s | %s | %s | %s |\n' "$name" "$expressions" \
    "$cold" "$cold_clock" "$edited" "$edited_clock" "$cached" "$cached_clock" \
    "$(mib "$database" 1)" "$(mib "$size" 1)" "$(mib "$cold_memory" 1024)" "$(mib "$cached_memory" 1024)"
}

echo '| rules | expressions | cold, s | edited, s | from cache, s | database, MiB | cache file, MiB | memory cold, MiB | from cache, MiB |'
echo '|---|---|---|---|---|---|---|---|---|'
row 100 --rules 100
row 1,000 --rules 1000
row 10,000 --rules 10000
row '100,000 hosts' --domains 100000
row '10,000 and 100,000 hosts' --rules 10000 --domains 100000
