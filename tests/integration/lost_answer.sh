#!/usr/bin/env bash
# With exactly_once: the broker has written a record, its answer is lost, and the transaction is aborted. What is made again must not be taken
# for the record that was written before: each flag is there, once.
. "$(dirname "$0")/../support/integration.sh" "$1"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
export proxied=$(free_port) behind=$(free_port)
export KAFKA_EXTRA="listeners=PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@,DAEMONS://127.0.0.1:$behind;advertised.listeners=PLAINTEXT://127.0.0.1:@PORT@,DAEMONS://127.0.0.1:$proxied;listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,DAEMONS:PLAINTEXT"
kafka_up
python3 "$support/forgetful_proxy.py" "$proxied" "$behind" "$work/armed" >"$work/proxy.out" 2>"$work/proxy.log" &
daemon_pid[proxy]=$!
wait_until 10 'the proxy' grep -q ready "$work/proxy.out"
DELIVERY=exactly_once WORKERS=1 write_config weir
sed -i "s/^  bootstrap.servers: .*/  bootstrap.servers: 127.0.0.1:$proxied/" "$work/weir.yaml"
daemon_start weir
committed() { kcat -b "$bootstrap" -C -t weir.review -o beginning -e -q -f '%s\n' -X isolation.level=read_committed | wc -l; }
post() { # one post, always to the same partition, so that its flag goes where the last one went
  printf 'one\t{"id":"%s","text":"a copper lantern voucher, number %s"}\n' "$1" "$1" | kcat -b "$bootstrap" -P -t posts -K $'\t'
}
post 0
wait_until 60 'the first flag' eval '[ "$(committed)" = 1 ]'
rounds=3
for ((i = 1; i <= rounds; i++)); do
  touch "$work/armed"
  post $i
  wait_until 60 'the lost answer' eval '[ ! -e "$work/armed" ]'
  wait_until 60 'the commit' is_drained
done
daemon_stop weir
[ "$(grep -c 'all connections end' "$work/proxy.out")" = $rounds ] || fail 'the answers were not lost'
[ "$(log_count weir transaction_aborted)" -ge 1 ] || fail 'no transaction was aborted'
kcat -b "$bootstrap" -C -t weir.review -o beginning -e -q -f '%s\n' -X isolation.level=read_committed |
  python3 -c '
import json, sys
found = sorted(json.loads(line)["item"]["id"] for line in sys.stdin)
wanted = [str(i) for i in range(int(sys.argv[1]) + 1)]
sys.exit(found != wanted and f"found the flags of {found}, not of {wanted}")' "$rounds" || fail 'the flags are not as they must be'
say "$rounds answers lost, $(log_count weir transaction_aborted) transactions aborted, every flag there once"
