#!/usr/bin/env bash
# Other engines and weir on the same rules and posts, each at its best, on one core; prints one table. By hand only: README.md says what is compared.
#
#   tests/bench/peers/run.sh BUILD [OPTIONS]     BUILD: a build folder with Release binaries
#
#   --rules N         rules, as tests/bench/make_rules.py makes them (default 1000)
#   --posts N         posts, as tests/support/posts.py makes them, a multiple of 100 (default 5000)
#   --texts FILE      posts of your own in place of those: NDJSON, of which "text" counts
#   --seed N          of rules and posts (default 1)
#   --planted N       every N-th post holds a phrase of a rule (default 500)
#   --only NAME,...   some of: hyperscan weir re2 rust python redpanda sensitive-word (default: all)
#   --json FILE       the figures also as JSON
#   --strict          exit 1 when an engine cannot be installed or run; otherwise its row says why
#
# Each engine is built into WEIR_PEERS_DIR (default build/peers); the package tools download what they lack, and Debian's libre2-dev is installed.
# An engine that takes longer than WEIR_PEERS_LIMIT (default 900) seconds of the clock for a set of rules is stopped, and its row says so.
# Exit status: 0, 1 two engines found different messages (or --strict), 2 usage, 3 no rules or posts could be made.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
all=(hyperscan weir re2 rust python redpanda sensitive-word)

usage() { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "${BASH_SOURCE[0]}"; }
say() { printf 'peers: %s\n' "$*" >&2; }
refuse() { say "$*"; usage >&2; exit 2; }
number() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || refuse "$1 takes a number above 0, not '$2'"; }

build='' rules=1000 posts=5000 texts='' seed=1 planted=500 only=() report=()
while [ $# != 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --strict) report+=("$1"); shift; continue ;;
    --rules | --posts | --texts | --seed | --planted | --only | --json) [ $# -gt 1 ] || refuse "$1 takes a value" ;;
    -*) refuse "there is no option $1" ;;
    *) [ -z "$build" ] || refuse "one BUILD only, not '$1' too"; build=$1; shift; continue ;;
  esac
  case $1 in
    --only) IFS=, read -ra only <<<"$2" ;;
    --json) report+=(--json "$2") ;;
    --texts) [ -r "$2" ] || refuse "--texts: cannot read $2"; texts=$(realpath "$2") ;;
    *) number "$1" "$2"; printf -v "${1#--}" %s "$2" ;;
  esac
  shift 2
done
[ -n "$build" ] || refuse 'which BUILD?'
[ -x "$build/weir" ] || refuse "$build holds no weir; build one with cmake --preset release && ninja -C build/release"
[ $((posts % 100)) = 0 ] || refuse '--posts takes a multiple of 100'
for name in "${only[@]}"; do [[ " ${all[*]} " == *" $name "* ]] || refuse "--only: no engine is called '$name'"; done
chosen() { [ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }

weir=$(realpath "$build/weir")
mkdir -p "${WEIR_PEERS_DIR:-$root/build/peers}"
peers=$(realpath "${WEIR_PEERS_DIR:-$root/build/peers}")
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-peers.XXXXXX")
trap 'rm -rf "$work"' EXIT

# ---- What each engine needs. Nothing in here may lean on 'set -e', which is off where a failure is asked for.

need() {
  local tool
  for tool; do command -v "$tool" >/dev/null || { echo "needs $tool, which is not installed"; return 1; }; done
}
debian() { # PACKAGE
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
  need apt-get && "${as_root[@]}" update && "${as_root[@]}" install --no-install-recommends "$1"
}
compile() { # NAME LIBRARY
  local flags
  need g++ pkg-config && flags=$(pkg-config --cflags --libs "$2") && read -ra flags <<<"$flags" &&
    g++ -std=c++17 -O3 -Wall -Wextra -o "$peers/$1" "$here/cpp/$1.cpp" "${flags[@]}"
}
install_hyperscan() { compile hyperscan libhs; }
install_weir() { need python3; }
install_re2() { need pkg-config && { pkg-config --exists re2 || debian libre2-dev; } && compile re2_set re2; }
install_rust() { # from a copy, since cargo writes beside its sources
  need cargo && mkdir -p "$peers/rust" && cp -R "$here/rust/." "$peers/rust/" &&
    cargo build --release --quiet --manifest-path "$peers/rust/Cargo.toml"
}
install_python() { need python3; }
install_redpanda() { need go && (cd "$here/redpanda" && go build -buildvcs=false -o "$peers/redpanda" .); }
install_sensitive-word() {
  local to=$peers/sensitive-word
  need java javac mvn && mkdir -p "$to" && if [ ! "$to/complete" -nt "$here/sensitive-word/pom.xml" ]; then
    rm -rf "$to/jars" && mvn -q -B -Dstyle.color=never -f "$here/sensitive-word/pom.xml" dependency:copy-dependencies \
      -DoutputDirectory="$to/jars" && touch "$to/complete"
  fi && javac -cp "$to/jars/*" -d "$to" "$here/sensitive-word/Peer.java"
}

# ---- How each is run on a set; prints its rows.

bounded() {
  local seconds=${WEIR_PEERS_LIMIT:-900} status=0
  timeout --foreground "$seconds" "$@" || status=$?
  [ $status != 124 ] || echo "needs more than $seconds seconds" >&2
  return $status
}
pinned() { sed -nE "s/$2/\1/p" "$here/$1" | head -1; } # FILE EXPRESSION
run_hyperscan() { bounded "$peers/hyperscan" "$work" "$1"; }
run_weir() { bounded python3 -B "$here/weir_rows.py" "$weir" "$work" "$1"; }
run_re2() { bounded "$peers/re2_set" "$work" "$1" "$(dpkg-query -W -f '${Version}' libre2-dev 2>/dev/null || pkg-config --modversion re2)"; }
run_rust() {
  bounded "$peers/rust/target/release/peer" "$work" "$1" \
    "regex $(pinned rust/Cargo.toml '^regex = "=(.*)"'), aho-corasick $(pinned rust/Cargo.toml '^aho-corasick = "=(.*)"')"
}
run_python() { bounded python3 -B "$here/python/rules.py" "$work" "$1"; }
run_redpanda() { GOMAXPROCS=1 bounded "$peers/redpanda" "$work" "$1" "$(pinned redpanda/go.mod '^require .*benthos\/v4 (.*)')"; }
run_sensitive-word() {
  bounded java -XX:ActiveProcessorCount=1 -XX:+UseSerialGC -cp "$peers/sensitive-word:$peers/sensitive-word/jars/*" Peer "$work" "$1" \
    "$(pinned sensitive-word/pom.xml ' *<version>([0-9.]{3,})<.*')"
}

# ---- All of them.

sets_of() { if [ "$1" = sensitive-word ]; then echo literals; else echo all literals; fi; } # that one knows no regexes
row() { printf '%s\t%s\t%s\n' "$@" >>"$work/rows"; }                                       # SET ENGINE ROW

# Of a log the line that says most, and where the rest is.
reason() {
  local line
  line=$({ grep -m1 -iE 'error|needs|cannot|could not|failed' "$1" || tail -1 "$1"; } | tr '\t|' '  ' | cut -c1-160)
  printf '%s (%s)' "${line:-it ended without a word}" "$1"
}

make_inputs() {
  python3 -B "$root/tests/bench/make_rules.py" "$work/pack" --rules "$rules" --seed "$seed" &&
    { [ -n "$texts" ] || python3 -B "$root/tests/support/posts.py" --count "$posts" --seed "$seed" >"$work/posts.json"; } &&
    python3 -B "$here/make_inputs.py" "$work" "$work/pack/bench.yaml" "${texts:-$work/posts.json}" --planted "$planted"
}

measure() { # ENGINE
  local log=$peers/$1.log set line why
  say "$1: building"
  if ! "install_$1" >"$log" 2>&1 </dev/null; then
    why=$(reason "$log")
    for set in $(sets_of "$1"); do row "$set" "$1" "$why"; done
    return
  fi
  for set in $(sets_of "$1"); do
    say "$1: measuring, $set"
    why=
    "run_$1" "$set" >"$work/of_one" 2>"$log" </dev/null || why=$(reason "$log")
    # What it measured before it failed counts.
    while read -r line; do say "$line"; row "$set" "$1" "$line"; done <"$work/of_one"
    [ -z "$why" ] || row "$set" "$1" "$why"
  done
}

make_inputs || exit 3
for name in "${all[@]}"; do
  if chosen "$name"; then measure "$name"; fi
done
python3 -B "$here/report.py" "$work/rows" "$work" "${report[@]}"
