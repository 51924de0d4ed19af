#!/usr/bin/env bash
# Prints the path of a folder with promtool and prometheus, from Debian's package without installing it: that would start a service.
#
# Exit status: 0, 3 it cannot be had, and why.
set -euo pipefail
cache=${WEIR_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weir-tests}/prometheus
if [ ! -x "$cache/usr/bin/promtool" ]; then
  work=$(mktemp -d "${TMPDIR:-/tmp}/weir-prometheus.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  (cd "$work" && apt-get download -q prometheus) >"$work/log" 2>&1 ||
    { echo "promtool: cannot download Debian's package prometheus:" >&2; tail -3 "$work/log" >&2; exit 3; }
  mkdir -p "$cache"
  dpkg-deb -x "$work"/prometheus_*.deb "$work/tree"
  cp -r "$work/tree/." "$cache/"
fi
echo "$cache/usr/bin"
