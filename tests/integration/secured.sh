#!/usr/bin/env bash
# A real Kafka that wants TLS and a login, and allows only what an ACL says. With passwords from files and the environment (PLAIN,
# SCRAM) and with tokens (OAUTHBEARER) weir does its work; a wrong password, a certificate that is expired, of an unknown authority
# or of another name, a token that is missing or refused, and each missing ACL is one line that says what to do; when it is done, weir
# goes on by itself; and no secret stands in any log.
. "$(dirname "$0")/../support/integration.sh" "$1"
. "$support/secured.sh"

count=1000
flags=$((count / 100))

# secure NAME LISTENER GROUP LINE...: $work/NAME.yaml. What is missing is soon looked for again, so that the test is quick.
secure() {
  local config=$work/$1.yaml
  bootstrap=$(kafka bootstrap "$2") write_config "$1" 'security.protocol: SASL_SSL' 'topic.metadata.refresh.interval.ms: 1000' "${@:4}"
  sed -i "s/^  group.id: .*/  group.id: $3/" "$config"
  grep -q ssl.ca.location "$config" || sed -i "s#^sources:#  ssl.ca.location: $certificates/ours.pem\n&#" "$config"
}
plain=('sasl.mechanism: PLAIN' 'sasl.username: "${env:WEIR_TEST_USER}"' 'sasl.password: "${file:password}"')
scram=('sasl.mechanism: SCRAM-SHA-512' 'sasl.username: weir' 'sasl.password: "${env:WEIR_TEST_SCRAM}"')
bearer='sasl.mechanism: OAUTHBEARER'

# The one line of a daemon of which this is the event, and how it goes on.
said() { # daemon, extended regular expression
  grep -cE "^[^ ]+ (warning|error|info) $2" "$work/$1.log" || true
}
has_said() { [ "$(said "$@")" -ge 1 ]; }
wait_said() { wait_until 60 "$1 to say: $2" has_said "$1" "$2"; }
once() { [ "$(said "$@")" = 1 ] || fail "$1 said $(said "$@") times: $2"; }
complaints() { grep -cE '^[^ ]+ (warning|error) ' "$work/$1.log" || true; }
allow() { kafka acls --add --allow-principal User:weir "$@" >/dev/null || fail "no ACL for: $*"; }
have_drained() { # four groups of three partitions
  [ "$(kafka groups --describe --all-groups 2>/dev/null | awk '$1 ~ /^weir/ && $6 == 0' | wc -l)" = 12 ]
}
delivered() { sed -n 's/.* info stopped .* delivered=\([0-9]*\) .*/\1/p' "$work/$1.log"; }

begin=$SECONDS
secured_up
say "Kafka with TLS, logins and ACLs after $((SECONDS - begin)) s"
feed --count $count &
feeder=$!
printf '%s\n' "$plain_password" >"$work/password"
wrong_password=wrong-81dLqPzv
printf '%s\n' "$wrong_password" >"$work/wrong-password"
export WEIR_TEST_USER=weir WEIR_TEST_SCRAM=$scram_password

# ---- Who is not let in

refused=(wrong expired unknown elsewhere)
secure wrong SECURE weir "${plain[@]}"
sed -i 's/{file:password}/{file:wrong-password}/' "$work/wrong.yaml"
secure expired EXPIRED weir "${scram[@]}"
secure unknown SECURE weir "${plain[@]}" "ssl.ca.location: $certificates/theirs.pem"
secure elsewhere ELSEWHERE weir "${plain[@]}"
for one in "${refused[@]}"; do daemon_start $one; done
login='broker_refuses_login brokers=127.0.0.1:[0-9]+'
trust="reason=\"the brokers' certificate is not trusted:"
wait_said wrong "$login reason=\".*Invalid username or password.*\" do=\"correct sasl.\\* under kafka and restart, or the user and its password"
wait_said expired "$login $trust certificate has expired\" do=\"renew the brokers' certificate; "
wait_said unknown "$login $trust self-signed certificate in certificate chain\" do=\"set kafka.ssl.ca.location to "
wait_said elsewhere "$login $trust IP address mismatch\" do=\"name the brokers in kafka.bootstrap.servers as their certificate does"

# ---- Without any right, then with one after the other; two workers each

command=$work/print-token # nothing before it may, then a token of 20 s, then long ones
cat >"$command" <<Y
#!/bin/sh
cd "$work"
[ -e may-print ] || exit 1
seconds=20
[ ! -e has-printed ] || seconds=600
: >has-printed
python3 "$support/bearer_token.py" weir \$seconds none | tee -a tokens
Y
chmod +x "$command"
secure plain SECURE weir "${plain[@]}"
DELIVERY=exactly_once secure once SECURE weir-once "${scram[@]}" 'debug: "security,broker"'
secure filed SECURE weir-filed "$bearer" 'weir.oauthbearer.token.file: token' 'debug: "security,broker"'
secure printed SECURE weir-printed "$bearer" "weir.oauthbearer.token.command: \"$command\""
printf 'log: {level: debug}\n' | tee -a "$work/once.yaml" >>"$work/filed.yaml"
print_token weir 600 RS256 >"$work/token" # signed, it says: this broker believes only those that are not
for one in plain once filed printed; do
  "$weir" check -c "$work/$one.yaml" >"$work/$one.check" 2>&1 || fail "check refuses $one: $(cat "$work/$one.check")"
  daemon_start $one
done
wait_said plain 'source_group_refused group=weir reason=".*Group authorization failed.*" do="allow weir.s user to read the group; '
wait_said plain 'outputs_refused topic=weir.review reason=".*" do="allow weir.s user to write to this topic and the others of outputs '
wait_said filed 'broker_refuses_login .* do="see that the brokers accept the token, or bring another; '
wait_said printed 'token_missing from=weir.oauthbearer.token.command reason="it exited with status 1" do="run the command as weir.s user '
print_token weir 600 none >"$work/token"
: >"$work/may-print"
allow --operation Read --group weir --group weir-once --group weir-filed --group weir-printed
allow --operation Write --topic weir.rollups --topic weir.shadow --topic weir.overflow --topic weir.dead-letters
wait_said plain 'outputs_accepted topic=weir.review'
wait_said plain 'source_topic_refused topic=posts reason=".*Topic authorization failed.*" do="allow weir.s user to read the topic; '
wait_said once 'transactions_refused transactional_id=weir-weir-once-[^ ]* reason=".*Transactional Id authorization failed.*" do="allow '
wait $feeder || fail 'the posts could not be produced'
allow --operation Read --topic posts
wait_said plain 'source_topic_found topic=posts'
wait_said plain 'record_refused topic=weir.review reason=".*Topic authorization failed.*" do="allow weir.s user to write to the topic; '
wait_said printed 'token_found from=weir.oauthbearer.token.command'
allow --operation Write --operation Describe --transactional-id weir-weir-once- --resource-pattern-type prefixed
wait_said once 'transactions_allowed transactional_id='
wait_said once 'record_refused topic=weir.review reason=".*Topic authorization failed.*" do="allow '
allow --operation Write --topic weir.review
wait_said plain 'record_accepted topic=weir.review'
wait_said once 'record_accepted topic=weir.review'
wait_until 60 'all four to commit every offset' have_drained
printed() { echo $(($(wc -l <"$work/tokens") - 2)); } # the other two are those in the file
is_renewed() { [ "$(printed)" -ge 2 ]; }
wait_until 60 'the token of 20 s to be renewed' is_renewed
sleep 1
[ "$(printed)" -le 4 ] || fail "five clients had the command print $(printed) tokens"

for one in plain once filed printed; do
  daemon_stop $one
  [ "$(delivered $one)" -ge $flags ] || fail "$one delivered $(delivered $one) flags"
done
[ "$(delivered once)" = $flags ] || fail "exactly once was $(delivered once) flags"
verify --count $count --twins

# ---- One line each, and no secret

for one in "${refused[@]}"; do
  [ "$(complaints $one)" = 1 ] || fail "$one complained $(complaints $one) times"
  daemon_kill $one
done
for line in source_group_refused outputs_refused source_topic_refused 'record_refused topic=weir.review'; do once plain "$line"; done
for line in transactions_refused source_group_refused 'record_refused topic=weir.review'; do once once "$line"; done
[ "$(said once transaction_aborted)" = 0 ] || fail 'each abort of a refused record is said'
once filed broker_refuses_login
once printed token_missing
echo "$plain_password" >"$work/secrets"
printf '%s\n' "$scram_password" "$wrong_password" >>"$work/secrets"
cut -d. -f2 "$work/tokens" >>"$work/secrets" # what they say
[ "$(wc -l <"$work/secrets")" -ge 7 ] || fail 'not all secrets are known'
! grep -lFf "$work/secrets" "$work"/*.log "$work"/*.out "$work"/*.check || fail 'a secret is in a log'
grep -q 'debug librdkafka' "$work/filed.log" || fail 'the log of librdkafka is not there'
say "PLAIN, SCRAM with exactly_once, OAUTHBEARER by file and by command: $flags flags each; 4 logins refused, 7 ACLs and 2 tokens missing, a line each; ${SECONDS} s"
