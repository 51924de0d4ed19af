#!/usr/bin/env python3
"""Every metric and label that the dashboard, the alerts, the autoscaler and docs/operations.md name is one that weir exposes, and every metric
that it exposes is documented.

  test_metrics.py WEIR

What is exposed is read from a running `weir demo`, once it has flagged something. weir_trouble has no series there (tests/integration/alerts.sh
causes one); its labels are those that the documentation says.
"""
import json
import pathlib
import re
import sys
import tempfile

import serving
import yaml

ROOT = serving.ROOT
# Labels that Prometheus itself or an alert adds.
ADDED = {"instance", "job", "alertname"}
WITHOUT_SERIES = {"weir_trouble"}
METRIC = re.compile(r"\b((?:weir|process)_[a-z0-9_]+)\b(?:\{([^}]*)\})?")


def read_exposed(weir):
    """Label names by metric."""
    with tempfile.TemporaryDirectory() as work:
        log = pathlib.Path(work) / "log"
        with serving.process([weir, "demo", "--rate", "200"], log):
            serving.wait_for("the demo's page", 60, lambda: "http://" in log.read_text())
            address = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())[0]
            serving.wait_for("a flag", 60, lambda: "weir_rule_flags_total{" in serving.get(f"{address}/metrics")[1])
            text = serving.get(f"{address}/metrics")[1]
    exposed = {name: set() for name in re.findall(r"^# TYPE (\S+) (?:counter|gauge)$", text, re.M)}
    for name in re.findall(r"^# TYPE (\S+) histogram$", text, re.M):
        exposed.update({f"{name}_bucket": set(), f"{name}_sum": set(), f"{name}_count": set()})
    for name, labels in re.findall(r"^([a-z0-9_]+)(?:\{(.*)\})? \S+$", text, re.M):
        exposed[name] |= set(re.findall(r'(\w+)="', labels))
    empty = {name for name in exposed if not re.search(rf"^{name}[{{ ]", text, re.M)}
    assert empty == WITHOUT_SERIES, f"metrics without a series: {empty}"
    return exposed


def read_documented():
    """Label names by metric, of the table; `...` stands for more labels."""
    text = (ROOT / "docs/operations.md").read_text()
    table = re.search(r"^## Metrics$(.*?)^## ", text, re.M | re.S)[1]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name: set(filter(None, labels.split(","))) for cell in cells for name, labels in METRIC.findall(cell)}


def base_name(name, exposed):
    """A histogram is documented under the name of its family."""
    family = re.sub(r"_(bucket|sum|count)$", "", name)
    return family if f"{family}_bucket" in exposed else name


def used_labels(query):
    """Names of labels in selectors and groupings."""
    selected = [label for _, labels in METRIC.findall(query) for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", labels)]
    grouped = [label for group in re.findall(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)", query) for label in re.split(r"\W+", group) if label]
    return set(selected) | set(grouped)


def read_uses():
    """Pairs of a place and a text that names metrics and, as PromQL, labels."""
    dashboard = json.loads((ROOT / "deploy/grafana/weir.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield f"Grafana's panel '{panel['title']}'", target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield f"Grafana's variable '{variable['name']}'", variable["query"]["query"]
    alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())
    for rule in (rule for group in alerts["groups"] for rule in group["rules"]):
        shown = " ".join(f"by ({label})" for label in re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        yield f"the alert {rule['alert']}", f"{rule['expr']} {shown}"
    for document in yaml.safe_load_all((ROOT / "deploy/kubernetes/weir.yaml").read_text()):
        for metric in document.get("spec", {}).get("metrics", []):
            yield "the autoscaler of Kubernetes", metric["pods"]["metric"]["name"]
    for path in ("docs/operations.md", "docs/sizing.md", "docs/faq.md", "docs/upgrading.md", "config/page.html"):
        if (ROOT / path).exists():
            for name in re.findall(r"\bweir_[a-z0-9_]+\b", (ROOT / path).read_text()):
                yield path, name


def main():
    exposed, documented = read_exposed(sys.argv[1]), read_documented()
    exposed["weir_trouble"] |= documented["weir_trouble"]
    wrong, uses = [], list(read_uses())
    families = {base_name(name, exposed) for name in exposed}
    for place, text in uses:
        names = [name for name, _ in METRIC.findall(text)]
        unknown = [name for name in names if name not in exposed and name not in families]
        labels = set().union(ADDED, *(exposed.get(name, set()) for name in names))
        wrong += [f"{place}: weir has no metric {name}" for name in unknown]
        wrong += [f"{place}: no metric there has a label '{label}'" for label in sorted(used_labels(text) - labels)] if not unknown else []
    wrong += [f"docs/operations.md does not list {name}" for name in sorted(families - documented.keys())]
    wrong += [f"docs/operations.md lists {name}, which weir has not" for name in sorted(documented.keys() - families)]
    for name in sorted(documented.keys() & exposed.keys()):
        said = documented[name]
        if said - {"..."} - exposed[name] or (exposed[name] - said and "..." not in said):
            wrong.append(f"docs/operations.md says {name} has the labels {sorted(said)}; it has {sorted(exposed[name])}")
    for line in wrong:
        print(f"metrics: {line}")
    print(f"metrics: {len(families)} metrics, {len(documented)} documented, {len(uses)} uses; {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
