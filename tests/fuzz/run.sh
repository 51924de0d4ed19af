#!/usr/bin/env bash
# Builds the fuzz targets of tests/fuzz and runs each for some time; a table at the end says what each did.
#
#   tests/fuzz/run.sh MINUTES [TARGET...]           all targets, or those named
#   tests/fuzz/run.sh --seconds SECONDS [TARGET...]
#
# The target fuzz_NAME starts from tests/fuzz/corpus/NAME. What it adds goes to a folder that is deleted; an input that crashes it (or takes
# 25 s, or 2 GB) stays in build/fuzz/crashes, and its name is printed. Exit status: 0, 1 a target crashed or did not build, 2 usage.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
usage() { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "${BASH_SOURCE[0]}" >&2; exit 2; }
is_number() { [[ $1 =~ ^[1-9][0-9]*$ ]] || usage; }

case ${1:-} in
  --seconds) is_number "${2:-}"; seconds=$2; shift 2 ;;
  *) is_number "${1:-}"; seconds=$(($1 * 60)); shift ;;
esac
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
  for file in "$root"/tests/fuzz/*.c; do [ ! -e "$file" ] || targets+=("$(basename "$file" .c)"); done
fi
[ ${#targets[@]} != 0 ] || { echo 'fuzz: there are no targets in tests/fuzz' >&2; exit 1; }

cd "$root"
mkdir -p build
if ! { cmake --preset fuzz && cmake --build --preset fuzz -- -j2 "${targets[@]}"; } >build/fuzz.log 2>&1; then
  grep -E 'error:|FAILED:|CMake Error|undefined reference' build/fuzz.log | head -20 >&2 || tail -5 build/fuzz.log >&2
  echo "fuzz: the build failed; all of its output is in $root/build/fuzz.log" >&2
  exit 1
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/weir-fuzz.XXXXXX")
runner=
clean_up() { [ -z "$runner" ] || kill -KILL "$runner" 2>/dev/null || true; rm -rf "$work"; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
crashes=$root/build/fuzz/crashes
mkdir -p "$crashes"

run_target() { # name: adds a line to the table
  local name=$1 corpus=tests/fuzz/corpus/${1#fuzz_} log=$work/$1.log status=0 dictionary=tests/fuzz/$1.dict
  local options=(-max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$crashes/$name-")
  mkdir -p "$work/$name"
  [ ! -e "$dictionary" ] || options+=(-dict="$dictionary")
  build/fuzz/tests/"$name" "${options[@]}" "$work/$name" $([ ! -d "$corpus" ] || echo "$corpus") >"$log" 2>&1 &
  runner=$!
  wait "$runner" || status=$?
  runner=
  printf '%-24s %12s %10s %8s\n' "$name" "$(awk '/stat::number_of_executed_units/ { n = $2 } END { print n ? n : "?" }' "$log")" \
    "$(grep -oE ' cov: [0-9]+' "$log" | tail -1 | awk '{ print $2 }')" "$([ $status = 0 ] && echo none || echo yes)" >>"$work/table"
  [ $status != 0 ] || return 0
  tail -40 "$log" >&2
  ls -1t "$crashes/$name-"* 2>/dev/null | head -3 | sed 's/^/fuzz: kept /' >&2
  crashed=yes
}

crashed=no
printf '%-24s %12s %10s %8s\n' target executions coverage crashes >"$work/table"
for target in "${targets[@]}"; do run_target "$target"; done
cat "$work/table"
[ $crashed = no ]
