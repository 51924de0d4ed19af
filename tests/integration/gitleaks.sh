#!/usr/bin/env bash
# The converter of gitleaks' rules, on made-up ones: the pack loads, it answers as gitleaks' parts say it must, and the comparison
# with the regexes in PCRE2 explains every difference.
set -euo pipefail
weir=$(realpath "$1")
quality=$(cd "$(dirname "$0")/../quality" && pwd)
export PYTHONDONTWRITEBYTECODE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'gitleaks: %s\n' "$1" >&2; cat "$work"/*.txt >&2; exit 1; }

# What the samples and the reading of expressions rest on.
python3 - "$quality" <<'PYTHON'
import random, sys
sys.path.insert(0, sys.argv[1])
import pcre2, re2
for source in (r"a{2,3}[^b]?\d(?i)k\x41[[:upper:]\s]", r"(?i:x|(?-i:Y))+z", r"(?s:.){3}\Q"[:8], r"\bq(?P<n>[a-c-]|[]^])w$", r"a|b(?i)c|d"):
    for seed in range(50):
        text = re2.sample(re2.parse(source), random.Random(seed))
        assert pcre2.Expression(r"\A(?:" + source + r")\z").found(text), (source, text)
def must(source, *words): return re2.must_hold(re2.parse(source), words)
assert must("x(?:ab|cd)e", "abe", "cde") and not must("x(?:ab|cd)e", "abe")
assert must("a[bc]d", "ab", "ac") and not must("a[bc]?d", "ab", "ac") and must("(?i)AB", "ab")
assert must("(?:ab){1,2}", "ab") and not must("(?:ab){0,2}", "ab") and not must("a.b", "ab") and must("[a-z]+key", "key")
for source in ("(", "a)", r"\pL", "(?R)"):
    try:
        re2.parse(source)
        raise SystemExit(f"{source} was read")
    except (re2.Unreadable, IndexError):
        pass
PYTHON

mkdir "$work/gitleaks"
cp "$quality/gitleaks_small.toml" "$work/gitleaks/gitleaks.toml"
python3 "$quality/gitleaks_pack.py" "$work/gitleaks/gitleaks.toml" "$weir" >"$work/pack.yaml" 2>"$work/notes.txt"
grep -q '^gitleaks_pack: 5 of 6 rules carried over$' "$work/notes.txt" || fail 'five of the six rules were to be carried over'
grep -q 'keystore-file: left out, it looks at paths alone' "$work/notes.txt" || fail 'the rule of a path is not named'
grep -q 'harbour-login: an allowlist of paths is left out' "$work/notes.txt" || fail 'the allowlist of paths is not named'
"$weir" check -r "$work/pack.yaml" >"$work/check.txt" 2>&1 || fail 'the pack does not load'
grep -q 'entropy of 2' "$work/pack.yaml" || fail 'the entropy is not spoken of'

python3 - >"$work/secrets_gitleaks_cases.ndjson" <<'PYTHON'
import json
H, A, O = "0a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d", "acme_k3J9x0Qw7Lm2Tz8Vb5Nc1Rf6", "p4q8r2s6t1v5w9y3"
cases = [
    ("secret:acme-token", f"token {A}"), ("secret:acme-token", f'a\n"{A}"; b'), ("not:acme-token", f"token {A}0"),
    ("not:acme-token", "token acme_k3J9x0Qw7Lm2Tz8V7EXAMPLE"), ("not:acme-token", "token ACME" + A[4:]),
    ("not:acme-token", "token acme_aaaaaaaaaaaaaaaaaaaaaaaa"), ("secret:acme-token", f"acme_k3J9x0Qw7Lm2Tz8V7EXAMPLE and {A}"),
    ("secret:orchard-api-key", f"ORCHARD_KEY = '{O}'"), ("secret:orchard-api-key", f"my.orchard.key={O}"),
    ("not:orchard-api-key", f"orchard_id={O}"), ("not:orchard-api-key", f"# test vector: orchard={O}"),
    ("not:orchard-api-key", "orchard=xxxxxxxxxxxxxxxx"), ("not:orchard-api-key", "orchard=q4abcdefgh7t1v5w"),
    ("secret:orchard-api-key", f"orchard=xxxxxxxxxxxxxxxx;orchard={O}"), ("not:orchard-api-key", f"garden={O}"),
    ("secret:relay-digest", f"the Relay key is {H}"), ("not:relay-digest", f"commit {H}"), ("not:relay-digest", f"relay {H}0"),
    ("secret:mint-key", "mint-aB3d-LeAf--!AB12CD"), ("secret:mint-key", "mint-aB3d-MINT.zz00FF99 "),
    ("not:mint-key", "mint-aB3d-mint.zz00FF99"), ("not:mint-key", "mint-aB3d-leaf\nzzAB12CD"), ("not:mint-key", "mint-aB3d-leaf.xzAB12CD"),
    ("secret:harbour-login", 'harbour put a --login "joan:s3cr3t"'), ("secret:harbour-login", "harbour put a \\\n  -l 'joan:s3cr3t' b"),
    ("not:harbour-login", 'harbour put a --login "joan:password"'), ("not:harbour-login", 'harbours -l "joan:s3cr3t"'),
]
for number, (label, text) in enumerate(cases):
    print(json.dumps({"id": f"made-{number}", "text": text, "label": label}))
PYTHON
"$quality/gitleaks.sh" "$work" "$weir" >"$work/comparison.txt" 2>&1 || fail 'weir agrees less than the regexes do, or a difference has no reason'
grep -q '^27 cases: weir agrees with 26, .* PCRE2 with 19; 0 differences without a known reason$' "$work/comparison.txt" ||
  fail 'not the numbers that the cases make'
grep -q 'weir flags .*regex flags .*an entropy of ' "$work/comparison.txt" || fail 'the low entropy is not the reason given'
echo 'gitleaks: 5 made-up rules carried over, 27 cases answered as they must be'
