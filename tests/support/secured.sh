# A Kafka that lets nobody in without a password and allows nothing without an ACL, for tests that have sourced integration.sh.
#
# Its plain listener is for the test itself (ANONYMOUS may do everything). SECURE and EXPIRED are SASL_SSL: PLAIN (users weir and
# newcomer), SCRAM-SHA-512 (weir) and OAUTHBEARER, whose tokens the broker takes unsigned. The certificate of EXPIRED is that.

plain_password=plain-6fZ0qLwE
scram_password=scram-9xTbM2ka
certificates=$work/certificates

# make_authority NAME: a certificate authority, NAME.pem and NAME.key
make_authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$certificates/$1.key" -out "$certificates/$1.pem" -days 30 \
    -subj "/CN=weir test authority $1" -addext basicConstraints=critical,CA:TRUE 2>/dev/null || fail 'openssl makes no authority'
}

# make_certificate NAME START END SAN: of the broker, signed by "ours"; key and chain in NAME.keystore.pem. Times are YYYYMMDDHHMMSSZ.
make_certificate() {
  local folder=$certificates/$1
  mkdir "$folder"
  : >"$folder/index"
  printf '%s\n' '[ca]' 'default_ca = ours' '[ours]' "database = $folder/index" "new_certs_dir = $folder" 'rand_serial = yes' \
    'default_md = sha256' 'policy = any' 'copy_extensions = copy' 'unique_subject = no' '[any]' 'commonName = supplied' >"$folder/ca.conf"
  openssl req -newkey rsa:2048 -nodes -keyout "$folder/key" -out "$folder/request" -subj '/CN=weir test broker' \
    -addext "subjectAltName=$4" 2>/dev/null &&
    openssl ca -batch -notext -config "$folder/ca.conf" -cert "$certificates/ours.pem" -keyfile "$certificates/ours.key" \
      -startdate "$2" -enddate "$3" -in "$folder/request" -out "$folder/certificate" 2>"$folder/ca.log" ||
    fail "openssl makes no certificate $1: $(cat "$folder/ca.log")"
  cat "$folder/key" "$folder/certificate" "$certificates/ours.pem" >"$certificates/$1.keystore.pem"
}

# print_token SUBJECT SECONDS ALGORITHM: as bearer_token.py has it; all that were printed stand in $work/tokens.
print_token() { python3 "$support/bearer_token.py" "$@" | tee -a "$work/tokens"; }

secured_up() {
  local from until
  command -v openssl >/dev/null || fail 'openssl is missing; deploy/install-dependencies.sh --tests installs it'
  mkdir "$certificates"
  from=$(date -u -d '2 days ago' +%Y%m%d%H%M%SZ) until=$(date -u -d '20 days' +%Y%m%d%H%M%SZ)
  make_authority ours
  make_authority theirs
  make_certificate secure "$from" "$until" IP:127.0.0.1
  make_certificate expired "$from" "$(date -u -d '1 day ago' +%Y%m%d%H%M%SZ)" IP:127.0.0.1
  make_certificate elsewhere "$from" "$until" DNS:broker.example
  local name login=org.apache.kafka.common.security
  {
    echo 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer'
    echo 'super.users=User:ANONYMOUS'
    for name in secure expired elsewhere; do
      echo "listener.name.$name.ssl.keystore.type=PEM"
      echo "listener.name.$name.ssl.keystore.location=$certificates/$name.keystore.pem"
      echo "listener.name.$name.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512,OAUTHBEARER"
      echo "listener.name.$name.plain.sasl.jaas.config=$login.plain.PlainLoginModule required" \
        "user_weir=\"$plain_password\" user_newcomer=\"$plain_password\";"
      echo "listener.name.$name.scram-sha-512.sasl.jaas.config=$login.scram.ScramLoginModule required;"
      echo "listener.name.$name.oauthbearer.sasl.jaas.config=$login.oauthbearer.OAuthBearerLoginModule required;"
    done
  } >"$work/secured.properties"
  export KAFKA_LISTENERS='SECURE EXPIRED ELSEWHERE' KAFKA_PROPERTIES=$work/secured.properties KAFKA_SCRAM=weir=$scram_password
  kafka_up
}
