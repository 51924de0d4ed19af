#!/usr/bin/env python3
"""Where the processor time of the daemon goes: one worker on a real Kafka, the same topic read by a bare consumer, and the stages alone, by perf(1).

  tests/bench/profile.py BUILD [--posts N] [--symbols N] [--seed N]     BUILD: a build folder with Release binaries, as for run.py

Prints nanoseconds a post by what they are spent in, and the dearest functions. Samples are taken by the processor's clock, so that it works where a
virtual machine has no counters. Exit status: 0, 2 usage, 3 no perf, no Kafka, or no profile."""
import argparse
import collections
import contextlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from parts import kafka, path  # noqa: E402
from parts.broker import POSTS, Broker, Daemon  # noqa: E402
from parts.context import Context, Trouble, stages, table  # noqa: E402

PERF = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "--call-graph", "fp"]
LIBRARIES = {"libhs": "scan: Hyperscan", "libsimdjson": "decode: simdjson", "libicu": "normalize: ICU", "librdkafka": "librdkafka in the worker",
             "libc.": "libc in the worker"}
STAGES = {"decode": "decode", "normalize": "normalize", "scan": "scan: weir's own", "decide": "decide", "publish": "publish", "consume": "consume"}
FRAME = re.compile(r"^\s+[0-9a-f]+ (.*) \((.*)\)$")


def read_symbols(build):
    """Function: folder of the source that it is from, by the objects of the build."""
    found = {}
    for made in (build / "CMakeFiles").rglob("*.o"):
        listed = subprocess.run(["nm", "-C", "--defined-only", str(made)], stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in listed.splitlines():
            if (words := line.split(" ", 2))[1] in "tTwW":
                found[re.sub(r"\((?!anonymous).*", "", words[2])] = made.parent.name
    return found


def name_kernel(frames):
    if any("page_fault" in name for name, _ in frames):
        return "kernel: page faults"
    return "kernel: sockets" if any(re.search("recv|send|tcp", name) for name, _ in frames) else "kernel: the rest"


def classify(thread, frames, symbols):
    """What a sample was spent in. frames: (function, file), the innermost first."""
    name, file = frames[0]
    is_kernel = file.startswith("[") and file not in ("[vdso]", "[unknown]")
    if thread.startswith("rdk:"):
        return f"librdkafka's threads, {name_kernel(frames) if is_kernel else 'user space'}"
    if is_kernel:
        return name_kernel(frames)
    for library, what in LIBRARIES.items():
        if pathlib.Path(file).name.startswith(library):
            return what
    if pathlib.Path(file).name != "weir":
        return "other libraries"
    return STAGES.get(symbols.get(name.partition("+")[0], ""), "the rest of weir")


def count_samples(recorded, symbols):
    """({group: samples}, {(function, group): samples})"""
    script = subprocess.run(["perf", "script", "-i", str(recorded), "-F", "comm,ip,sym,dso"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            text=True, errors="replace", check=True).stdout
    groups, functions = collections.Counter(), collections.Counter()
    for block in script.split("\n\n"):
        lines = block.strip("\n").splitlines()
        frames = [match.groups() for line in lines[1:] if (match := FRAME.match(line))]
        if frames:
            group = classify(lines[0].strip(), frames, symbols)
            groups[group] += 1
            functions[frames[0][0], group] += 1
    if not groups:
        raise Trouble("perf took no samples")
    return groups, functions


@contextlib.contextmanager
def recording(context, name, *command):
    """Yields the file that perf writes until the block ends; command: what to attach to, or to run."""
    recorded = context.work / f"{name}.perf"
    with subprocess.Popen([*PERF, "-o", str(recorded), *map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as perf:
        try:
            yield recorded
        finally:
            perf.send_signal(2)
            perf.wait()


def profile_daemon(context, broker, rules, symbols):
    with Daemon(context, broker, rules, 1) as running:
        running.first_look()  # from here on no rules are loaded
        with recording(context, "daemon", "-p", running.process.pid) as recorded:
            took = running.read_all(context.options.posts, int(context.options.posts * kafka.FLAGGED + 1e-9))
        return (took["processor_ns"], *count_samples(recorded, symbols))


def profile_consumer(context, broker, symbols):
    recorded = context.work / "consumer.perf"
    out = context.run(*PERF, "-o", recorded, "--", context.program("bare_consumer"), broker.bootstrap, POSTS, context.options.posts)
    words = out.split()
    return (1e9 * float(words[2]) / int(words[0]), *count_samples(recorded, symbols))


def share_out(profile):
    """Nanoseconds a post of each group."""
    nanoseconds, groups, _ = profile
    return {group: nanoseconds * count / groups.total() for group, count in groups.items()}


def report(daemon, consumer, bench):
    mine, bare, alone = share_out(daemon), share_out(consumer), stages(bench)
    order = sorted({*mine, *bare}, key=lambda group: -mine.get(group, 0))
    lines = [[group, f"{mine.get(group, 0):.0f}", f"{100 * mine.get(group, 0) / daemon[0]:.1f} %", f"{bare.get(group, 0):.0f}"] for group in order]
    lines.append(["together", f"{daemon[0]:.0f}", "100 %", f"{consumer[0]:.0f}"])
    print(table(["spent in", "daemon, ns a post", "share", "bare consumer, ns"], lines))
    print("Alone, over the same posts (`weir bench`), ns: "
          + ", ".join(f"{path.NAMES.get(name, name)} {row['cpu_ns_per_item']:.0f}" for name, row in alone.items()) + ".\n")


def report_functions(daemon, count):
    nanoseconds, groups, functions = daemon
    lines = [[f"`{name.partition('+')[0]}`", group, f"{nanoseconds * samples / groups.total():.0f}"] for (name, group), samples in functions.most_common(count)]
    print(table(["function", "in", "ns a post"], lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", metavar="BUILD", type=pathlib.Path)
    parser.add_argument("--posts", type=int, default=4000000)
    parser.add_argument("--symbols", type=int, default=25, help="functions to name (25)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.seconds = 2
    options.build = options.build.resolve()
    if not shutil.which("perf"):
        raise Trouble("perf is missing: apt-get install linux-perf")
    with tempfile.TemporaryDirectory(prefix="weir-profile.") as folder:
        context = Context(options.build, pathlib.Path(folder), options)
        rules, symbols = context.rules(kafka.RULES), read_symbols(options.build)
        with Broker(context) as broker:
            texts = context.work / "sample.ndjson"
            texts.write_bytes(broker.fill("--count", options.posts, "--flagged", kafka.FLAGGED))
            profile_daemon(context, broker, rules, symbols)  # the page cache, and the rules'
            daemon, consumer = profile_daemon(context, broker, rules, symbols), profile_consumer(context, broker, symbols)
        report(daemon, consumer, context.weir_bench(rules, texts))
        report_functions(daemon, options.symbols)


if __name__ == "__main__":
    try:
        main()
    except (OSError, Trouble, subprocess.CalledProcessError) as error:
        print(f"profile: {error}", file=sys.stderr)
        sys.exit(3)
