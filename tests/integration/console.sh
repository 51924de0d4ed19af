#!/usr/bin/env bash
# The bridge of deploy/console beside a real weir and a real Kafka: every flag arrives at a server that answers as Coop's documented API does, in
# the documented form and over TLS, through a SIGKILL, errors and a request to slow down; what Coop refuses is named and passed, and no log holds the
# key or a text. What each answer does is in tests/deploy/test_console.py.
. "$(dirname "$0")/../support/integration.sh" "$1"

share=7000
if is_long; then share=350000; fi
flags=$((share * 3 / 100))
bridge=$root/deploy/console/coop.py
/usr/bin/python3 -c 'import confluent_kafka, requests, yaml' || fail 'install python3-confluent-kafka, python3-requests and python3-yaml'
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir "$work/coop"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=coop -addext subjectAltName=IP:127.0.0.1 -keyout "$work/coop.pem" -out "$work/coop.crt" 2>/dev/null
mode() { echo "$1" >"$work/coop/mode.new"; mv "$work/coop/mode.new" "$work/coop/mode"; }
lines() { [ ! -e "$work/coop/$1" ] || wc -l <"$work/coop/$1"; }
has_taken() { [ "$(sort -u "$work/coop/taken" 2>/dev/null | wc -l)" -ge "$1" ]; }
has_seen() { [ "$(grep -c "^$1$" "$work/coop/seen" 2>/dev/null)" -ge "$2" ]; }

mode take
python3 "$support/console/coop_server.py" "$port" "$work/coop.crt" "$work/coop.pem" "$work/coop" >"$work/server.log" 2>&1 &
daemon_pid[server]=$!
kafka_up
echo coop-key-of-the-test >"$work/key"
cat >"$work/bridge.yaml" <<Y
kafka: {bootstrap.servers: "$bootstrap", group.id: weir-coop, session.timeout.ms: 6000, auto.commit.interval.ms: 500}
topic: weir.review
coop:
  url: https://127.0.0.1:$port/api/v1/report
  key_file: $work/key
  item_type: flag-type
  reporter_type: user-type
  policies: {scams_and_fraud: policy-7}
Y
bridge_start() {
  REQUESTS_CA_BUNDLE=$work/coop.crt /usr/bin/python3 -B "$bridge" "$work/bridge.yaml" 2>>"$work/bridge.log" &
  daemon_pid[bridge]=$!
}

write_config weir
echo 'privacy: {author_key: "0123456789abcdef0123456789abcdef"}' >>"$work/weir.yaml"
daemon_start weir
bridge_start
feed_round 1 4
wait_until 60 'reports' has_taken 20
daemon_kill bridge
killed=$(lines taken)
feed_wait
feed_round 2 4
bridge_start
wait_until 60 'reports after the kill' has_taken $((killed + 20))
mode away
feed_wait
feed_round 3 4
wait_until 30 'errors' has_seen 500 2
mode busy
wait_until 60 'a request to slow down' has_seen 429 2
mode take
feed_wait
wait_drained
wait_until 120 'every flag' has_taken $flags
daemon_stop weir
read_topic weir.review >"$work/topic"
python3 -c 'import json, sys; print("\n".join(sorted({json.loads(line.split("\t")[2])["flag_id"] for line in sys.stdin})))' <"$work/topic" >"$work/wanted"
sort -u "$work/coop/taken" | cmp - "$work/wanted" || fail 'the flags that Coop has are not those of the topic'
! [ -s "$work/coop/wrong" ] || fail "not as documented: $(sort "$work/coop/wrong" | uniq -c | head -3)"
grep -q '"policyId": "policy-7"' "$work/coop/reports" || fail 'no policy'
grep -qE '"author": "[0-9a-f]{32}"' "$work/coop/reports" || fail 'no pseudonym'
twins=$(($(lines taken) - $(wc -l <"$work/wanted")))
[ $twins -lt $((flags / 2)) ] || fail "$twins flags came again: offsets are not committed"
say "$flags flags through a kill, $(grep -c 500 "$work/coop/seen") errors and $(grep -c 429 "$work/coop/seen") requests to slow down; $twins arrived twice, with the same id"

# What Coop does not want, what is no flag, and a flag behind them.
sample=$(head -1 "$work/topic" | cut -f3)
make() { python3 -c 'import json, sys; flag = json.loads(sys.argv[1]); flag["flag_id"] = sys.argv[2]; flag["content"]["text"] = sys.argv[3]; print(json.dumps(flag))' "$sample" "$@"; }
caption() { # of a stream, provisional, without a text
  python3 -c 'import json, sys; flag = json.loads(sys.argv[1]); del flag["content"]; print(json.dumps({**flag, "flag_id": "caption-1", "kind": "caption", "provisional": True, "item": {"stream": "live-7", "sequence_first": 4, "sequence_last": 5, "start_ms": 81000, "end_ms": 85900}}))' "$sample"
}
{ caption; make refused-1 unwanted; echo 'no flag'; echo '{"schema":"weir.flag-update/1"}'; echo '[]'; make wanted-1 'after them'; } |
  kcat -b "$bootstrap" -P -t weir.review -p 0
wait_until 30 'the flag behind them' grep -q '^wanted-1$' "$work/coop/taken"
grep '"caption-1"' "$work/coop/reports" | grep -q '"stream": "live-7", "start_ms": 81000, "end_ms": 85900, "provisional": true}' || fail 'the flag of a caption'
grep -q 'error flag_refused flag_id="refused-1" status=400 reason="Not wanted /reportedItem"' "$work/bridge.log" || fail 'the refused flag is not named'
[ "$(grep -c 'error no_flag' "$work/bridge.log")" = 2 ] || fail 'what is no flag is not named'
daemon_stop bridge
grep -qE 'info stopped sent=[0-9]+ refused=1 left=3$' "$work/bridge.log" || fail 'what became of the records is not counted'
! grep -qE 'coop-key-of-the-test|SECRET-TEXT|Traceback|after them' "$work/bridge.log" || fail 'the log holds what it must not'

sed 's#https://127.0.0.1#http://coop.example.org#' "$work/bridge.yaml" >"$work/plain.yaml"
status=0
/usr/bin/python3 -B "$bridge" "$work/plain.yaml" 2>"$work/plain.txt" || status=$?
[ "$status" = 2 ] && grep -q 'must begin with https' "$work/plain.txt" || fail "a key over plain HTTP: $status"
say 'what Coop refuses is named and passed; a key goes over TLS only'
