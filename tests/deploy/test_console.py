#!/usr/bin/python3
"""What the bridge of deploy/console makes of a flag and of each answer of Coop; tests/integration/console.sh has it beside Kafka.

  test_console.py WEIR     runs in Debian's Python, whose packages the bridge needs
"""
import email.utils
import http.server
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

PYTHON = "/usr/bin/python3"
if sys.executable != PYTHON:
    os.execv(PYTHON, [PYTHON, "-B", *sys.argv])

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "tests/support/console/report.schema.json").read_text()))
SPEC = importlib.util.spec_from_file_location("coop", ROOT / "deploy/console/coop.py")
coop = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(coop)
KEY = "key-of-the-test"
SETTINGS = {"item_type": "flag-type", "reporter_type": "user-type", "policies": {"scams_and_fraud": "policy-7"}}


def read_flag(weir):
    post = json.dumps({"id": "p-1", "text": "Please transfer your savings to a safe account", "lang": "en"})
    done = subprocess.run([weir, "scan", "-r", ROOT / "config/rules/scams.yaml"], input=post, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[0])


def check_reports(flag):
    report = coop.make_report(flag, SETTINGS)
    SCHEMA.validate(report)
    item = report["reportedItem"]
    assert item["id"] == flag["flag_id"] and item["data"]["post_id"] == "p-1" and report["reportedForReason"]["policyId"] == "policy-7"
    assert "savings" in " ".join(item["data"]["evidence"]) and flag["rules"][0]["why"] in report["reportedForReason"]["reason"]
    caption = {**flag, "kind": "caption", "provisional": True, "item": {"stream": "live-7", "start_ms": 81000, "end_ms": 85900}}
    del caption["content"]
    report = coop.make_report(caption, {**SETTINGS, "policies": {}})
    SCHEMA.validate(report)
    data = report["reportedItem"]["data"]
    assert data["stream"] == "live-7" and data["provisional"] is True and "text" not in data and "policyId" not in report["reportedForReason"]


class Handler(http.server.BaseHTTPRequestHandler):
    answer = (201, {})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers = Handler.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


def fatal(send):
    try:
        send()
    except coop.Fatal as error:
        assert KEY not in str(error)
        return str(error)
    raise AssertionError("it goes on")


def check_answers(report):
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = coop.Coop({"url": f"http://127.0.0.1:{server.server_port}/api/v1/report"}, KEY)

    def send(status, **headers):
        Handler.answer = (status, {name.replace("_", "-"): value for name, value in headers.items()})
        return client.send("flag-1", report)

    assert send(201) is None and send(204) is None
    assert send(500) == 0 and send(503, Retry_After="7") == 7 and send(429, Retry_After="86400") == coop.RETRY_AFTER_MAX_S
    date = email.utils.formatdate(time.time() + 100, usegmt=True)
    assert 90 < send(429, Retry_After=date) < 101 and send(429, Retry_After="soon") == 0 and send(429, Retry_After="nan") == 0
    assert "API key" in fatal(lambda: send(401)) and "API key" in fatal(lambda: send(403))
    assert "coop.url" in fatal(lambda: send(404)) and "coop.url" in fatal(lambda: send(301, Location="http://127.0.0.1:1/"))
    for _ in range(2):  # one that is taken begins the count anew
        assert all(send(status) is None for status in [400, 422, 413] * 6) and send(201) is None
    assert all(send(400) is None for _ in range(coop.REFUSED_MAX - 1))
    assert "in a row" in fatal(lambda: send(400))
    server.shutdown()
    server.server_close()
    assert client.send("flag-1", report) == 0, "nobody answers"


def check_configuration():
    config = coop.read_config(ROOT / "deploy/console/coop.yaml")
    assert config["coop"]["url"].startswith("https://")
    for url in ("http://coop.example.org/", "http://127.0.0.1.example.org/", "ftp://x/", "coop.example.org"):
        assert refuses(coop.check_url, url), url
    os.environ["COOP_API_KEY"] = "two\nlines"
    assert refuses(coop.read_key, {})
    os.environ["COOP_API_KEY"] = f" {KEY}\n"
    assert coop.read_key({}) == KEY


def refuses(function, value):
    try:
        function(value)
    except ValueError:
        return True
    return False


def main():
    flag = read_flag(sys.argv[1])
    check_reports(flag)
    check_answers(coop.make_report(flag, SETTINGS))
    check_configuration()
    print("console: reports of a post and of a caption, every answer, the configuration: as they must be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
