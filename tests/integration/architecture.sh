#!/usr/bin/env bash
# The rules of docs/architecture.md hold for the source tree and for the object files of this build.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONDONTWRITEBYTECODE=1 python3 "$root/tests/support/architecture.py" "$root" --objects "$(dirname "$(realpath "$1")")/CMakeFiles"
