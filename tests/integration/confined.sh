#!/usr/bin/env bash
# A running daemon can gain no privileges, leaves no core, writes files for its user alone, and shows its memory and environment to no
# other process of that user; a reload, which starts a process of its own, works all the same. Needs no broker.
[ "$(id -u)" != 0 ] || export TMPDIR=/tmp # where another user gets to, too
. "$(dirname "$0")/../support/integration.sh" "$1"

bootstrap=127.0.0.1:1
run=()
chmod 711 "$work"
if [ "$(id -u)" = 0 ]; then # root sees everything, and would prove nothing
  run=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  install -m 755 "$weir" "$work/weir"
  weir=$work/weir
fi
mkdir "$work/rules" "$work/own"
cp "$support/packs/needles.yaml" "$work/rules"
write_config weir
sed -i "s#^rules: .*#rules: {path: $work/rules, cache: $work/own/cache}#" "$work/weir.yaml"
chmod -R a+rX "$work/rules" "$work/weir.yaml"
[ ${#run[@]} = 0 ] || chown 65534:65534 "$work/own"
(umask 022 && exec "${run[@]}" env SECRET=in-the-environment "$weir" run -c "$work/weir.yaml") 2>"$work/weir.log" </dev/null &
daemon_pid[weir]=$!
pid=$!
has_said() { [ "$(log_count weir "$1")" -ge "$2" ]; }
wait_until 20 'the daemon to start' has_said started 1

status() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$pid/status"; }
[ "$(status NoNewPrivs)" = 1 ] || fail 'it can gain privileges'
[ "$(status Umask)" = 0077 ] || fail "its umask is $(status Umask)"
awk '/^Max core file size/ { exit !($5 == 0 && $6 == 0) }' "/proc/$pid/limits" || fail 'it may leave a core'
[ "$(stat -c %a "$work/own/cache")" = 700 ] || fail "the cache is a folder of mode $(stat -c %a "$work/own/cache")"
files=$(find "$work/own/cache" -type f | wc -l)
[ "$files" -ge 1 ] || fail 'it wrote no file'
[ -z "$(find "$work/own" -mindepth 1 -perm /077)" ] || fail "others can read: $(find "$work/own" -mindepth 1 -perm /077)"
hidden='memory and environment closed'
if grep -qE '__(asan|tsan)_init' "$weir"; then
  hidden='memory not closed under a sanitizer'
else
  ! "${run[@]}" cat "/proc/$pid/environ" 2>/dev/null | grep -q in-the-environment || fail 'its environment can be read'
  ! "${run[@]}" head -c 0 "/proc/$pid/mem" 2>/dev/null || fail 'its memory can be opened'
fi
sed -i 's/version: .*/version: 9.9.9/' "$work/rules/needles.yaml"
kill -HUP "$pid"
wait_until 20 'the reload' has_said rules_loaded 1
daemon_stop weir 40
say "no new privileges, no core, umask 077, $files cached files for the user alone, $hidden; a reload works"
