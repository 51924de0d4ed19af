#!/usr/bin/env bash
# A phrase hidden behind capitals, fullwidth letters, a zero-width space and Cyrillic letters is flagged, its quote is the original text,
# and its offsets, in code points and in bytes, are those that Python computes.
set -euo pipefail
weir=$1
root=$(cd "$(dirname "$0")/../.." && pwd)

flags=$(printf '%s\n' '{"id":"1","text":"Please TRANSFER your savings to a ｓａｆｅ\u200b ассount now"}' | "$weir" scan -r "$root/config/rules") ||
  { echo "scan_example: weir scan exited with $?" >&2; exit 1; }
FLAGS=$flags README=$root/README.md python3 - <<'P'
import json, os, sys

original = "Please TRANSFER your savings to a ｓａｆｅ\u200b ассount now"
lines = os.environ["FLAGS"].splitlines()
assert len(lines) == 1, f"one flag expected, got {len(lines)}"
flag = json.loads(lines[0])
assert flag["schema"] == "weir.flag/1" and flag["item"]["id"] == "1", flag
assert flag["source"] == {"file": "-", "line": 1}, flag["source"]
assert flag["content"] == {"text": original}, flag["content"]
evidence = [e for rule in flag["rules"] for e in rule["evidence"]]
assert evidence, "no evidence"
for e in evidence:
    at = original.find(e["quote"])
    assert at >= 0, f"the quote is not in the original text: {e['quote']!r}"
    assert original[e["start"]:e["end"]] == e["quote"], e
    assert original.encode()[e["start_byte"]:e["end_byte"]] == e["quote"].encode(), e
disguised = "ｓａｆｅ\u200b ассount"
found = [e for e in evidence if disguised in e["quote"]]
assert found, f"no evidence quotes {disguised!r}: {[e['quote'] for e in evidence]}"
assert any(e["view"] == "skeleton" for e in found), found
# The README shows this very flag, but for the time.
readme = open(os.environ["README"], encoding="utf-8").read()
shown = json.loads(readme.split("## A flag")[1].split("```json")[1].split("```")[0])
shown["flagged_at"] = flag["flagged_at"]
assert shown == flag, f"the flag in README.md is not what the command above it prints: {flag}"
print(f"scan_example: {len(flag['rules'])} rules, {len(evidence)} pieces of evidence, all quotes and offsets right:")
for e in evidence:
    print(f"  code points {e['start']}-{e['end']}, bytes {e['start_byte']}-{e['end_byte']}, {e['view']}: {e['quote']!r}")
P
