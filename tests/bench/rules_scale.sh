#!/usr/bin/env bash
# How long rules take to be ready, cold and from the cache, and what they weigh; prints one table.
#
#   tests/bench/rules_scale.sh BUILD [SEED [ROW...]]     BUILD: a build folder (cmake -DCMAKE_BUILD_TYPE=Release)
#
# A row is RULES or RULES+HOSTS, a list of so many hosts; default 100 1000 10000 0+100000 10000+100000.
# Each load is a process of its own, from its first line of work (the table of code points, the look at Hyperscan) until the rules could
# run. Cold: with an empty cache, which it fills; edited: after one regex was added; from cache: the median of five starts. Seconds are of
# processor time (a load runs on one core), and in parentheses of the clock, which also count what else the machine did.
set -euo pipefail

build=$(realpath "${1:?usage: $0 BUILD [SEED [ROW...]]}")
seed=${2:-1}
rows=("${@:3}")
[ ${#rows[@]} != 0 ] || rows=(100 1000 10000 0+100000 10000+100000)
for size in "${rows[@]}"; do
  [[ $size =~ ^[0-9]+(\+[0-9]+)?$ ]] || { echo "$0: a row is RULES or RULES+HOSTS, not '$size'" >&2; exit 2; }
done
here=$(cd "$(dirname "$0")" && pwd)
load=$build/tests/bench_rules_load
[ -x "$load" ] || { echo "$0: build bench_rules_load first: cmake --build $build --target bench_rules_load" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-scale.XXXXXX")
trap 'rm -rf "$work"' EXIT

mib() { awk -v n="$1" -v unit="$2" 'BEGIN { printf "%.1f", n * unit / 1048576 }'; }
thousands() { sed -E ':again; s/([0-9])([0-9]{3})(,|$)/\1,\2\3/; t again' <<<"$1"; }
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
for size in "${rows[@]}"; do
  rules=$((10#${size%+*})) hosts=0
  [ "$size" = "${size%+*}" ] || hosts=$((10#${size#*+}))
  case $((rules > 0))$((hosts > 0)) in
    10) name=$(thousands $rules) ;;
    01) name="$(thousands $hosts) hosts" ;;
    *) name="$(thousands $rules) and $(thousands $hosts) hosts" ;;
  esac
  row "$name" --rules $rules --domains $hosts
done
