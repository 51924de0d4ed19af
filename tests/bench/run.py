#!/usr/bin/env python3
"""The benchmark of weir: one report as Markdown, and the same as JSON.

  tests/bench/run.py BUILD [OPTIONS]     BUILD: a build folder with Release binaries (cmake --preset release -DWEIR_TESTS=ON)

Sections: path, kafka, curves, latency, memory, start, and targets, which says of each speed target whether it is met.
--quick (about a minute) and the form without it (about two) show that everything can be measured; their figures are rough. --full takes about half an hour,
on a machine that does nothing else.
Exit status: 0 measured (whether or not the targets are met), 1 a section could not be measured, 2 usage, 3 the environment.
"""
import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import re
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from parts import curves, kafka, path, scripts, stops, targets  # noqa: E402
from parts.context import ROOT, Context, Trouble  # noqa: E402

# name: (how it is measured, how it is told)
SECTIONS = {
    "path": (path.measure, path.report),
    "kafka": (kafka.measure, kafka.report),
    "curves": (curves.measure, curves.report),
    "latency": (scripts.latency, scripts.latency_report),
    "memory": (scripts.memory, scripts.memory_report),
    "start": (scripts.start, scripts.start_report),
}


@dataclasses.dataclass
class Sizes:
    seconds: float  # of each row that weir bench, bench_fold_cost and bench_workers time
    texts: int  # that these look at, at most
    posts: int  # in Kafka
    rounds: int  # of kafka
    load_seconds: float  # of each row of latency
    streams: int  # of captions, of memory
    rules: list  # of the curve of rules
    base_rules: int  # of the other curves
    scale: list  # rows of rules_scale.sh


FORMS = {
    "quick": Sizes(0.03, 2000, 100000, 1, 0.3, 5000, [100, 1000], 1000, ["1000"]),
    "short": Sizes(0.1, 10000, 400000, 1, 1, 20000, [100, 1000, 10000], 1000, ["1000", "10000"]),
    "full": Sizes(2, 20000, 4000000, 5, 20, 1000000, [100, 1000, 10000, 100000], 1000, ["100", "1000", "10000", "0+100000", "10000+100000"]),
}


def comma_list(text):
    return text.split(",")


def number_list(text):
    numbers = [int(word) for word in text.split(",")]
    if min(numbers) < 1:
        raise ValueError
    return numbers


def positive(text):
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"must be above 0, not {text}")
    return number


def whole(text):
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, not {text}")
    return int(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", metavar="BUILD", type=pathlib.Path)
    parser.add_argument("--only", type=comma_list, metavar="NAME,..", help="these sections; targets is always there")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="the raw numbers")
    parser.add_argument("--quick", dest="form", action="store_const", const="quick", default="short", help="the least that has every section")
    parser.add_argument("--full", dest="form", action="store_const", const="full", help="sizes that figures can be published of")
    parser.add_argument("--seed", type=whole, default=1, help="of rules and texts (default 1)")
    parser.add_argument("--seconds", type=positive, help="for each row that is timed without Kafka (quick 0.03, short 0.1, full 2)")
    parser.add_argument("--texts", type=whole, help="that these rows look at, at most (2,000; 10,000; 20,000)")
    parser.add_argument("--posts", type=whole, help="in Kafka (100,000; 400,000; 4,000,000)")
    parser.add_argument("--rounds", type=whole, help="of kafka (1; 1; 5)")
    parser.add_argument("--load-seconds", type=positive, help="for each row of latency (0.3; 1; 20)")
    parser.add_argument("--streams", type=whole, help="of captions, of memory (5,000; 20,000; 1,000,000)")
    parser.add_argument("--rules", type=number_list, metavar="N,..", help="of the curve of rules (100,1000; and 10000; and 100000)")
    parser.add_argument("--base-rules", type=whole, help="of the other curves (1,000)")
    parser.add_argument("--scale", type=comma_list, metavar="ROW,..", help="of start and memory, RULES or RULES+HOSTS")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.only or [] if name not in [*SECTIONS, "targets"]]
    if unknown:
        parser.error(f"there is no section {unknown[0]!r}; there are {', '.join(SECTIONS)} and targets")
    if not os.access(arguments.build / "weir", os.X_OK):
        parser.error(f"{arguments.build} is no build folder: it holds no weir")
    for row in arguments.scale or []:
        if not re.fullmatch(r"[0-9]+(\+[0-9]+)?", row):
            parser.error(f"--scale takes RULES or RULES+HOSTS, not {row!r}")
    arguments.build = arguments.build.resolve()
    for field in dataclasses.fields(Sizes):
        if getattr(arguments, field.name) is None:
            setattr(arguments, field.name, getattr(FORMS[arguments.form], field.name))
    return arguments


def read(file, pattern):
    try:
        found = re.search(pattern, pathlib.Path(file).read_text(encoding="utf-8", errors="replace"), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else "?"


def commit(context):
    try:
        return context.run("git", "-C", ROOT, "describe", "--always", "--dirty").strip()
    except (OSError, Trouble):
        return "?"  # not a clone


def describe_machine(context):
    cache = context.build / "CMakeCache.txt"
    return {"time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "cpu": read("/proc/cpuinfo", r"^model name\s*: (.*)"),
            "cores": os.cpu_count(), "usable_cores": len(os.sched_getaffinity(0)), "memory_kb": int(read("/proc/meminfo", r"^MemTotal:\s+(\d+)")),
            "kernel": platform.release(), "system": read("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'), "python": platform.python_version(),
            "versions": context.run(context.weir, "--version").strip().splitlines(), "build_type": read(cache, r"^CMAKE_BUILD_TYPE:STRING=(.*)"),
            "commit": commit(context),
            "load_before": os.getloadavg()[0], "stops": stops.measure(min(10, context.options.load_seconds))}


def machine_report(machine, arguments):
    text = (f"# Benchmark of {machine['versions'][0]} ({machine['commit']})\n\n{machine['time']}; {machine['system']}, Linux {machine['kernel']}; {machine['cpu']}, "
            f"{machine['usable_cores']} of {machine['cores']} cores, {machine['memory_kb'] // 1048576} GiB; {', '.join(machine['versions'][1:])}; "
            f"{machine['build_type']} build; {arguments.form} form, seed {arguments.seed}.\n")
    if machine["build_type"] != "Release":
        text += "\n**This is no Release build: its figures say nothing of weir's speed.**\n"
    if machine["load_before"] > 0.25 * machine["cores"]:
        text += (f"\n**The machine was busy before it began (load {machine['load_before']:.1f} on {machine['cores']} cores): what the clock says, "
                 "latency above all, is not weir's alone, and processor time is longer than it would be.**\n")
    return f"{text}\n{stops.report(machine['stops'])}\n"


def measure_section(context, name):
    """(the numbers, the text)"""
    measure, report = SECTIONS[name]
    print(f"run: {name} ...", file=sys.stderr, flush=True)
    begun = time.monotonic()
    try:
        result = measure(context)
        text = report(result)
    except Trouble as trouble:
        result, text = {"failed": str(trouble)}, f"**Could not be measured:** {trouble}\n"
    took = time.monotonic() - begun
    print(f"run: {name} took {took:.0f} s", file=sys.stderr, flush=True)
    return {**result, "took_s": took}, text


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = [name for name in SECTIONS if not arguments.only or name in arguments.only]
    sizes = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(Sizes)}
    with tempfile.TemporaryDirectory(prefix="weir-bench.") as folder:
        context = Context(arguments.build, pathlib.Path(folder), arguments)
        machine = describe_machine(context)
        print(machine_report(machine, arguments), flush=True)
        sections = {}
        for name in names:
            sections[name], text = measure_section(context, name)
            print(f"## {name}\n\n{text}", flush=True)
    machine["load_after"] = os.getloadavg()[0]
    judged = targets.measure(sections)
    rough = "" if arguments.form == "full" else f"\nThe {arguments.form} form is too small to judge by; --full is for that.\n"
    print(f"## targets\n\n{targets.report(judged, sections)}{rough}", flush=True)
    if arguments.json:
        report = {"schema": "weir.bench-report/1", "form": arguments.form, "seed": arguments.seed, "sizes": sizes,
                  "machine": machine, "sections": sections, "targets": judged}
        arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if any("failed" in section for section in sections.values()) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, Trouble) as error:
        print(f"run: {error}", file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
