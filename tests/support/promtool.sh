#!/usr/bin/env bash
# Prints the path of a folder with promtool and prometheus, from Debian's packages without installing them: that would start a service.
#
# Exit status: 0, 3 they cannot be had, and why.
set -euo pipefail
cache=${WEIR_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weir-tests}/prometheus
mkdir -p "$cache"
exec 9>"$cache.lock"
flock 9 # two tests at once ask for it
if [ ! -x "$cache/usr/bin/promtool" ] || [ ! -x "$cache/usr/bin/prometheus" ]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/weir-prometheus.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  packages=(prometheus)
  [ -z "$(apt-cache show promtool 2>/dev/null)" ] || packages+=(promtool) # since Debian 13 by itself
  (cd "$work" && apt-get download -q "${packages[@]}") >"$work/log" 2>&1 ||
    { echo "promtool: cannot download Debian's package prometheus:" >&2; tail -3 "$work/log" >&2; exit 3; }
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/tree"; done
  cp -r "$work/tree/usr" "$cache/"
fi
echo "$cache/usr/bin"
