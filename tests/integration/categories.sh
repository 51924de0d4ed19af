#!/usr/bin/env bash
# The list of categories is closed: a pack of each of them loads, a pack of any other does not, and the JSON Schema knows the same ones.
set -euo pipefail
weir=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-categories.XXXXXX")
trap 'rm -rf "$work"' EXIT

allowed=(animal_welfare consumer_information cyber_violence cyber_violence_against_women data_protection_and_privacy_violations
  illegal_or_harmful_speech intellectual_property_infringements protection_of_minors scams_and_fraud self_harm
  unsafe_and_prohibited_products violence other_violation_tc)
refused=(civic_discourse negative_effects_on_civic_discourse_or_elections public_security risk_for_public_security
  not_specified_notice rumors politics)

pack_of() { # category
  local keyword=
  [ "$1" != illegal_or_harmful_speech ] || keyword='    keyword: hate_speech'
  cat <<Y
pack: closed
version: 1.0.0
description: One rule of the category $1.
rules:
  - id: closed.list
    title: A rule of the category $1
    why: The test asks whether such a rule loads.
    category: $1
$keyword
    severity: low
    patterns:
      word: {literals: ["weirdly specific phrase"]}
    examples:
      flag: ["A weirdly specific phrase."]
      pass: ["Nothing of the kind."]
Y
}

fail() { echo "categories: FAILED: $*" >&2; exit 1; }

for category in "${allowed[@]}"; do
  pack_of "$category" >"$work/pack.yaml"
  "$weir" check -r "$work/pack.yaml" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "$category does not load"; }
done
for category in "${refused[@]}"; do
  pack_of "$category" >"$work/pack.yaml"
  status=0
  "$weir" check -r "$work/pack.yaml" >"$work/out" 2>&1 || status=$?
  [ "$status" = 1 ] || fail "a rule of the category $category must not load (exit status $status)"
  grep -qE "pack.yaml:8:[0-9]+: .*$category" "$work/out" || { cat "$work/out" >&2; fail "the place of $category is not named"; }
done
for keyword in defamation historical_negationism other; do
  pack_of illegal_or_harmful_speech | sed "s/hate_speech/$keyword/" >"$work/pack.yaml"
  ! "$weir" check -r "$work/pack.yaml" >/dev/null 2>&1 || fail "illegal_or_harmful_speech must not load with the keyword $keyword"
done

python3 - "$root/config/schema" "${allowed[@]}" <<'P'
import json, pathlib, sys

folder, *allowed = sys.argv[1:]

def enums(node):
    if isinstance(node, dict):
        if "scams_and_fraud" in node.get("enum", []):
            yield node["enum"]
        for value in node.values():
            yield from enums(value)
    elif isinstance(node, list):
        for value in node:
            yield from enums(value)

found = 0
for path in sorted(pathlib.Path(folder).glob("*.json")):
    for names in enums(json.loads(path.read_text())):
        found += 1
        assert sorted(names) == sorted(allowed), f"{path.name} lists other categories: {sorted(set(names) ^ set(allowed))}"
assert found, "no schema lists the categories"
print(f"categories: the schemas list them {found} times, each time the same {len(allowed)}")
P
echo "categories: ${#allowed[@]} load, ${#refused[@]} others are refused with their place"
