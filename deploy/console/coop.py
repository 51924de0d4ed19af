#!/usr/bin/python3
"""Sends each flag of weir's review topic to ROOST's Coop as a report, which becomes a job in its review console.

  coop.py CONFIG       CONFIG: see coop.yaml beside this file; needs Debian's python3-confluent-kafka, python3-requests and python3-yaml

At least once: the offset of a flag is committed only after Coop took it. Both times it is the same item, its id the flag's, which Coop merges
while the job is open. Exit status: 0 after SIGTERM or SIGINT, 1 Coop or Kafka refuses what must be mended by a person, 2 the configuration.
"""
import email.utils
import json
import os
import random
import signal
import sys
import time
import urllib.parse

import confluent_kafka
import requests
import yaml

RETRY_FIRST_S, RETRY_MAX_S, RETRY_AFTER_MAX_S = 1, 60, 300
TIMEOUT_S = (10, 30)  # to connect, to wait for an answer
REFUSED_MAX = 20  # in a row, with none taken: then it is not the flags
CONTENT_REFUSED = {400, 413, 422}
LATER = {408, 425, 429}
DETAIL_MAX = 300


class Fatal(Exception):
    """What a person must mend."""


def log(level, event, **facts):
    said = " ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items())
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), level, event, said, file=sys.stderr, flush=True)


# ---- Configuration

def read_config(path):
    try:
        with open(path, encoding="utf-8") as file:
            config = yaml.safe_load(file)
        coop = config["coop"]
        known = {"url", "key_file", "item_type", "reporter_type", "reporter", "policies"}
        unknown = (config.keys() - {"kafka", "topic", "coop"}) | (coop.keys() - known)
        if unknown:
            raise ValueError(f"unknown key {sorted(unknown)[0]}")
        for name in ("url", "item_type", "reporter_type"):
            if not isinstance(coop[name], str) or not coop[name]:
                raise ValueError(f"coop.{name} must be a text")
        check_url(coop["url"])
        if not config["kafka"]["bootstrap.servers"] or not config["kafka"]["group.id"] or not config["topic"]:
            raise ValueError("kafka and topic must say where the flags are")
        return config
    except OSError as error:
        raise ValueError(error.strerror) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a key is missing or of another type: {error}") from error
    except yaml.YAMLError as error:
        raise ValueError(f"it is no YAML: {str(error).splitlines()[0]}") from error


def check_url(url):
    """The key travels with each request."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")):
        raise ValueError("coop.url must begin with https://")


def read_key(coop):
    if "key_file" in coop:
        with open(coop["key_file"], encoding="utf-8") as file:
            key = file.read().strip()
    else:
        key = os.environ.get("COOP_API_KEY", "").strip()
    if not key or not key.isascii() or not key.isprintable():
        raise ValueError("no API key, or none that a header can hold: set coop.key_file or COOP_API_KEY")
    return key


# ---- A flag as a report

def make_report(flag, coop):
    """The body of POST /api/v1/report."""
    first = max(flag["rules"], key=lambda rule: rule["severity"] == flag["severity"])
    reason = {"reason": "\n".join(f"{rule['title']}: {rule['why']}" for rule in flag["rules"])}
    if first["category"] in coop.get("policies", {}):
        reason["policyId"] = coop["policies"][first["category"]]
    return {"reporter": {"kind": "user", "typeId": coop["reporter_type"], "id": coop.get("reporter", "weir")},
            "reportedAt": flag["flagged_at"],
            "reportedForReason": reason,
            "reportedItem": {"id": flag["flag_id"], "typeId": coop["item_type"], "data": make_data(flag, first)}}


def make_data(flag, first):
    """The fields of the item type; what a flag has not is left out. The author is weir's pseudonym."""
    item, content = flag["item"], flag.get("content", {})
    evidence = [span["quote"] for rule in flag["rules"] for span in rule["evidence"]]
    data = {"text": "\n".join(content[name] for name in sorted(content, key=lambda name: name != "text")),
            "evidence": list(dict.fromkeys(evidence)), "rules": [rule["id"] for rule in flag["rules"]],
            "category": first["category"], "severity": flag["severity"], "kind": flag["kind"], "flagged_at": flag["flagged_at"],
            "post_id": item.get("id"), "author": item.get("author"), "lang": item.get("lang"), "stream": item.get("stream"),
            "start_ms": item.get("start_ms"), "end_ms": item.get("end_ms"), "repeat_of": flag.get("repeat_of"),
            "inconclusive": flag.get("inconclusive"), "provisional": flag.get("provisional")}
    return {name: value for name, value in data.items() if value is not None and value != ""}


# ---- Sending

class Coop:
    """Sends reports, and knows what each answer asks for."""

    def __init__(self, coop, key):
        self.url = coop["url"]
        self.session = requests.Session()
        self.session.headers.update({"X-API-KEY": key, "User-Agent": "weir-coop"})
        self.counts = {"sent": 0, "refused": 0}
        self.refused_in_a_row = 0

    def send(self, flag_id, report):
        """None when the flag is done with, else the seconds after which to try again."""
        try:
            answer = self.session.post(self.url, json=report, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            return self.later(flag_id, type(error).__name__, None)
        status = answer.status_code
        if 200 <= status < 300:
            self.counts["sent"] += 1
            self.refused_in_a_row = 0
            return None
        if status in LATER or status >= 500:
            return self.later(flag_id, status, answer.headers.get("Retry-After"))
        if status not in CONTENT_REFUSED:
            raise Fatal(say_fatal(status, self.url))
        self.counts["refused"] += 1
        self.refused_in_a_row += 1
        log("error", "flag_refused", flag_id=flag_id, status=status, reason=describe(answer))
        if self.refused_in_a_row >= REFUSED_MAX:
            raise Fatal(f"Coop refused {REFUSED_MAX} flags in a row; compare the fields of coop.item_type with deploy/console/README.md")
        return None

    @staticmethod
    def later(flag_id, why, after):
        log("warning", "coop_away", flag_id=flag_id, reason=why, do="nothing is lost; it is tried again")
        return parse_retry_after(after)


def say_fatal(status, url):
    if status in (401, 403):
        return f"Coop refuses the API key ({status}); correct coop.key_file or COOP_API_KEY"
    return f"{url} answers {status}, which is no answer of Coop's report API; correct coop.url"


def describe(answer):
    """Title and pointer of Coop's errors; its detail could quote the post."""
    try:
        errors = answer.json()["errors"]
        return "; ".join(f"{error.get('title', '')} {error.get('pointer', '')}".strip() for error in errors)[:DETAIL_MAX]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no reason given"


def parse_retry_after(text):
    """Seconds that the header asks for, as a number or a date, at most RETRY_AFTER_MAX_S; 0 without one."""
    if not text:
        return 0
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return 0
    return min(max(seconds, 0), RETRY_AFTER_MAX_S) if seconds == seconds else 0


# ---- The topic

class Bridge:
    def __init__(self, config, key):
        self.coop_config = config["coop"]
        self.coop = Coop(config["coop"], key)
        self.stopping = False
        self.failures = 0  # in a row
        self.left = 0  # records that are no flag
        # An offset that is stored is committed every few seconds and at the end.
        self.consumer = confluent_kafka.Consumer({"auto.offset.reset": "earliest", "max.poll.interval.ms": 600000,
                                                  "isolation.level": "read_committed", **config["kafka"],
                                                  "enable.auto.commit": True, "enable.auto.offset.store": False})
        self.consumer.subscribe([config["topic"]])

    def stop(self, *_):
        self.stopping = True

    def run(self):
        log("info", "started", url=self.coop.url)
        try:
            while not self.stopping:
                message = self.consumer.poll(0.5)
                if message is not None and message.error():
                    self.kafka_error(message.error())
                elif message is not None:
                    self.take(message)
        finally:
            self.consumer.close()
            log("info", "stopped", **self.coop.counts, left=self.left)

    @staticmethod
    def kafka_error(error):
        if error.fatal() or error.code() in (confluent_kafka.KafkaError.TOPIC_AUTHORIZATION_FAILED, confluent_kafka.KafkaError.GROUP_AUTHORIZATION_FAILED):
            raise Fatal(f"Kafka: {error.str()}")
        log("warning", "kafka_error", reason=error.str())

    def take(self, message):
        wait = self.send(message)
        if wait is None:
            self.failures = 0
            self.settle(message, lambda: self.consumer.store_offsets(message))
            return
        self.failures += 1
        backoff = min(RETRY_FIRST_S * 2 ** min(self.failures - 1, 10), RETRY_MAX_S)
        self.sleep(max(wait, backoff * random.uniform(0.5, 1)))
        place = confluent_kafka.TopicPartition(message.topic(), message.partition(), message.offset())
        self.settle(message, lambda: self.consumer.seek(place))

    def settle(self, message, do):
        """Says that a flag is done with, or goes back to it. Who has the partition after us begins at what was committed."""
        try:
            do()
        except confluent_kafka.KafkaException as error:
            held = {(part.topic, part.partition) for part in self.consumer.assignment()}
            if (message.topic(), message.partition()) in held:
                raise Fatal(f"Kafka: {error}; start it again, nothing is lost") from error
            log("info", "partition_lost", partition=message.partition())

    def send(self, message):
        """As Coop.send(); a record that is no flag is left."""
        place = {"partition": message.partition(), "offset": message.offset()}
        try:
            flag = json.loads(message.value())
            if flag["schema"] != "weir.flag/1":
                self.left += 1  # weir.flag-update/1: Coop has no request for what became of a flag
                return None
            report = make_report(flag, self.coop_config)
        except (ValueError, KeyError, TypeError, AttributeError):
            log("error", "no_flag", **place)
            self.left += 1
            return None
        return self.coop.send(flag["flag_id"], report)

    def sleep(self, seconds):
        end = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < end:
            time.sleep(0.1)


def main():
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__, file=sys.stderr)
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    try:
        config = read_config(sys.argv[1])
        bridge = Bridge(config, read_key(config["coop"]))
    except (ValueError, OSError, confluent_kafka.KafkaException) as error:
        log("error", "config_error", file=sys.argv[1], reason=str(error))
        return 2
    signal.signal(signal.SIGTERM, bridge.stop)
    signal.signal(signal.SIGINT, bridge.stop)
    try:
        bridge.run()
    except Fatal as error:
        log("error", "failed", reason=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
