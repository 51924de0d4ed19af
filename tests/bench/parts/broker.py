"""A real Kafka and daemons on it, for the section kafka."""
import concurrent.futures
import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .context import SUPPORT, Trouble

PARTITIONS = 4
POSTS = "posts"
TOPICS = {POSTS: PARTITIONS, "weir.review": 3, "weir.shadow": 3, "weir.overflow": 3, "weir.dead-letters": 3, "weir.rollups": 3}
SAMPLE_BYTES = 8 << 20
START_S, END_S, STUCK_S = 120, 30, 60
LOOK_S = 0.02
CONFIG = """kafka: {{bootstrap.servers: '{bootstrap}', group.id: '{group}'}}
sources:
  - topic: posts
    fields: {{id: /id, author: /author/id, author_name: /author/name, lang: /lang, time: /created_at, text: [/title, /text]}}
rules: {{path: '{rules}', cache: '{cache}'}}
workers: {workers}
http: {{listen: '127.0.0.1:{port}'}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """With `with`: one broker, the topics, and an end that leaves nothing behind."""

    def __init__(self, context):
        self.context = context
        self.env = {"KAFKA_DIR": str(context.work / "kafka")}
        self.bootstrap = None

    def kafka(self, *words):
        return self.context.run(SUPPORT / "kafka/kafka.sh", *words, env=self.env).strip()

    def __enter__(self):
        try:
            self.bootstrap = self.kafka("start")
            with concurrent.futures.ThreadPoolExecutor() as pool:
                for created in [pool.submit(self.kafka, "topic", name, count) for name, count in TOPICS.items()]:
                    created.result()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([str(SUPPORT / "kafka/kafka.sh"), "wipe"], env={**os.environ, **self.env}, check=False)
        shutil.rmtree(self.env["KAFKA_DIR"], ignore_errors=True)

    def fill(self, *texts):
        """The posts of make_texts.py, with keys; returns some from the beginning, without."""
        sample = b""
        with subprocess.Popen(self.context.text_command("--keyed", *texts), stdout=subprocess.PIPE) as maker, subprocess.Popen(
                ["kcat", "-b", self.bootstrap, "-P", "-t", POSTS, "-K", "\t", "-X", "linger.ms=50", "-X", "queue.buffering.max.messages=1000000"],
                stdin=subprocess.PIPE, stderr=subprocess.PIPE) as kcat:
            with contextlib.suppress(BrokenPipeError):  # kcat says why, below
                while chunk := maker.stdout.read(1 << 20):
                    kcat.stdin.write(chunk)
                    sample += chunk if len(sample) < SAMPLE_BYTES else b""
            _, complaint = kcat.communicate()
        if maker.returncode or kcat.returncode:
            raise Trouble(f"the posts could not be produced: {complaint.decode(errors='replace').strip()}")
        lines = sample[:sample.rfind(b"\n") + 1].splitlines(True)
        return b"".join(line.partition(b"\t")[2] for line in lines)


class Daemon:
    """With `with`: one `weir run`, of a group of its own, which so reads the topic from its beginning."""

    def __init__(self, context, broker, rules, workers):
        self.port = free_port()
        self.context = context
        name = f"bench-{workers}-{time.monotonic_ns()}"
        self.config, self.log = context.work / f"{name}.yaml", context.work / f"{name}.log"
        self.config.write_text(CONFIG.format(bootstrap=broker.bootstrap, group=name, rules=rules, cache=context.work / "cache", workers=workers,
                                             port=self.port))

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(self.context.weir), "run", "-c", str(self.config)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=log)
        (self.context.work / "daemon.pid").write_text(str(self.process.pid))
        return self

    def __exit__(self, kind, *_):
        self.process.terminate()
        try:
            status = self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        if status != 0 and kind is None:
            raise Trouble(f"the daemon ended with {status}: {self.complaint()}")

    def complaint(self):
        return self.log.read_text(errors="replace").strip()[-2000:]

    def processor_seconds(self):
        """Of all its threads, also those that have ended: the clock that clock_getcpuclockid(3) names, CPUCLOCK_SCHED of the process."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory_kb(self, key):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as lines:
            return int(re.search(rf"^{key}:\s+(\d+) kB", lines.read(), re.M)[1])

    def look(self):
        """(messages read, flags that were acknowledged, flags to review), or None while nobody answers."""
        if self.process.poll() is not None:
            raise Trouble(f"the daemon ended by itself: {self.complaint()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
                text = answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            return None
        return tuple(int(re.search(rf"^{re.escape(name)} (\d+)", text, re.M)[1])
                     for name in ("weir_messages_total", "weir_records_delivered_total", 'weir_flags_total{output="review"}'))

    def first_look(self):
        deadline = time.monotonic() + START_S
        while (seen := self.look()) is None:
            if time.monotonic() > deadline:
                raise Trouble(f"the daemon did not start in {START_S} s: {self.complaint()}")
            time.sleep(0.002)
        return seen[0]

    def read_all(self, posts, flagged):
        """What it takes until every post was read and every flag acknowledged."""
        messages = first = self.first_look()
        begun, processor, before_kb = time.monotonic(), self.processor_seconds(), self.memory_kb("VmRSS")
        if first > posts // 4:
            raise Trouble(f"{first} of {posts} posts were read before the first look: too few to measure with; raise --posts")
        moved = begun
        while True:
            time.sleep(LOOK_S if posts < 1000000 else 5 * LOOK_S)
            seen, now = self.look(), time.monotonic()
            if seen[0] == first:
                begun = now  # nothing yet: it joins the group
            if seen[0] >= posts and seen[1] >= flagged:
                break
            if seen[0] > messages:
                messages, moved = seen[0], now
            elif now > moved + STUCK_S:
                raise Trouble(f"the daemon reads no more after {seen[0]} of {posts} posts: {self.complaint()}")
        processor = self.processor_seconds() - processor
        if (seen[0], seen[2]) != (posts, flagged):
            raise Trouble(f"{posts} posts, {flagged} of them flagged, were to be read; it was {seen[0]} and {seen[2]}")
        return {"posts": posts - first, "processor_s": processor, "processor_ns": 1e9 * processor / (posts - first), "seconds": now - begun,
                "posts_per_second": (posts - first) / (now - begun), "rss_before_kb": before_kb, "rss_after_kb": self.memory_kb("VmRSS"),
                "rss_most_kb": self.memory_kb("VmHWM")}
