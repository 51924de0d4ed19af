#!/usr/bin/env python3
"""Prometheus' own tool reads both configurations, and every query of Grafana's dashboard.

  test_prometheus.py WEIR

It comes from Debian's packages, by tests/support/promtool.sh.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import serving
import yaml

DEPLOY = serving.ROOT / "deploy"


def main():
    found = subprocess.run([serving.ROOT / "tests/support/promtool.sh"], stdout=subprocess.PIPE, text=True, check=False)
    if found.returncode:
        return 1
    promtool = f"{found.stdout.strip()}/promtool"
    panels = json.loads((DEPLOY / "grafana/weir.json").read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = [{"record": "weir:query", "labels": {"number": str(number)}, "expr": query.replace("$__rate_interval", "5m")}
             for number, query in enumerate(queries)]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "queries.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
        shutil.copy(DEPLOY / "prometheus/alerts.yaml", work)
        for name in ("prometheus", "container"):
            shutil.copy(DEPLOY / name / "prometheus.yaml", work / f"{name}.yaml")
        checks = [["rules", work / "queries.yaml"], ["config", work / "prometheus.yaml"], ["config", work / "container.yaml"]]
        failed = [done.stdout + done.stderr for what in checks
                  for done in [subprocess.run([promtool, "check", *what], capture_output=True, text=True, check=False)] if done.returncode]
    for said in failed:
        print(f"prometheus: {said}")
    print(f"prometheus: {len(queries)} queries and 2 configurations; {len(failed)} files are wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
