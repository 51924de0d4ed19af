"""A weir that runs without brokers, for what it serves over HTTP; and configurations as `weir check` sees them."""
import contextlib
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKS = ROOT / "tests/support/packs"


def get(url):
    """Status and text."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(what, seconds, condition):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


def answers(url):
    try:
        get(url)
        return True
    except OSError:
        return False


@contextlib.contextmanager
def process(command, log):
    with open(log, "w", encoding="utf-8") as err:
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=err, stderr=err)
        try:
            yield started
        finally:
            started.kill()
            started.wait()


@contextlib.contextmanager
def without_brokers(weir):
    """The address of a weir whose brokers do not answer."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as work:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        free.close()
        config = {"kafka": {"bootstrap.servers": "127.0.0.1:1", "group.id": "weir"}, "sources": [{"topic": "posts", "kind": "post"}],
                  "outputs": {"review": {"topic": "weir.review"}}, "rules": {"path": str(PACKS)}, "http": {"listen": address}}
        path = pathlib.Path(work) / "weir.yaml"
        path.write_text(yaml.safe_dump(config))
        with process([weir, "run", "-c", path], f"{work}/log"):
            wait_for("weir's HTTP", 30, lambda: answers(f"http://{address}/healthz"))
            yield f"http://{address}"


def check_config(weir, text):
    """The configuration of a container, except for where its rules lie, is one that weir takes without a warning."""
    config = yaml.safe_load(text)
    config["rules"] = {**config["rules"], "path": str(PACKS)}
    with tempfile.TemporaryDirectory() as work:
        path = pathlib.Path(work) / "weir.yaml"
        path.write_text(yaml.safe_dump(config))
        done = subprocess.run([weir, "check", "-c", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"weir check says {done.returncode}: {done.stdout}{done.stderr}"
    assert "config" not in done.stderr or "warning" not in done.stderr, done.stderr
    return config
