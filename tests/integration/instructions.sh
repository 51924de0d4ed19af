#!/usr/bin/env bash
# The hot path takes no more instructions a message than it did: see tests/bench/instructions.py.
exec python3 -B "$(dirname "$0")/../bench/instructions.py" "$1"
