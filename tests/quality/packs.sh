#!/usr/bin/env bash
# The acceptance run of the shipped packs (config/rules) over labelled sets: a report in Markdown to stdout, which becomes docs/quality.md;
# a line on stderr for each target that is missed, and exit status 1 then.
#   packs.sh DATA WEIR     DATA holds the sets, *.ndjson; WEIR is the binary
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 2 ] || { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "$0" >&2; exit 2; }
exec python3 -B "$here/packs.py" "$(realpath "$1")" "$(realpath "$2")" "$here/../../config/rules"
