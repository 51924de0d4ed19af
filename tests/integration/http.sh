#!/usr/bin/env bash
# The HTTP server beside the path: what it says is what happened, it is ready when weir works and only then, Prometheus' own tool finds nothing
# wrong with its metrics, and hostile clients do not hold up a single post.
. "$(dirname "$0")/../support/integration.sh" "$1"

promtool=$("$support/promtool.sh")/promtool || exit 1
count=40000
if is_long; then count=1000000; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
address=http://127.0.0.1:$port

get() { curl -sS -m 20 "$@"; }
status_of() { get -o /dev/null -w '%{http_code}' "$@"; }
has_status() { [ "$(status_of "$address$2" 2>/dev/null)" = "$1" ]; }
metric() { get "$address/metrics" | awk -v name="$1" '$1 == name { print $2 }'; } # name with its labels, as they stand
expect() { [ "$2" = "$3" ] || fail "$1: $2, not $3"; }

kafka_up
mkdir "$work/rules"
cp "$support/packs/needles.yaml" "$work/rules/"
HTTP=127.0.0.1:$port write_config weir 'auto.commit.interval.ms: 100'
sed -i "s#^rules: .*#rules: {path: $work/rules}#" "$work/weir.yaml"
daemon_start weir
wait_until 30 'readiness' has_status 200 /readyz
expect 'healthz' "$(get "$address/healthz")" ok
expect 'the log says where' "$(log_count weir http)" 1

# Only the loopback hears it.
python3 - "$port" <<'P' || fail 'the port is open beyond the loopback'
import sys
port = f"{int(sys.argv[1]):04X}"
heard = [line.split()[1].split(":") for name in ("tcp", "tcp6") for line in open(f"/proc/net/{name}") if line.split()[3] == "0A"]
found = [address for address, at in heard if at == port]
sys.exit(found != ["0100007F"])
P

feed --count $count --seed 7
wait_drained
wait_until 20 'all flags to be delivered' eval "[ \"\$(metric weir_records_delivered_total)\" = $((count / 100)) ]"
expect messages "$(metric weir_messages_total)" $count
expect items "$(metric weir_items_total)" $count
expect flags "$(metric 'weir_flags_total{output="review"}')" $((count / 100))
expect delays "$(metric weir_flag_delay_seconds_count)" $((count / 100))
expect partitions "$(metric weir_partitions)" 3
wait_until 5 'the lag to be noted' eval '[ "$(metric weir_lag_messages)" = 0 ]'
rules=$(get "$address/metrics" | awk '/^weir_rule_flags_total\{/ { sum += $2 } END { print sum }')
wanted=$(read_topic weir.review | python3 -c 'import json, sys; print(sum(len(json.loads(line.split("\t")[2])["rules"]) for line in sys.stdin))')
expect 'flags by rule' "$rules" "$wanted"
get "$address/metrics" | "$promtool" check metrics || fail 'promtool complains'
get "$address/api/status" >"$work/status.json"
python3 - "$root/config/schema/weir.status-1.schema.json" "$work/status.json" $count <<'P' || fail 'the status is not as it must be'
import json, sys
import jsonschema
schema, status = (json.load(open(path)) for path in sys.argv[1:3])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(status, schema)
assert status["counts"]["messages"] == int(sys.argv[3]), status["counts"]
assert status["unready"] is None and status["sick"] is None and status["brokers_up"], status
assert sum(bucket["flags"] for bucket in status["delays"]["buckets"]) == status["counts"]["flags"]
P

# What is refused.
expect 'a name from elsewhere' "$(status_of -H 'Host: attacker.example' "$address/metrics")" 403
expect 'a name that begins like ours' "$(status_of -H 'Host: localhost.attacker.example' "$address/metrics")" 403
expect 'a name that begins like an address' "$(status_of -H 'Host: 127.0.0.1.attacker.example' "$address/metrics")" 403
expect localhost "$(status_of -H "Host: localhost:$port" "$address/metrics")" 200
expect POST "$(status_of -X POST -d x "$address/metrics")" 405
expect 'an unknown address' "$(status_of "$address/etc/passwd")" 404
expect HEAD "$(status_of -I "$address/metrics")" 200

# Hostile clients under load: the posts take what they take without them.
feed_start --count $count --seed 8
python3 "$support/http_attack.py" "$port" 15
feed_wait
wait_drained
wait_until 20 'an answer after the attack' has_status 200 /healthz
expect 'messages under attack' "$(metric weir_messages_total)" $((2 * count))
daemon_is_alive weir || fail 'the daemon ended under attack'

# A broken pack is told, and so is a broker that is away.
sed 's/^pack:/pakc:/' "$support/packs/needles.yaml" >"$work/rules/needles.yaml"
wait_until 30 'the failed reload' eval '[ "$(metric "weir_ruleset_loads_total{outcome=\"failed\"}")" = 1 ]'
get "$address/api/status" | grep -q '"last_failure":{"at_ms":[0-9]*,"reason":"[^"]*pakc' || fail 'the status does not say why the reload failed'
kafka stop 1
wait_until 60 'unreadiness' has_status 503 /readyz
get "$address/readyz" | grep -q 'no broker answers' || fail 'readyz does not say why'
expect 'brokers_up' "$(metric weir_brokers_up)" 0
expect 'healthz without a broker' "$(get "$address/healthz")" ok
kafka up 1
wait_until 60 'readiness again' has_status 200 /readyz

# A port that is taken: an error where it was asked for, a warning where it is only the usual one.
cp "$support/packs/needles.yaml" "$work/rules/"
status=0
timeout 30 "$weir" run -c "$work/weir.yaml" 2>"$work/second.log" || status=$?
expect 'exit of a second daemon at the same port' "$status" 3
grep -q "cannot listen at 127.0.0.1 port $port: Address already in use; give http.listen another port, or off" "$work/second.log" ||
  fail "no clear message: $(cat "$work/second.log")"
daemon_stop weir
say "$count posts twice, once under attack; every count of /metrics is that of the topics"
