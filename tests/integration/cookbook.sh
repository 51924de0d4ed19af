#!/usr/bin/env bash
# The packs that the documentation shows load, without a warning: the cookbook, and the one of the tutorial in docs/rules.md, which
# must fail first as it says there.
set -euo pipefail
weir=$(realpath "${1:?usage: $0 PATH-OF-WEIR}")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-cookbook.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() { printf 'cookbook: FAILED: %s\n' "$*" >&2; exit 1; }

"$weir" check -r "$root/docs/cookbook" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; fail 'the cookbook does not load'; }
[ ! -s "$work/err" ] || { cat "$work/err" >&2; fail 'the cookbook has warnings'; }

# The blocks of YAML of the tutorial: the whole pack, what replaces its patterns, what is added.
awk -v work="$work" '/^## /{ on = /From an idea/ } on && /^```/ { inside = !inside && /yaml/; if (inside) n++; next } inside { print >(work "/block" n) }' \
  "$root/docs/rules.md"
if "$weir" check -r "$work/block1" >/dev/null 2>"$work/err"; then fail 'the first pack of the tutorial must not load'; fi
grep -q "flags this post, which must pass" "$work/err" || fail 'the first pack of the tutorial fails in another way'
awk -v work="$work" '
  function paste(file,   line) { while ((getline line <file) > 0) print line }
  /^      sale:/ { paste(work "/block2"); next }
  /^      (ticket|payment):|^    condition:/ { next }
  /^    examples:/ { paste(work "/block3") }
  { print }
  /^      pass:/ { print "        - \"Never buy from someone selling tickets who wants to be paid with gift cards: it is a scam\"" }' \
  "$work/block1" >"$work/tickets.yaml"
"$weir" check -r "$work/tickets.yaml" >"$work/out" 2>"$work/err" || { cat "$work/err" "$work/tickets.yaml" >&2; fail 'the mended pack of the tutorial does not load'; }
echo "cookbook: $(grep -c '^  - id:' "$root/docs/cookbook/cookbook.yaml") recipes and the tutorial's pack load"
