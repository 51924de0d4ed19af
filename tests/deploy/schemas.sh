#!/usr/bin/env bash
# Validates deploy/kubernetes/weir.yaml against the schemas of Kubernetes, unknown members refused, and deploy/container/compose.yaml against
# that of Compose. They are too large to be kept here:
#
#   tests/deploy/schemas.sh [COMPOSE-SCHEMA]
#
# Those of Kubernetes come from PyPI's package kubernetes-validate, into a folder that is deleted. COMPOSE-SCHEMA is schema/compose-spec.json of
# https://github.com/compose-spec/compose-spec; without it compose.yaml is not looked at. Exit status: 0, 1 a mistake, 3 no network.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/weir-schemas.XXXXXX")
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q 'kubernetes-validate==1.37.0' >"$work/log" 2>&1 ||
  { echo 'schemas: kubernetes-validate cannot be installed:' >&2; tail -3 "$work/log" >&2; exit 3; }
for version in 1.29.0 1.33.0 1.37.0; do
  "$work/venv/bin/kubernetes-validate" --strict --quiet -k $version "$root/deploy/kubernetes/weir.yaml" || exit 1
  echo "schemas: Kubernetes $version takes the manifests"
done
[ $# = 0 ] && exit
python3 - "$1" "$root/deploy/container/compose.yaml" <<'P' || exit 1
import json, sys
import jsonschema, yaml
schema, document = json.load(open(sys.argv[1])), yaml.safe_load(open(sys.argv[2]))
wrong = list(jsonschema.Draft7Validator(schema).iter_errors(document))
for error in wrong:
    print(f"schemas: compose.yaml: {'/'.join(map(str, error.path))}: {error.message}")
sys.exit(bool(wrong))
P
echo 'schemas: compose.yaml is as Compose wants it'
