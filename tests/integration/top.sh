#!/usr/bin/env bash
# `weir top` beside a running demo: one look shows the figures of /api/status; on a terminal it follows, listens to keys, sizes and signals, and
# leaves the terminal as it was. A daemon that is not there is one clear line; one that goes away is waited for.
set -euo pipefail
weir=$(realpath "$1")
support=$(realpath "$(dirname "$0")/../support")
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-top.XXXXXX")
demo= server=
trap 'kill -KILL $demo $server 2>/dev/null || true; rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
fail() { echo "top: FAILED: $*" >&2; tail -n 20 "$work"/*.out "$work"/*.err >&2 2>/dev/null || true; exit 1; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Nobody there, and somebody else.
status=0
"$weir" top --url "http://127.0.0.1:$(free_port)" >"$work/none.out" 2>"$work/none.err" || status=$?
[ $status = 3 ] && [ ! -s "$work/none.out" ] && [ "$(wc -l <"$work/none.err")" = 1 ] || fail "exit status $status where nothing listens"
grep -q '^weir: cannot ask http://127.0.0.1:[0-9]*: Connection refused; is weir running there?' "$work/none.err" || fail 'no clear line where nothing listens'
other=$(free_port)
python3 -m http.server --bind 127.0.0.1 -d "$work" "$other" >/dev/null 2>&1 &
server=$!
status=0
for ((i = 0; i < 600; i++)); do ! curl -s -o /dev/null "http://127.0.0.1:$other/" || break; sleep 0.1; done
"$weir" top --url "127.0.0.1:$other" >"$work/other.out" 2>"$work/other.err" || status=$?
kill $server
server=
[ $status = 3 ] && grep -q 'it answers 404' "$work/other.err" || fail 'another server is not told from weir'

python3 -c 'import pathlib, socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
pathlib.Path(sys.argv[1]).write_text(f"{s.getsockname()[1]}\n")
time.sleep(120)' "$work/silent.port" &
server=$!
status=0
for ((i = 0; i < 600; i++)); do [ ! -s "$work/silent.port" ] || break; sleep 0.1; done
silent=$(cat "$work/silent.port")
"$weir" top --once --url "http://127.0.0.1:$silent" >"$work/silent.out" 2>"$work/silent.err" || status=$?
kill $server
server=
[ $status = 3 ] && grep -q 'no answer within 5 s' "$work/silent.err" || fail 'one that never answers'

# A daemon that waits for its brokers goes away and comes back.
port=$(free_port)
cat >"$work/weir.yaml" <<Y
kafka: {bootstrap.servers: "127.0.0.1:1", group.id: weir}
sources: [{topic: posts}]
outputs: {review: {topic: weir.review}, dead_letters: {topic: weir.dead-letters}}
rules: {path: $support/packs/needles.yaml}
http: {listen: "127.0.0.1:$port"}
Y
python3 "$support/top_check.py" away "$weir" "http://127.0.0.1:$port" "$weir run -c $work/weir.yaml" || fail 'a daemon that goes away'

# Beside the demo.
"$weir" demo --cache "$work/cache" --rate 200 >"$work/demo.out" 2>"$work/demo.err" </dev/null &
demo=$!
for ((i = 0; ; i++)); do
  [ $i -lt 600 ] || fail 'the demo shows no flag'
  ! grep -q '>>.*<<' "$work/demo.out" || break
  kill -0 $demo 2>/dev/null || fail 'the demo ended'
  sleep 0.2
done
url=$(sed -n 's#^Its page, while it runs: \(http://[0-9.:]*\)/.*#\1#p' "$work/demo.out")
sleep 11 # an interval of the history
python3 "$support/top_check.py" figures "$weir" "$url" || fail 'the figures'
"$weir" top -u "$url" | grep -q '^messages  .*/s' || fail 'a pipe gets no plain text'
python3 "$support/top_check.py" terminal "$weir" "$url" || fail 'the terminal'
"$weir" top --once -u "$url" | head -14
