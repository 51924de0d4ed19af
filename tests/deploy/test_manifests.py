#!/usr/bin/env python3
"""The Kubernetes manifests, compose.yaml and Grafana's dashboard fit together, fit weir, and keep it confined.

  test_manifests.py WEIR

tests/deploy/schemas.sh validates the first two against the schemas of Kubernetes and Compose, which are too large to be kept here.
"""
import json
import re
import sys

import serving
import yaml

DEPLOY = serving.ROOT / "deploy"
CURRENT = {"ConfigMap": "v1", "Deployment": "apps/v1", "PodDisruptionBudget": "policy/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
           "NetworkPolicy": "networking.k8s.io/v1"}
STOP_SECONDS = 30  # weir's deadline once it is told to stop
NOT_ROOT = "10001"


def check_kubernetes(weir):
    documents = {document["kind"]: document for document in yaml.safe_load_all((DEPLOY / "kubernetes/weir.yaml").read_text())}
    assert {kind: document["apiVersion"] for kind, document in documents.items()} == CURRENT, "kinds or versions are not the current ones"
    deployment = documents["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    check_selectors(documents, deployment["template"]["metadata"]["labels"])
    container, = pod["containers"]
    check_confined(pod, container)
    check_probes(weir, container, pod)
    config = serving.check_config(weir, documents["ConfigMap"]["data"]["weir.yaml"])
    port, = container["ports"]
    assert config["http"]["listen"] == f"0.0.0.0:{port['containerPort']}", "weir does not listen at the container's port"
    assert deployment["template"]["metadata"]["annotations"]["prometheus.io/port"] == str(port["containerPort"])
    check_volumes(documents, pod, container, config)
    version = re.search(r"project\(weir\s+VERSION (\S+)", (serving.ROOT / "CMakeLists.txt").read_text())[1]
    assert container["image"] == f"weir:{version}", f"the image is {container['image']}, and weir {version}"
    scaler = documents["HorizontalPodAutoscaler"]["spec"]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": documents["Deployment"]["metadata"]["name"]}
    assert scaler["scaleTargetRef"] == target, "the autoscaler's target is not there"
    budget = documents["PodDisruptionBudget"]["spec"]
    assert 1 <= budget["maxUnavailable"] < scaler["minReplicas"] <= scaler["maxReplicas"], "a node could not be drained, or all pods at once"
    assert deployment["replicas"] == scaler["minReplicas"]


def check_selectors(documents, labels):
    selectors = [documents["Deployment"]["spec"]["selector"], documents["PodDisruptionBudget"]["spec"]["selector"],
                 documents["NetworkPolicy"]["spec"]["podSelector"]]
    for selector in selectors:
        assert selector["matchLabels"] and selector["matchLabels"].items() <= labels.items(), f"{selector} selects no pod of weir's"


def check_confined(pod, container):
    context, own = pod["securityContext"], container["securityContext"]
    assert context["runAsNonRoot"] is True and str(context["runAsUser"]) == NOT_ROOT and context["seccompProfile"]["type"] == "RuntimeDefault"
    assert own == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert pod["automountServiceAccountToken"] is False
    assert pod["terminationGracePeriodSeconds"] > STOP_SECONDS, "Kubernetes would kill weir before its deadline"
    assert not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))


def check_probes(weir, container, pod):
    """Their ports are the container's, and weir knows their paths: one that it does not know is 404."""
    names = {port["name"] for port in container["ports"]}
    with serving.without_brokers(weir) as address:
        assert serving.get(f"{address}/nothing")[0] == 404
        for kind, wanted in (("startupProbe", 200), ("livenessProbe", 200), ("readinessProbe", 503)):
            probe = container[kind]["httpGet"]
            assert probe["port"] in names, f"{kind}: no port {probe['port']}"
            status = serving.get(f"{address}{probe['path']}")[0]
            assert status == wanted, f"{kind}: {probe['path']} is {status} while no broker answers; it must be {wanted}"
    assert "restartPolicy" not in pod or pod["restartPolicy"] == "Always"


def check_volumes(documents, pod, container, config):
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounts = {mount["mountPath"]: mount for mount in container["volumeMounts"]}
    assert {mount["name"] for mount in mounts.values()} == volumes.keys(), "volumes and mounts differ"
    assert volumes[mounts["/etc/weir"]["name"]]["configMap"]["name"] == documents["ConfigMap"]["metadata"]["name"]
    writable = [path for path, mount in mounts.items() if "emptyDir" in volumes[mount["name"]]]
    assert "/tmp" in writable
    # fsGroup lets the group write to the volume itself, and weir keeps nothing in a folder that others can write to.
    cache = config["rules"]["cache"]
    assert any(cache.startswith(f"{path}/") for path in writable), f"rules.cache is {cache}; it must be a folder within a volume"


def check_compose(weir):
    folder = DEPLOY / "container"
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= services.keys(), f"{name} depends on what is not there"
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), f"{name} is open to the network"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (folder / source).exists(), f"{name}: {source} is not there"
    ours = services["weir"]
    assert (folder / ours["build"]["context"] / ours["build"]["dockerfile"]).resolve() == folder / "Dockerfile"
    assert ours["read_only"] is True and ours["cap_drop"] == ["ALL"] and ours["security_opt"] == ["no-new-privileges:true"]
    assert int(ours["stop_grace_period"].rstrip("s")) > STOP_SECONDS
    config = serving.check_config(weir, (folder / "weir.yaml").read_text())
    created = set(re.search(r"for topic in ([^;]+);", " ".join(services["topics"]["command"]))[1].split())
    wanted = {source["topic"] for source in config["sources"]} | {"weir.review", "weir.shadow", "weir.overflow", "weir.dead-letters", "weir.rollups"}
    assert created == wanted, f"topics that are made {sorted(created)}, and wanted {sorted(wanted)}"
    port = config["http"]["listen"].split(":")[1]
    assert ours["ports"] == [f"127.0.0.1:{port}:{port}"]
    scrape, = yaml.safe_load((folder / "prometheus.yaml").read_text())["scrape_configs"]
    assert scrape["static_configs"] == [{"targets": [f"weir:{port}"]}]
    source, = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090" and source["type"] == "prometheus"


def check_dockerfile():
    text = (DEPLOY / "container/Dockerfile").read_text()
    assert f"\nUSER {NOT_ROOT}:{NOT_ROOT}\n" in text, "the image does not start as weir's user"
    ignored = (serving.ROOT / ".dockerignore").read_text().split()
    assert {"build", ".git"} <= set(ignored), "a build of the host would come into the image's"


def check_dashboard():
    dashboard = json.loads((DEPLOY / "grafana/weir.json").read_text())
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 10
    cells = [(x, y) for panel in panels for grid in [panel["gridPos"]] for x in range(grid["x"], grid["x"] + grid["w"])
             for y in range(grid["y"], grid["y"] + grid["h"])]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24, "panels overlap"
    variables = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]\w*)\}?", json.dumps(dashboard)))
    assert used == variables, f"variables {sorted(variables)}, used {sorted(used)}"


def main():
    weir = sys.argv[1]
    failed = 0
    checks = [check_dockerfile, check_dashboard, lambda: check_compose(weir), lambda: check_kubernetes(weir)]
    for check, name in zip(checks, ("Dockerfile", "dashboard", "compose", "Kubernetes")):
        try:
            check()
            print(f"manifests: {name} is right")
        except AssertionError as error:
            failed += 1
            print(f"manifests: {name}: {error or 'see the trace'}")
            if not str(error):
                raise
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
