#!/usr/bin/env bash
# The page with 10,000 rules that all flagged: what it asks for stays small and quick, /metrics stays bounded. In the long form (WEIR_LONG=1) it is
# opened in a real browser (Debian's chromium) in light, dark and narrow: no console errors, the rules are there, and the screenshots go to
# WEIR_SHOTS if that names a folder.
. "$(dirname "$0")/../support/integration.sh" "$1"

rules=10000
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=http://127.0.0.1:$port
metric() { curl -sS -m 20 "$address/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

mkdir "$work/rules"
python3 - $rules "$work" <<'P'
import json, sys
count, work = int(sys.argv[1]), sys.argv[2]
with open(f"{work}/rules/many.yaml", "w") as pack:
    pack.write("pack: many\nversion: 1.0.0\nrules:\n")
    for i in range(count):
        pack.write(f"""  - id: many.rule-{i:05}
    title: Looks for the word number {i}
    why: So that there are many rules.
    category: scams_and_fraud
    severity: {("low", "medium", "high", "critical")[i % 4]}
    patterns: {{word: {{literals: [needle{i:05}]}}}}
    examples: {{flag: [a needle{i:05} here], pass: [no needle here]}}
""")
with open(f"{work}/posts", "w") as posts:
    for i in range(count):
        posts.write(json.dumps({"id": f"p{i}", "lang": "en", "text": f"a needle{i:05} in the hay"}) + "\n")
P

kafka_up
write_config weir
sed -i -e "s#^rules: .*#rules: {path: $work/rules}#" -e "s#^http: .*#http: {listen: 127.0.0.1:$port, show_content: true}#" "$work/weir.yaml"
daemon_start weir
wait_until 120 'readiness' eval "[ \"\$(curl -s -o /dev/null -w '%{http_code}' $address/readyz)\" = 200 ]"
kcat -P -b "$bootstrap" -t posts <"$work/posts" || fail 'kcat could not produce'
wait_until 60 'all flags' eval "[ \"\$(metric weir_flags_total{output=\\\"review\\\"})\" = $rules ]"

# What the page asks for every two seconds.
for path in /api/status /api/history /api/flags /metrics /; do
  read -r seconds bytes < <(curl -sS -m 20 -o "$work/answer" -w '%{time_total} %{size_download}\n' "$address$path")
  echo "page: $path: $bytes bytes in $seconds s"
  awk -v s="$seconds" -v b="$bytes" 'BEGIN { exit !(s < 2 && b < 4000000 && b > 0) }' || fail "$path is too slow or too large"
done
curl -sS "$address/metrics" | grep -c '^weir_rule_flags_total' >"$work/series"
[ "$(cat "$work/series")" = 1001 ] || fail "$(cat "$work/series") series of rules, not 1000 and one for the others"
is_long || { echo "page: $rules rules; the browser is for the long form"; exit 0; }

command -v chromium >/dev/null || fail 'the long form needs a browser: apt-get install chromium'
shots=${WEIR_SHOTS:-$work}
browse() { # name width height [option...]
  local name=$1 width=$2 height=$3
  shift 3
  timeout 90 chromium --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update \
    --user-data-dir="$work/chromium.$name" --window-size="$width,$height" --virtual-time-budget=8000 --enable-logging=stderr "$@" "$address/" 2>"$work/$name.err"
  ! grep -a 'CONSOLE' "$work/$name.err" || fail "$name: the console has messages"
}
sleep 12 # an interval of the history
browse dom 1280 900 --dump-dom >"$work/dom"
grep -q "100 of $rules shown; $rules rules are in force" "$work/dom" || fail 'the page does not tell of all rules'
[ "$(grep -o '<td>many\.rule-[0-9]*' "$work/dom" | sort -u | wc -l)" = 100 ] || fail 'not 100 rules in the table'
grep -q 'class="state good"[^>]*>at work' "$work/dom" || fail 'the page does not say that it is at work'
! grep -qE '(src|href)="(http|//)' "$work/dom" || fail 'the page has an outside asset'
! grep -q '</i>others' "$work/dom" || fail 'the chart does not know the category of rules with few flags'
browse light 1280 1500 --screenshot="$shots/page-light.png"
browse dark 1280 1500 --force-dark-mode --screenshot="$shots/page-dark.png"
browse narrow 500 1800 --screenshot="$shots/page-narrow.png"
for name in light dark narrow; do [ -s "$shots/page-$name.png" ] || fail "no screenshot: $name"; done
cmp -s "$shots/page-light.png" "$shots/page-dark.png" && fail 'dark is as light'
echo "page: $rules rules in a browser, light, dark and narrow, no console messages"
