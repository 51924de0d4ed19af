#!/usr/bin/env bash
# The way of a newcomer: from an empty Debian to flags of one's own Kafka topic in a dashboard, with the commands of the README. Prints what each step took.
# The Kafka is that of the tests; Prometheus is Debian's package. Installs into this machine, so run it on one that may be thrown away.
#
#   tests/deploy/walk.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-walk.XXXXXX")
export KAFKA_DIR=$work/kafka PROMETHEUS=http://127.0.0.1:9090
kafka() { tests/support/kafka/kafka.sh "$@"; }
clean_up() {
  local status=$?
  kill "${daemon:-}" "${prometheus:-}" 2>/dev/null || true
  [ $status = 0 ] || tail -n 20 "$work"/*.log >&2
  kafka wipe 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
begin=$(date +%s%3N)
step() { # what was done
  local now
  now=$(date +%s%3N)
  awk -v what="$1" -v ms=$((now - begin)) 'BEGIN { printf "| %s | %.1f |\n", what, ms / 1000 }' >>"$work/table"
  echo "walk: $1: $((now - begin)) ms"
  begin=$(date +%s%3N)
}
wait_for() { # what, seconds, command...
  local what=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { echo "walk: waited in vain for $what" >&2; exit 1; }
    sleep 0.2
  done
}
is_in_dashboard() { curl -fsS "$PROMETHEUS/api/v1/query?query=weir_flags_total" | grep '"output":"review"},"value":\[[0-9.]*,"1"\]' >/dev/null; }

deploy/quickstart.sh --seconds 5 >"$work/quickstart.log" 2>&1
grep -q '>>.*<<' "$work/quickstart.log"
step '`deploy/quickstart.sh --seconds 5`: packages, build, the first flags'
cmake --install build/release >"$work/install.log"
weir --version >>"$work/install.log"
step '`cmake --install build/release`'

deploy/install-dependencies.sh --tests 2>"$work/tests.log" # for the Kafka of the tests
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends prometheus >"$work/apt.log" 2>&1
bootstrap=$(kafka start 2>"$work/kafka.log")
kafka topic posts 3
begin=$(date +%s%3N) # one's own Kafka was there before

mkdir "$work/weir"
cp -r config/rules "$work/weir/rules"
cp config/weir.yaml "$work/weir/weir.yaml"
sed -i "s/^\( *bootstrap.servers:\).*/\1 $bootstrap/" "$work/weir/weir.yaml"
for topic in weir.review weir.shadow weir.overflow weir.dead-letters weir.rollups; do kafka topic $topic 3; done
step 'weir.yaml copied, the address changed; packs; five topics'
weir check -c "$work/weir/weir.yaml" >"$work/check.log" 2>&1
step '`weir check -c weir.yaml`'
weir run -c "$work/weir/weir.yaml" >"$work/run.log" 2>&1 &
daemon=$!
wait_for 'readiness' 120 curl -fsS http://127.0.0.1:8377/readyz
step '`weir run -c weir.yaml`, until `/readyz` says ok'
echo '{"id":"1","text":"Officer Chen here. Transfer your savings to a safe account today."}' | kcat -b "$bootstrap" -P -t posts
kcat -b "$bootstrap" -C -t weir.review -o beginning -c 1 -q >"$work/flag"
grep -q '"weir.flag/1"' "$work/flag"
step 'a post of one'"'"'s own, and its flag from the review topic'
curl -fsS http://127.0.0.1:8377/ | grep '<title>weir</title>' >/dev/null
weir top --once >"$work/top.log"
step 'the page, `weir top --once`'
prometheus --config.file=deploy/prometheus/prometheus.yaml --storage.tsdb.path="$work/prometheus" >"$work/prometheus.log" 2>&1 &
prometheus=$!
wait_for 'the flag in Prometheus' 60 is_in_dashboard
step 'Prometheus with `deploy/prometheus`, until it knows the flag'

echo
printf '| step | seconds |\n|---|---:|\n'
cat "$work/table"
