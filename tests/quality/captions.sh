#!/usr/bin/env bash
# Caption sets through real Kafka: 8 partitions, streams interleaved, two daemons that are killed at random moments. Their flags must
# show the hits of the uncut texts, no more and no less, at the same places.
#   captions.sh DATA WEIR     DATA holds captions_*.ndjson; WEIR is the binary
#   WEIR_KILLS=N              so many SIGKILLs (default 5)
#   WEIR_LATE=N               fragments come up to N places late, and some twice (default 0); the window is then of 4,096 bytes
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=$(realpath "$1")
. "$here/../support/integration.sh" "$2"
. "$here/../support/captions.sh"
export PYTHONDONTWRITEBYTECODE=1
kills=${WEIR_KILLS:-5} late_by=${WEIR_LATE:-0}
window=$([ "$late_by" = 0 ] && echo 1024 || echo 4096)

python3 "$here/captions_uncut.py" prepare "$data" "$work" "$late_by"
fragments=$(wc -l <"$work/fragments")
printf 'kafka: {bootstrap.servers: "none:1", group.id: none}\nsources: [{topic: t, kind: post, fields: {id: /id, text: /text}}]\nlimits: {evidence: 1000, hits: 100000}\nrules: {path: %s}\n' \
  "$work/rules" >"$work/uncut.yaml"
"$weir" scan -c "$work/uncut.yaml" -r "$work/rules" --kind post "$work/uncut.ndjson" >"$work/flags.ndjson" 2>>"$work/scan.log"

kafka_up
kafka topic captions 8
caption_config a storm weir "$work/rules" 'group.instance.id: a' # comes back to its own partitions; those of b move
caption_config b storm weir "$work/rules"
sed -i 's/^workers:/captions: {rollup: off, window: '$window'}\nworkers:/' "$work"/[ab].yaml
say "seed $seed (WEIR_SEED=$seed repeats the moments)"
daemon_start a
daemon_start b
feed_captions_start $((fragments / (kills * 8 + 10))) <"$work/fragments"
kill_daemons "$kills"
feed_wait
wait_until 120 'the group to commit every offset' is_group_drained storm
for name_of in a b; do daemon_stop $name_of; done
read_topic weir.review >"$work/review"
python3 "$here/captions_uncut.py" compare "$data" "$work" || fail 'the hits are not those of the uncut texts'
say "$kills daemons killed; windows rebuilt $(windows_rebuilt)"
