#!/usr/bin/env bash
# The cache of compiled rules under a real daemon and a real Kafka: used from the second start on; damaged, cut short, forged, of another
# processor, a link or open to others it is refused, said, and replaced, while the flags stay exactly those of the rules; a daemon killed at
# any moment of its start leaves nothing that the next one stumbles over.
. "$(dirname "$0")/../support/integration.sh" "$1"

cache=$work/cache
fed=0

# sign_memo PYTHON: lets the code change `body` (of the memo), then signs it anew with `key`.
sign_memo() {
  python3 - "$cache" "$1" <<'P'
import glob, hashlib, hmac, os, sys
path, = glob.glob(sys.argv[1] + '/weir-*')
key = open(sys.argv[1] + '/key', 'rb').read()
body = bytearray(open(path, 'rb').read()[:-32])
exec(sys.argv[2])
with open(path, 'r+b') as file:
    file.truncate(0)
    file.write(bytes(body) + hmac.new(key, bytes(body), hashlib.sha256).digest())
P
}
memo() { echo "$cache"/weir-*; }

damage_nothing() { :; }
damage_bit() { python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(2000); b = f.read(1)[0]; f.seek(2000); f.write(bytes([b ^ 4]))' "$(memo)"; }
damage_length() { truncate -s -100 "$(memo)"; }
damage_all() { head -c 100000 /dev/urandom >"$(memo)"; }
damage_processor() { sign_memo 'at = body.index(b"features ") + 9; body[at] = 0x37 if body[at] != 0x37 else 0x38'; }
damage_build() { sign_memo 'at = body.index(b"weir 0.") + 14; body[at] = 0x37 if body[at] != 0x37 else 0x38'; }
damage_lengths() { sign_memo 'body[88:96] = b"\xff" * 8'; }
damage_signature() { sign_memo 'key = os.urandom(32)'; }
damage_key() { head -c 32 /dev/urandom >"$cache/key"; }
damage_mode() { chmod 0644 "$(memo)"; }
damage_link() { local memo; memo=$(memo); mv "$memo" "$work/moved"; ln -s "$work/moved" "$memo"; }
damage_name() { rm -f "$work/second"; ln "$(memo)" "$work/second"; }

# start_with DAMAGE EVENT [REASON]: one start, the flags of 500 posts, one end. Its log must have the event, and the reason if there is one.
start_with() {
  local before
  before=$(flag_count)
  feed --count 500 --first $fed
  fed=$((fed + 500))
  "damage_$1"
  : >"$work/weir.log"
  daemon_start weir
  wait_until 60 'new flags' has_flags $((before + 5))
  daemon_stop weir 10
  [ "$(log_count weir "$2")" = 1 ] || fail "after damage_$1 the log has no $2"
  if [ -n "${3:-}" ]; then
    grep -q "warning rules_cache_refused reason=\".*$3" "$work/weir.log" || fail "after damage_$1 the log does not say '$3'"
  else
    ! grep -q rules_cache_refused "$work/weir.log" || fail "after damage_$1 the cache was refused"
  fi
  say "$1: $2${3:+, $3}"
}

kafka_up
write_config weir "${late[@]}" 'session.timeout.ms: 6000'
say "seed $seed (WEIR_SEED=$seed repeats the moments)"
start_with nothing rules_cache_stored
[ "$(stat -c %a "$cache") $(stat -c %a "$(memo)") $(stat -c %a "$cache/key")" = '700 600 600' ] || fail 'the cache is open to others'
start_with nothing rules_cache_used
start_with bit rules_cache_stored 'signature is wrong'
start_with nothing rules_cache_used
start_with length rules_cache_stored 'signature is wrong'
start_with all rules_cache_stored 'signature is wrong'
start_with processor rules_cache_stored 'another processor'
start_with build rules_cache_stored 'another build of weir'
start_with lengths rules_cache_stored 'cut short or damaged'
start_with signature rules_cache_stored 'signature is wrong'
start_with key rules_cache_stored 'signature is wrong'
start_with mode rules_cache_stored 'open to others'
start_with link rules_cache_stored 'symbolic link'
[ ! -L "$(memo)" ] || fail 'the link was followed'
start_with name rules_cache_stored 'more than one name'
start_with nothing rules_cache_used

chmod 0777 "$cache"
start_with nothing rules_cache_not_stored 'others can write to it'
chmod 0700 "$cache"

: >"$work/weir.log"
for round in {1..20}; do
  rm -rf "$cache"
  for ((start = 0; start < round % 3 + 1; start++)); do
    daemon_start weir
    sleep_random 250
    daemon_kill weir
  done 2>/dev/null
done
! grep -q 'warning rules_cache' "$work/weir.log" || fail 'what a killed daemon left was not whole'
say "killed at their start: $(log_count weir rules_cache_stored) had stored, $(log_count weir rules_cache_used) had used it"
start_with nothing 'rules_cache_(stored|used)'
start_with nothing rules_cache_used

# Rules that have changed since are read all the same.
mkdir "$work/packs"
cp -r "$support/packs/." "$work/packs"
sed -i "s#path: $support/packs#path: $work/packs#" "$work/weir.yaml"
start_with nothing rules_cache_stored
pack=$(ls "$work"/packs/*.yaml | head -1)
echo '# a comment' >>"$pack"
start_with nothing rules_cache_stored
grep -q 'database=known examples=run' "$work/weir.log" || fail 'a comment made it compile'
start_with nothing rules_cache_used
wait_drained
verify --count $fed --twins
