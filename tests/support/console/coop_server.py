#!/usr/bin/env python3
"""Answers as Coop's documented report API does, over TLS, and writes the item id of each report that it takes to a file, a line each.

  coop_server.py PORT CERTIFICATE KEY-FILE FOLDER

FOLDER/mode says what it does now: `take` (201), `away` (500), `busy` (429, Retry-After: 2), `stranger` (401) or `moved` (404); FOLDER/taken has
the ids, FOLDER/seen a status for each request, FOLDER/wrong what is not as documented. A report whose text says `unwanted` is refused (400).
"""
import http.server
import json
import pathlib
import ssl
import sys

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
VALIDATOR = jsonschema.Draft202012Validator(json.loads((HERE / "report.schema.json").read_text()))
STATUS = {"take": 201, "away": 500, "busy": 429, "stranger": 401, "moved": 404}
KEY = "coop-key-of-the-test"
folder = pathlib.Path(sys.argv[4])


def note(name, text):
    with open(folder / name, "a", encoding="utf-8") as file:
        file.write(f"{text}\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body of an answer is written apart from its head, and would wait 40 ms for the head's acknowledgement

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it was killed
            self.close_connection = True
            return
        status = STATUS[(folder / "mode").read_text().strip()]
        wrong = self.find_mistakes(body)
        if wrong:
            note("wrong", wrong)
            status = 400
        elif status == 201:
            report = json.loads(body)
            if "unwanted" in report["reportedItem"]["data"].get("text", ""):
                status = 400
            else:
                note("taken", report["reportedItem"]["id"])
                note("reports", json.dumps(report))
        note("seen", status)
        self.answer(status)

    def find_mistakes(self, body):
        if self.path != "/api/v1/report":
            return f"path {self.path}"
        if self.headers["X-API-KEY"] != KEY or self.headers["Content-Type"] != "application/json":
            return "the key or the content type"
        try:
            return next((error.message for error in VALIDATOR.iter_errors(json.loads(body))), None)
        except ValueError as error:
            return str(error)

    def answer(self, status):
        errors = [{"status": status, "type": ["/errors/invalid-user-input"], "title": "Not wanted", "detail": "SECRET-TEXT", "pointer": "/reportedItem"}]
        body = json.dumps({"reportId": "r"} if status == 201 else {"errors": errors}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "2")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
