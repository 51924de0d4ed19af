#!/usr/bin/env bash
# Installs what is missing, builds weir in build/release, and runs its demo: an embedded broker, sample posts, the real path.
#
#   deploy/quickstart.sh                 until Ctrl-C
#   deploy/quickstart.sh --seconds 20    the arguments are those of `weir demo` (see `weir demo --help`)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf 'quickstart: %s\n' "$*" >&2; }

say 'looking for what the build needs'
"$root/deploy/install-dependencies.sh"

say "building $root/build/release/weir (the first time takes a minute or two)"
mkdir -p "$root/build"
if ! (cd "$root" && cmake --preset release && cmake --build --preset release) >"$root/build/quickstart.log" 2>&1; then
  tail -30 "$root/build/quickstart.log" >&2
  say "the build failed; all of its output is in $root/build/quickstart.log"
  exit 3
fi

# Compiled rules are good for this machine and these packs only; when either changes they are made anew.
cache=$root/build/release/rules-cache
say "compiling the shipped rules (the first time takes some seconds)"
"$root/build/release/weir" demo --cache "$cache" --load-only >/dev/null

say "running weir demo $*"
exec "$root/build/release/weir" demo --cache "$cache" "$@"
