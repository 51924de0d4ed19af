#!/usr/bin/env bash
# A real Apache Kafka (KRaft) of one to three brokers on this machine, for tests. All it writes is under $KAFKA_DIR and the cache.
#
#   kafka.sh fetch              fetches the jars, once; start does it too
#   kafka.sh start [N]          N brokers (default 1) on free ports; returns when all answer, and prints their addresses
#   kafka.sh bootstrap [NAME]   prints the addresses, or those of a listener of KAFKA_LISTENERS
#   kafka.sh stop [I]           SIGTERM, and SIGKILL after 30 s; all brokers, or broker I
#   kafka.sh kill I             SIGKILL
#   kafka.sh up I               starts broker I again on its data, and returns when it answers
#   kafka.sh freeze I | thaw I  SIGSTOP, SIGCONT
#   kafka.sh topic NAME PARTITIONS [KEY=VALUE...]   creates a topic, with settings of its own
#   kafka.sh topics ARGS...     Kafka's own kafka-topics
#   kafka.sh groups ARGS...     Kafka's own kafka-consumer-groups
#   kafka.sh acls ARGS...       Kafka's own kafka-acls
#   kafka.sh lag GROUP          messages that the group has not committed yet; "unknown" while it has committed nothing
#   kafka.sh wipe               stops everything and deletes the data
#
# KAFKA_DIR      where the brokers live (required)
# KAFKA_HEAP     heap of each broker (default 512m)
# KAFKA_JVM      more options of each broker's Java
# KAFKA_EXTRA    more lines for every broker's server.properties, separated by ';'; @I@, @PORT@ and @CONTROLLER@ in them become the
#                broker's number and ports
# KAFKA_LISTENERS  names of more listeners, SASL_SSL each, beside the plain one
# KAFKA_PROPERTIES a file of more lines for server.properties, which may hold a ';'
# KAFKA_SCRAM    NAME=PASSWORD of a SCRAM-SHA-512 user that is there from the start
# KAFKA_VERSION  default 3.9.1
# WEIR_TEST_CACHE   where the jars are kept (default ${XDG_CACHE_HOME:-$HOME/.cache}/weir-tests)
#
# Exit status: 0, 2 usage, 3 Kafka cannot run here, and why.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=${KAFKA_VERSION:-3.9.1}
cache=${WEIR_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weir-tests}
jars=$cache/kafka-$version
readonly host=127.0.0.1

die() { printf 'kafka: %s\n' "$*" >&2; exit 3; }
usage() { awk 'NR > 1 { if (!/^#/) exit; print substr($0, 3) }' "${BASH_SOURCE[0]}"; exit 2; }

fetch_jars() {
  command -v java >/dev/null || die 'java is missing; deploy/install-dependencies.sh --tests installs it'
  [ ! -e "$jars/complete" ] || return 0
  command -v mvn >/dev/null || die 'mvn is missing; deploy/install-dependencies.sh --tests installs it'
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9 # two tests may want the jars at once
  if [ ! -e "$jars/complete" ]; then
    mvn -q -B -f "$here/pom.xml" -Dkafka.version="$version" -Dmaven.repo.local="$cache/maven" \
      dependency:copy-dependencies -DoutputDirectory="$jars" >"$cache/maven.log" 2>&1 9>&- ||
      die "Maven could not fetch Kafka $version; its output is in $cache/maven.log"
    rm -rf "$cache/maven"
    touch "$jars/complete"
  fi
  exec 9>&-
}

# Kafka's tools live for a second: the quickest start counts, not the best code.
tool() { java -Xshare:auto -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j.configuration="file:$here/log4j.properties" -cp "$jars/*" "$@"; }

brokers() { cat "$dir/brokers" 2>/dev/null || die "nothing was started in $dir"; }
port_of() { echo $(($(cat "$dir/port") + $1 - 1)); } # of broker I; the controllers' ports follow the brokers'
read -ra listeners <<<"${KAFKA_LISTENERS:-}"

# Of broker I, number of brokers, name: those of more listeners follow the controllers'.
listener_port() {
  local i
  for i in "${!listeners[@]}"; do
    [ "${listeners[i]}" != "$3" ] || { port_of $(((i + 2) * $2 + $1)); return; }
  done
  die "no listener is called $3"
}

bootstrap() { # the name of a listener, or nothing
  local i all=
  for i in $(seq "$(brokers)"); do
    all+=,$host:$(if [ $# = 0 ]; then port_of "$i"; else listener_port "$i" "$(brokers)" "$1"; fi)
  done
  echo "${all#,}"
}

# The first of `count` ports in a row that nobody holds, below the range from which the kernel picks ports for clients.
choose_port() {
  python3 - "$1" <<'P'
import random, socket, sys
def is_free(port):
    with socket.socket() as s:
        try: s.bind(("127.0.0.1", port))
        except OSError: return False
    return True
count = int(sys.argv[1])
for _ in range(1000):
    base = random.randrange(20000, 30000)
    if all(is_free(base + i) for i in range(count)):
        print(base)
        break
else:
    sys.exit("no free ports")
P
}

configure() { # broker, number of brokers
  local i=$1 count=$2 at=$dir/broker-$1 voters= more= protocols= scram=() j
  for j in $(seq "$count"); do voters+=,$j@$host:$(port_of $((count + j))); done
  for j in "${listeners[@]}"; do
    more+=,$j://$host:$(listener_port "$i" "$count" "$j")
    protocols+=,$j:SASL_SSL
  done
  mkdir -p "$at"
  cat >"$at/server.properties" <<P
process.roles=broker,controller
node.id=$i
controller.quorum.voters=${voters#,}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://$host:$(port_of "$i"),CONTROLLER://$host:$(port_of $((count + i)))$more
advertised.listeners=PLAINTEXT://$host:$(port_of "$i")$more
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL$protocols
log.dirs=$at/data
auto.create.topics.enable=false
default.replication.factor=$count
min.insync.replicas=$(((count + 1) / 2))
offsets.topic.replication.factor=$count
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$count
transaction.state.log.min.isr=$(((count + 1) / 2))
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
P
  [ -z "${KAFKA_EXTRA:-}" ] || tr ';' '\n' <<<"$KAFKA_EXTRA" |
    sed "s/@I@/$i/g; s/@PORT@/$(port_of "$i")/g; s/@CONTROLLER@/$(port_of $((count + i)))/g" >>"$at/server.properties"
  [ -z "${KAFKA_PROPERTIES:-}" ] || cat "$KAFKA_PROPERTIES" >>"$at/server.properties"
  [ -z "${KAFKA_SCRAM:-}" ] || scram=(--add-scram "SCRAM-SHA-512=[name=${KAFKA_SCRAM%%=*},password=${KAFKA_SCRAM#*=}]")
  tool kafka.tools.StorageTool format -t d2Vpci10ZXN0LWJyb2tlcg "${scram[@]}" -c "$at/server.properties" >"$at/format.log" 2>&1 ||
    { cat "$at/format.log" >&2; die "broker $i: its storage could not be formatted"; }
}

pid_of() { cat "$dir/broker-$1/pid" 2>/dev/null || die "broker $1 does not run"; }
is_alive() { [ -e "$dir/broker-$1/pid" ] && kill -0 "$(cat "$dir/broker-$1/pid")" 2>/dev/null; }

launch() {
  local at=$dir/broker-$1 heap=${KAFKA_HEAP:-512m}
  is_alive "$1" && return
  setsid java -Xms"$heap" -Xmx"$heap" ${KAFKA_JVM:-} -Dlog4j.configuration="file:$here/log4j.properties" -cp "$jars/*" kafka.Kafka \
    "$at/server.properties" >>"$at/server.log" 2>&1 </dev/null &
  echo $! >"$at/pid"
}

wait_until_answers() {
  local i=$1 deadline=$((SECONDS + 90))
  until kcat -b "$host:$(port_of "$i")" -L -m 2 >/dev/null 2>&1; do
    is_alive "$i" || { tail -5 "$dir/broker-$i/server.log" >&2; die "broker $i ended"; }
    [ $SECONDS -lt $deadline ] || die "broker $i did not answer in 90 s; its log is $dir/broker-$i/server.log"
    sleep 0.2
  done
}

start() {
  local count=${1:-1} i
  [[ $count =~ ^[123]$ ]] || usage
  command -v kcat >/dev/null || die 'kcat is missing; deploy/install-dependencies.sh --tests installs it'
  fetch_jars
  [ ! -e "$dir/brokers" ] || die "$dir holds brokers already: wipe first"
  mkdir -p "$dir"
  choose_port $(((2 + ${#listeners[@]}) * count)) >"$dir/port"
  echo "$count" >"$dir/brokers"
  for i in $(seq "$count"); do configure "$i" "$count"; done
  for i in $(seq "$count"); do launch "$i"; done
  for i in $(seq "$count"); do wait_until_answers "$i"; done
  bootstrap
}

stop() { # broker
  local pid deadline=$((SECONDS + 30))
  is_alive "$1" || return 0
  pid=$(pid_of "$1")
  kill -CONT "$pid"
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.1
  done
  rm -f "$dir/broker-$1/pid"
}

stop_all() { local i; [ ! -e "$dir/brokers" ] || for i in $(seq "$(brokers)"); do stop "$i" & done; wait; }

lag() { # group
  tool org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --bootstrap-server "$(bootstrap)" --describe --group "$1" 2>/dev/null |
    awk '$1 == group && $4 ~ /^[0-9]+$/ && $5 ~ /^[0-9]+$/ { lag += $5 - $4; some = 1 }
         $1 == group && $4 == "-" && $5 ~ /^[0-9]+$/ { lag += $5 }
         END { print some ? lag : "unknown" }' group="$1"
}

topic() { # name, partitions, settings
  local name=$1 partitions=$2 setting settings=()
  shift 2
  for setting in "$@"; do settings+=(--config "$setting"); done
  tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$(bootstrap)" --create --topic "$name" \
    --partitions "$partitions" "${settings[@]}" >/dev/null
}

[ $# -gt 0 ] || usage
if [ "$1" = fetch ]; then fetch_jars; exit; fi
dir=${KAFKA_DIR:?set KAFKA_DIR to the folder for the brokers}
verb=$1
shift
case $verb in
  start) start "$@" ;;
  bootstrap) bootstrap "$@" ;;
  stop) if [ $# = 0 ]; then stop_all; else stop "$1"; fi ;;
  kill) kill -KILL "$(pid_of "$1")"; rm -f "$dir/broker-$1/pid" ;;
  up) launch "$1"; wait_until_answers "$1" ;;
  freeze) kill -STOP "$(pid_of "$1")" ;;
  thaw) kill -CONT "$(pid_of "$1")" ;;
  topic) topic "$@" ;;
  topics) tool org.apache.kafka.tools.TopicCommand --bootstrap-server "$(bootstrap)" "$@" ;;
  groups) tool org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --bootstrap-server "$(bootstrap)" "$@" ;;
  acls) tool kafka.admin.AclCommand --bootstrap-server "$(bootstrap)" "$@" ;;
  lag) lag "$1" ;;
  wipe) stop_all; rm -rf "$dir"/broker-* "$dir/brokers" "$dir/port" ;;
  *) usage ;;
esac
