#!/usr/bin/env bash
# weir explain over the cases of tests/support/explain: it says what they expect, every flag that weir scan gives for them is found
# again in the same places, and what cannot be explained is an error that says why.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONDONTWRITEBYTECODE=1 python3 "$root/tests/support/explain_cases.py" "$(realpath "$1")" "$root" ${WEIR_EXPLAIN_OUT:+--out "$WEIR_EXPLAIN_OUT"}
