#!/usr/bin/env bash
# With exactly_once, lingering delays no flag: what still waits in the producer is sent when the transaction is committed. Ten posts, one after
# another, and a producer that would otherwise keep each flag for 50 s.
. "$(dirname "$0")/../support/integration.sh" "$1"

kafka_up
DELIVERY=exactly_once write_config weir 'linger.ms: 50000' 'transaction.timeout.ms: 60000'
daemon_start weir
committed() { kcat -b "$bootstrap" -C -t weir.review -o beginning -e -q -f '%s\n' -X isolation.level=read_committed | wc -l; }
has_committed() { [ "$(committed)" = "$1" ]; }
post() { printf '{"id":"%s","text":"a copper lantern voucher, number %s"}\n' "$1" "$1" | kcat -b "$bootstrap" -P -t posts; }
post 1
wait_until 40 'the first flag' has_committed 1
begin=$(milliseconds)
for i in {2..10}; do
  post "$i"
  wait_until 40 "flag $i" has_committed "$i"
done
took=$(($(milliseconds) - begin))
daemon_stop weir
[ "$(log_count weir transaction_aborted)" = 0 ] || fail 'transactions were aborted'
say "nine more flags, one after another, in $took ms"
