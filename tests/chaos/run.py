#!/usr/bin/env python3
"""A campaign against daemons on real Kafka, three brokers on this machine, that ends with a proof: which flags must be there, which
are, and how often.

  tests/chaos/run.py [--delivery D] [--faults N] [--posts N] [--fragments N] [--seed N] [--report FILE] [WEIR]

Two daemons read posts, live captions and poison payloads while faults come at random: SIGKILL, SIGTERM and SIGSTOP of a daemon, a
broker killed and started again, the network to a broker cut or slowed, a third member that joins and leaves, new rules, no room for
the rules cache, a wall clock that jumps. --delivery at_least_once, exactly_once or both (default); 20 faults, 200,000 posts and
20,000 fragments by default, the same moments for the same seed. WEIR: the binary (default build/release/weir). --report writes the
counts as Markdown. Exit status: 0 the proof holds, 1 it does not, 2 usage, 3 the environment.
"""
import argparse
import collections
import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SUPPORT = ROOT / "tests/support"
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(SUPPORT)]
import proof  # noqa: E402
import proxy  # noqa: E402

BROKERS = 3
RULES = pathlib.Path(__file__).with_name("phrases.yaml")


def say(text):
    print(f"chaos: {text}", flush=True)


class Daemon:
    """One `weir run`; its log goes to a file through a pipe, so that no limit on files touches it."""

    def __init__(self, campaign, name, config):
        self.campaign, self.name, self.config, self.process = campaign, name, config, None
        self.path = campaign.work / f"{name}.log"
        self.log = open(self.path, "ab")

    def start(self):
        self.log_from = self.path.stat().st_size
        env = {**os.environ, "WEIR_CLOCK_JUMP": str(self.campaign.work / "jump")}
        if self.campaign.has_clock:
            env["LD_PRELOAD"] = str(self.campaign.work / "clock.so")
        # Until its main() runs, a SIGHUP would end it, and on a busy machine a reload comes that soon. It inherits the mask.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        self.process = subprocess.Popen([self.campaign.weir, "run", "-c", str(self.config)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.tee = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=self.log)
        self.process.stderr.close()

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def has_started(self):
        with open(self.path, "rb") as log:
            log.seek(self.log_from)
            return b" info started " in log.read()

    def end(self, number, expected):
        """A daemon that still loads its rules has nothing to finish: the signal ends it there and then."""
        if not self.has_started():
            expected = {*expected, -number}
        self.process.send_signal(number)
        try:
            code = self.process.wait(45)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.campaign.problem(f"{self.name} did not end within 45 s of signal {number}")
            return
        if code not in expected:
            self.campaign.problem(f"{self.name} ended with {code} after signal {number}")


class Campaign:
    def __init__(self, arguments, delivery):
        self.arguments, self.delivery, self.weir = arguments, delivery, str(pathlib.Path(arguments.weir).resolve())
        self.chance = random.Random(f"{arguments.seed}/{delivery}")
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="weir-chaos."))
        self.problems, self.counts, self.feeders = [], collections.Counter(), []
        self.version = 0
        # A sanitizer wants to be loaded first, so its daemons' clocks stay.
        self.has_clock = not re.search(rb"__[at]san_init", pathlib.Path(self.weir).read_bytes())
        self.env = {**os.environ, "KAFKA_DIR": str(self.work / "kafka")}

    def problem(self, text):
        self.problems.append(text)
        say(f"PROBLEM: {text}")

    def kafka(self, *words):
        return subprocess.run([SUPPORT / "kafka/kafka.sh", *map(str, words)], env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    # ---- The stage

    def start_brokers(self):
        base = proxy.free_base(self.chance, BROKERS)
        self.env["KAFKA_EXTRA"] = ";".join([
            "listeners=PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@,DAEMONS://127.0.0.1:%d@I@" % base,
            "advertised.listeners=PLAINTEXT://127.0.0.1:@PORT@,DAEMONS://127.0.0.1:%d@I@" % (base + 1),
            "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,DAEMONS:PLAINTEXT"])
        numbers = range(1, BROKERS + 1)
        self.proxy = proxy.Proxy([base * 10 + 10 + i for i in numbers], [base * 10 + i for i in numbers])
        self.bootstrap = self.kafka("start", BROKERS).strip()
        self.daemons_bootstrap = ",".join(f"127.0.0.1:{base * 10 + 10 + i}" for i in numbers)
        for topic, partitions in (("posts", 6), ("captions", 4)):
            self.kafka("topic", topic, partitions)
        for topic in ("review", "shadow", "overflow", "dead-letters", "rollups"):
            self.kafka("topic", f"weir.{topic}", 3)

    def write_rules(self):
        """A new version: another ruleset that finds the same."""
        self.version += 1
        path = self.work / "rules/phrases.yaml"
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".new").write_text(RULES.read_text().replace("version: 1.0.0", f"version: 1.0.{self.version}"))
        os.replace(path.with_suffix(".new"), path)

    def write_config(self, name):
        path = self.work / f"{name}.yaml"
        path.write_text(f"""kafka:
  bootstrap.servers: {self.daemons_bootstrap}
  group.id: weir
  session.timeout.ms: 6000
sources:
  - topic: posts
    kind: post
    fields: {{id: /id, author: /author/id, author_name: /author/name, lang: /lang, time: /created_at, text: [/title, /text]}}
  - {{topic: captions, kind: caption}}
outputs:
  review: {{topic: weir.review}}
  shadow: {{topic: weir.shadow}}
  overflow: {{topic: weir.overflow}}
  dead_letters: {{topic: weir.dead-letters}}
  rollups: {{topic: weir.rollups}}
delivery: {self.delivery}
rules: {{path: {self.work}/rules, budget_per_minute: 1000000, cache: {self.work}/cache}}
workers: 2
""")
        return path

    def feed(self, topic, command, seconds, count):
        """Lines KEY<tab>VALUE of the command, spread over so much time. Not idempotent: such a producer may end for good when brokers are killed. What it
        puts in twice are two messages, and each has its flag."""
        pace = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("pace.py")), str(count), str(seconds)],
                                stdin=command.stdout, stdout=subprocess.PIPE)
        command.stdout.close()
        kcat = subprocess.Popen(["kcat", "-b", self.bootstrap, "-P", "-t", topic, "-K", "\t", "-E", "-X", "max.in.flight=1",
                                 "-X", "linger.ms=5", "-X", "message.timeout.ms=600000", "-X", "queue.buffering.max.messages=1000000"],
                                stdin=pace.stdout, stderr=open(self.work / "feeder.log", "ab"))
        pace.stdout.close()
        self.feeders.append(kcat)

    def start_feeding(self):
        arguments = self.arguments
        seconds = arguments.faults * arguments.pause * 1.15
        support = [sys.executable, str(SUPPORT / "posts.py"), "--keyed", "--count", str(arguments.posts)]
        self.feed("posts", subprocess.Popen(support, stdout=subprocess.PIPE), seconds, arguments.posts)
        self.streams = max(1, arguments.fragments // proof.FRAGMENTS_A_STREAM)
        support = [sys.executable, str(SUPPORT / "streams.py"), "make", "--streams", str(self.streams), "--fragments", str(proof.FRAGMENTS_A_STREAM)]
        self.feed("captions", subprocess.Popen(support, stdout=subprocess.PIPE), seconds, self.streams * proof.FRAGMENTS_A_STREAM)
        (self.work / "poison").write_bytes(b"".join(b"p%d\t%s\n" % (i, proof.poison(i)) for i in range(proof.POISON)))
        self.feed("posts", subprocess.Popen(["cat", self.work / "poison"], stdout=subprocess.PIPE), seconds, proof.POISON)

    # ---- Faults; each leaves all daemons running and all brokers up

    def any_daemon(self):
        return self.chance.choice(self.daemons)

    def fault_kill(self):
        daemon = self.any_daemon()
        daemon.end(signal.SIGKILL, {-9})
        time.sleep(self.chance.random() * 3)
        daemon.start()

    def fault_stop(self):
        daemon = self.any_daemon()
        daemon.end(signal.SIGTERM, {0})
        time.sleep(self.chance.random() * 2)
        daemon.start()

    def fault_pause(self):
        daemon = self.any_daemon()
        daemon.process.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.choice([0.5, 3, 9, 16]))
        daemon.process.send_signal(signal.SIGCONT)

    def fault_broker(self):
        broker = self.chance.randint(1, BROKERS)
        self.kafka("kill", broker)
        time.sleep(self.chance.random() * 6)
        self.kafka("up", broker)

    def fault_cut(self):
        broker = self.chance.randrange(BROKERS)
        self.proxy.cut(broker)
        time.sleep(self.chance.random() * 8)
        self.proxy.mend(broker)

    def fault_cut_all(self):
        for broker in range(BROKERS):
            self.proxy.cut(broker)
        time.sleep(self.chance.random() * 12)
        for broker in range(BROKERS):
            self.proxy.mend(broker)

    def fault_slow(self):
        broker = self.chance.randrange(BROKERS)
        self.proxy.slow(broker, 0.05 + self.chance.random() * 0.5)
        time.sleep(self.chance.random() * 6)
        self.proxy.slow(broker, 0)

    def fault_rebalance(self):
        self.third.start()
        time.sleep(3 + self.chance.random() * 4)
        self.third.end(signal.SIGTERM if self.chance.random() < 0.7 else signal.SIGKILL, {0, -9})

    def fault_reload(self):
        self.write_rules()
        for daemon in self.daemons:
            daemon.process.send_signal(signal.SIGHUP)
        time.sleep(self.chance.random() * 2)

    def fault_full_disk(self):
        """No room for the cache of new rules: its file system is full, or, where none can be mounted, its folder is none."""
        cache, filler = self.work / "cache", self.work / "cache/filler"
        if self.is_mounted:
            with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
        else:
            cache.rename(self.work / "cache.away")
            cache.write_bytes(b"")
        self.write_rules()
        time.sleep(3)
        if self.is_mounted:
            filler.unlink()
        else:
            cache.unlink()
            (self.work / "cache.away").rename(cache)

    def fault_clock(self):
        (self.work / "jump").open("r+b").write(struct.pack("=q", self.chance.choice([-86400, -60, 0, 60, 3600, 86400 * 30])))

    def run_faults(self):
        faults = {name[6:]: getattr(self, name) for name in dir(self) if name.startswith("fault_")}
        if not self.has_clock:
            del faults["clock"]
        weights = {"kill": 5, "stop": 3, "pause": 3, "broker": 3, "cut": 3, "slow": 2, "rebalance": 3}
        bag = [name for name in sorted(faults) for _ in range(weights.get(name, 1))]
        order = sorted(faults) if self.arguments.faults >= len(faults) else []
        order += [self.chance.choice(bag) for _ in range(self.arguments.faults - len(order))]
        self.chance.shuffle(order)
        begin = time.monotonic()
        for number, name in enumerate(order, 1):
            time.sleep(self.chance.random() * 2)
            faults[name]()
            self.counts[name] += 1
            for daemon in self.daemons:
                if not daemon.is_alive():
                    self.problem(f"{daemon.name} ended by itself with {daemon.process.returncode} around fault {number}, {name}")
                    daemon.start()
            if number % 10 == 0 or number == len(order):
                say(f"{self.delivery}: {number} faults in {time.monotonic() - begin:.0f} s, the last: {name}")

    # ---- The proof

    def wait_drained(self):
        for feeder in self.feeders:
            if feeder.wait() != 0:
                self.problem("the input could not be produced; see feeder.log")
        deadline = time.monotonic() + 300
        while (lag := self.kafka("lag", "weir").strip()) != "0":
            if time.monotonic() > deadline:
                self.problem(f"300 s after the last message {lag} messages are not committed")
                return
            time.sleep(1)

    def run(self):
        self.begin = time.monotonic()
        try:
            self.start_brokers()
            subprocess.run(["cc", "-D_GNU_SOURCE", "-O2", "-shared", "-fPIC", str(pathlib.Path(__file__).with_name("clock.c")),
                            "-o", str(self.work / "clock.so")], check=True)
            (self.work / "cache").mkdir(mode=0o700)
            mount = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", str(self.work / "cache")]
            self.is_mounted = subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode == 0
            (self.work / "jump").write_bytes(bytes(8))
            self.write_rules()
            self.daemons = [Daemon(self, name, self.write_config(name)) for name in "ab"]
            self.third = Daemon(self, "c", self.write_config("c"))
            for daemon in self.daemons:
                daemon.start()
            time.sleep(3)
            for daemon in self.daemons:
                if not daemon.is_alive():
                    sys.exit(f"chaos: {daemon.name} does not start: {(self.work / f'{daemon.name}.log').read_text()}")
            self.start_feeding()
            self.run_faults()
            self.wait_drained()
            for daemon in self.daemons:
                daemon.end(signal.SIGTERM, {0})
            counts, lines = proof.prove(self.bootstrap, self.arguments.posts, self.streams)
            counts |= {"faults": sum(self.counts.values()), "seconds": int(time.monotonic() - self.begin)}
            for line in lines:
                say(line)
            if counts["lost"] or counts["wrong"] or (counts["duplicates"] and self.delivery == "exactly_once"):
                self.problem("the flags are not as they must be")
            self.look_for_sanitizers()
            if self.problems and not self.arguments.keep:
                for daemon in [*self.daemons, self.third]:
                    print(f"---- the end of {daemon.name}.log", (self.work / f"{daemon.name}.log").read_text()[-6000:], sep="\n", file=sys.stderr)
            return counts
        finally:
            self.clean_up()

    def look_for_sanitizers(self):
        for daemon in [*self.daemons, self.third]:
            if re.search(r"Sanitizer|runtime error:", (self.work / f"{daemon.name}.log").read_text(errors="replace")):
                self.problem(f"a sanitizer complained of {daemon.name}")

    def clean_up(self):
        for daemon in [*getattr(self, "daemons", []), *([self.third] if hasattr(self, "third") else [])]:
            if daemon.is_alive():
                daemon.process.kill()
        for feeder in self.feeders:
            feeder.kill()
        subprocess.run([SUPPORT / "kafka/kafka.sh", "wipe"], env=self.env, check=False)
        if getattr(self, "is_mounted", False):
            subprocess.run(["umount", str(self.work / "cache")], check=False)
        if self.arguments.keep:
            say(f"kept: {self.work}")
        else:
            shutil.rmtree(self.work, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weir", nargs="?", default="build/release/weir")
    parser.add_argument("--delivery", choices=["at_least_once", "exactly_once", "both"], default="both")
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--posts", type=int, default=200000)
    parser.add_argument("--fragments", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=random.randrange(10000))
    parser.add_argument("--pause", type=float, default=6, help="seconds that a fault takes, about: the input is spread over all of them")
    parser.add_argument("--report")
    parser.add_argument("--keep", action="store_true", help="leave logs and brokers' data where they are")
    arguments = parser.parse_args()
    if arguments.posts % 100 or not os.access(arguments.weir, os.X_OK):
        parser.error("--posts must be a multiple of 100, and WEIR a program")
    results, problems = {}, []
    for delivery in ["at_least_once", "exactly_once"] if arguments.delivery == "both" else [arguments.delivery]:
        say(f"{delivery}: {arguments.faults} faults, seed {arguments.seed}")
        campaign = Campaign(arguments, delivery)
        results[delivery] = (campaign.run(), campaign.counts)
        problems += [f"{delivery}: {problem}" for problem in campaign.problems]
    command = (f"tests/chaos/run.py --delivery {arguments.delivery} --faults {arguments.faults} --posts {arguments.posts} "
               f"--fragments {arguments.fragments} --seed {arguments.seed}")
    proof.write_report(arguments.report, command, results)
    for problem in problems:
        say(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
