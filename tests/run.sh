#!/usr/bin/env bash
# Builds weir and runs its tests, a real Apache Kafka included.
#
#   tests/run.sh                   everything: about half an hour on two cores
#   tests/run.sh CTEST-ARGUMENTS   only the main build's tests, as chosen: tests/run.sh -R unit_rules
#   tests/run.sh --long            everything at full size: 1,000,000 posts, the integration tests under both sanitizers, 10 minutes
#                                  for each fuzz target (hours)
#   tests/run.sh --long -R kill    chosen tests of the main build at full size
#
# What runs, in this order: the main build (gcc, warnings are errors); the same with clang; address+undefined and thread
# sanitizers on unit and property tests and on part of the integration tests; each fuzz target for 20 s; then all tests of the main
# build. What fails is named at once and once more before the last part; the exit status is 1 then, and 3 when the environment lacks
# what the tests need. Nothing is skipped.
#
# It writes to build/, to a folder under ${TMPDIR:-/tmp} that it deletes, and to WEIR_TEST_CACHE (default
# ${XDG_CACHE_HOME:-$HOME/.cache}/weir-tests), where Kafka's jars stay for the next time.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
jobs=2
failed=()

say() { printf '== %s (%d:%02d)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }
die() { printf 'tests/run.sh: %s\n' "$*" >&2; exit 3; }

long=no
case ${1:-} in
  -h | --help) awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "${BASH_SOURCE[0]}"; exit 0 ;;
  --long) long=yes; export WEIR_LONG=1; shift ;;
esac

# Tests are killed by ctest when they hang; what they had started is found by the process ids that they left in their folders.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weir-tests.XXXXXX")
export TMPDIR=$scratch
clean_up() {
  local status=$? file pid
  trap - EXIT
  trap '' INT TERM
  while read -r file; do
    pid=$(cat "$file")
    ! tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$scratch" || kill -KILL "$pid" 2>/dev/null || true
  done < <(find "$scratch" -name '*.pid' -o -name pid 2>/dev/null)
  cd / && rm -rf "$scratch" || true
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build() { # preset, more arguments of cmake
  local log=$root/build/$1.log
  mkdir -p "$root/build"
  if ! { cmake --preset "$1" && cmake --build --preset "$1" -- -j$jobs; } >"$log" 2>&1; then
    grep -E 'error:|FAILED:|CMake Error|undefined reference|warning:' "$log" | head -30 >&2 || true
    tail -5 "$log" >&2
    printf 'tests/run.sh: the %s build failed; all of its output is in %s\n' "$1" "$log" >&2
    return 1
  fi
}

stage() { # name, command
  local what=$1
  shift
  say "$what"
  "$@" || { failed+=("$what"); say "FAILED: $what"; }
}

# The sanitizers' share of the tests: in the short form the integration tests that send odd payloads and stop under load.
sanitized() { # preset, wrapper
  local preset=$1 chosen='^(unit|property)_|^integration_(hostile|stop)$' trials=(WEIR_TRIALS="${WEIR_TRIALS:-10000}")
  shift
  [ $long = no ] || trials=()
  [ $long = no ] || chosen='^(unit|property)_|^integration_(hostile|stop|kill|takeover|outage|rebalance|captions|chaos|review_away|secured|small_topic|throughput_exact|schemas|scan_example|check_broken|categories|demo)$'
  build "$preset" && env -u WEIR_LONG WEIR_POSTS=20000 "${trials[@]}" "$@" ctest --test-dir "build/$preset" -j$jobs -R "$chosen" --output-on-failure \
    --no-tests=error
}

sanitize_address() {
  ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 sanitized asan env
}

# ThreadSanitizer needs a predictable address space, and knows nothing of the locks inside libraries that were built without it.
sanitize_threads() {
  local wrapper=(env)
  ! setarch -R true 2>/dev/null || wrapper=(setarch -R)
  TSAN_OPTIONS=ignore_noninstrumented_modules=1:second_deadlock_stack=1:allocator_may_return_null=1:suppressions=$root/tests/support/tsan/librdkafka.supp \
    sanitized tsan "${wrapper[@]}"
}

fuzz() { if [ $long = yes ]; then tests/fuzz/run.sh 10; else tests/fuzz/run.sh --seconds 20; fi; }

needs() {
  local tool
  deploy/install-dependencies.sh --tests || die 'what the tests need could not be installed (see above)'
  for tool in cmake ninja gcc clang java mvn kcat python3 openssl; do
    command -v $tool >/dev/null || die "$tool is missing; the tests, a real Kafka among them, cannot run without it"
  done
  say "Kafka's jars"
  tests/support/kafka/kafka.sh fetch || die 'Kafka cannot run here (see above)'
}

needs
say 'main build: gcc, warnings are errors'
build ci || exit 1
if [ $# = 0 ]; then
  stage 'clang, warnings are errors' build clang
  stage 'address and undefined behaviour sanitizers' sanitize_address
  stage 'thread sanitizer' sanitize_threads
  stage 'fuzz targets' fuzz
fi
if [ ${#failed[@]} != 0 ]; then say "FAILED so far: $(printf '%s; ' "${failed[@]}")"; fi
say 'tests of the main build'
status=0
ctest --test-dir build/ci -j$jobs --output-on-failure --no-tests=error "$@" || status=1
[ ${#failed[@]} = 0 ] || status=1
exit $status
