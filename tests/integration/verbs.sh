#!/usr/bin/env bash
# Manual pages and completions have each verb and option that --help has, and no other.
set -euo pipefail
PYTHONDONTWRITEBYTECODE=1 python3 "$(dirname "$0")/../support/verbs_check.py" "$(realpath "$1")"
