#!/usr/bin/env bash
# What a service manager sees: READY once the daemon is at work, a sign of life as often as it asks for, STOPPING at the end; and the unit of
# deploy/systemd is right and rated well.
. "$(dirname "$0")/../support/integration.sh" "$1"

kafka_up
write_config weir
python3 - "$work/notify" >"$work/told" <<'P' &
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
while True:
    print(manager.recv(4096).decode().replace("\n", " "), flush=True)
P
daemon_pid[manager]=$!
wait_until 10 'the manager' test -S "$work/notify"
export NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=1000000
daemon_start weir
unset NOTIFY_SOCKET WATCHDOG_USEC
wait_until 20 'READY' grep -q '^READY=1' "$work/told"
sleep 4
alive=$(grep -c '^WATCHDOG=1' "$work/told")
[ "$alive" -ge 6 ] && [ "$alive" -le 12 ] || fail "$alive signs of life in 4 s, with one wanted every half second"
daemon_stop weir
grep -q '^STOPPING=1' "$work/told" || fail 'it did not say that it stops'
kill "${daemon_pid[manager]}"

unit=$root/deploy/systemd/weir.service
sed "s#/usr/bin/weir#$weir#" "$unit" >"$work/weir.service"
systemd-analyze verify --man=no "$work/weir.service" >"$work/verify.txt" 2>&1 || fail "systemd-analyze verify: $(cat "$work/verify.txt")"
! grep -q 'weir.service:[0-9]' "$work/verify.txt" || fail "systemd-analyze verify: $(cat "$work/verify.txt")"
rating=$(systemd-analyze security --offline=true --no-pager "$unit" | sed -n 's/.*exposure level for weir.service: \([0-9.]*\).*/\1/p')
awk -v rating="$rating" 'BEGIN { exit !(rating != "" && rating <= 1.5) }' || fail "systemd-analyze security rates the unit '$rating'; it must be at most 1.5"
say "told READY, $alive signs of life and STOPPING; systemd-analyze security rates the unit $rating"
