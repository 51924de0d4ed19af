#!/usr/bin/env bash
# The campaign of tests/chaos in its short form, for both deliveries: nothing is lost, and with exactly_once nothing comes twice.
set -euo pipefail
weir=$(realpath "$1")
run=$(dirname "$0")/../chaos/run.py
if [ -n "${WEIR_LONG:-}" ]; then
  exec python3 "$run" --faults 200 --posts 1900000 --fragments 100000 ${WEIR_SEED:+--seed "$WEIR_SEED"} "$weir"
fi
exec python3 "$run" --faults 11 --posts 40000 --fragments 4000 ${WEIR_SEED:+--seed "$WEIR_SEED"} "$weir"
