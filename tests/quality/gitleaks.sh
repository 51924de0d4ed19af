#!/usr/bin/env bash
# gitleaks' rules in weir against gitleaks' regexes in PCRE2, on labelled cases.
#   gitleaks.sh DATA WEIR     DATA holds gitleaks/gitleaks.toml and secrets_gitleaks_cases.ndjson; WEIR is the binary
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$1
weir=$2
export PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$here/gitleaks_pack.py" "$data/gitleaks/gitleaks.toml" "$weir" >"$work/gitleaks.yaml"
"$weir" scan -r "$work/gitleaks.yaml" "$data/secrets_gitleaks_cases.ndjson" >"$work/flags.ndjson"
python3 "$here/gitleaks_compare.py" "$data/gitleaks/gitleaks.toml" "$data/secrets_gitleaks_cases.ndjson" "$work/flags.ndjson"
