#!/usr/bin/env bash
# Installs what weir needs to build (and, with --tests, to be tested) on Debian 12 and 13. It installs only what is missing, and
# touches no network when nothing is.
#
#   install-dependencies.sh            what the build needs
#   install-dependencies.sh --tests    that, and what tests/run.sh needs
#   install-dependencies.sh --list     prints the packages instead (with --tests: those for the tests too)
#
# Needs root or sudo. Exit status: 0 everything is there, 2 usage, 3 it could not be installed, and why.
set -euo pipefail

build=(cmake ninja-build pkg-config gcc g++ libc6-dev librdkafka-dev libhyperscan-dev libpcre2-dev libsimdjson-dev libicu-dev
  libfyaml-dev libjansson-dev libmicrohttpd-dev libssl-dev)
tests=(libcmocka-dev binutils clang maven default-jre-headless kcat python3 python3-jsonschema python3-yaml
  python3-confluent-kafka python3-requests procps openssl curl systemd valgrind groff-base)

say() { printf 'install-dependencies: %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }
usage() { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "${BASH_SOURCE[0]}"; }

debian_release() {
  # shellcheck disable=SC1091
  [ -e /etc/os-release ] && (. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_ID:-}") || true
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }

install() { # packages
  local log as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "run this as root, or install sudo: missing are $*"
    as_root=(sudo)
  fi
  log=$(mktemp "${TMPDIR:-/tmp}/weir-apt.XXXXXX.log")
  say "installing $*"
  local run=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  if ! { "${run[@]}" update && "${run[@]}" install --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    grep -E '^(E|W):' "$log" | tail -5 >&2 || true
    die "apt-get failed; its output is in $log"
  fi
  rm -f "$log"
}

packages=("${build[@]}")
list=no
for argument in "$@"; do
  case $argument in
    --tests) packages+=("${tests[@]}") ;;
    --list) list=yes ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

release=$(debian_release)
# The runtime of clang's sanitizers and fuzzer is a package of its own, which clang does not pull in.
case $release in
  12) runtime=libclang-rt-14-dev ;;
  13) runtime=libclang-rt-19-dev ;;
  *) runtime= ;;
esac
if [[ " ${packages[*]} " == *" clang "* ]]; then packages+=(${runtime:+"$runtime"}); fi

if [ "$list" = yes ]; then printf '%s\n' "${packages[@]}"; exit 0; fi
if [ -z "$runtime" ]; then
  say "this knows Debian 12 and 13 only; on other systems install these (Debian's names) and build with CMake:"
  printf '  %s\n' "${packages[@]}" >&2
  exit 3
fi
[ "$(dpkg --print-architecture)" = amd64 ] || die "Hyperscan, and so weir, needs an x86-64 machine (amd64)"

missing=()
for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
[ ${#missing[@]} = 0 ] || install "${missing[@]}"
