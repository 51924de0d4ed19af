#!/usr/bin/env bash
# The shipped packs, SpamAssassin's body rules and gitleaks on the same texts: one table, in Markdown. By hand only: it takes minutes.
#   peers.sh DATA WEIR     DATA holds the sets, *.ndjson; WEIR is the binary
#   WEIR_ROWS=N            of each ordinary set N rows, evenly spread (default 500: SpamAssassin takes some 40 ms a text)
#
# What is not installed is skipped, and the table says so:
#   SpamAssassin   apt-get install spamassassin; spamassassin.pl says which of its rules count and how a text is given to them
#   gitleaks       go install github.com/zricethezav/gitleaks/v8@v8.26.0 (the oldest that reads DATA/gitleaks/gitleaks.toml is 8.25); on PATH,
#                  or GITLEAKS=BINARY. It reads each text as a file, under that configuration where DATA has it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 2 ] || { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "$0" >&2; exit 2; }
skip() { printf 'peers: %s is not installed and is skipped: %s\n' "$1" "$2" >&2; }
spamassassin=no
if perl -MMail::SpamAssassin -e 1 2>/dev/null; then spamassassin=yes; else skip SpamAssassin 'apt-get install spamassassin'; fi
gitleaks=$(command -v "${GITLEAKS:-gitleaks}") || skip gitleaks 'go install github.com/zricethezav/gitleaks/v8@v8.26.0'
exec python3 -B "$here/peers.py" "$(realpath "$1")" "$(realpath "$2")" "$here/../../config/rules" "${WEIR_ROWS:-500}" "$spamassassin" "$gitleaks"
