#!/usr/bin/env python3
"""How many instructions a message costs on the hot path (read, normalize, scan, decide, write), as valgrind's callgrind counts them: unlike time
they are the same on a busy machine. Two runs of `weir scan` that differ only in how many messages they read; the difference is the messages'.

  tests/bench/instructions.py WEIR            prints the counts, and compares them with tests/bench/instructions.json
  tests/bench/instructions.py WEIR --update   writes them there, for this system

WEIR is build/ci/weir, which the tests use: a Release build counts fewer. The counts depend on the compiler and the libraries, so there is an entry for each
system. Exit status: 0, 1 a count grew by more than 5 % (or shrank by
as much: then --update, so that what was won is kept), 2 usage or trouble."""
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BASELINE = HERE / "instructions.json"
FEW, MANY = 1000, 11000
SLACK = 0.05


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"instructions: {' '.join(map(str, command))}: {done.stderr.strip()[-2000:]}")
    return done


def system_name():
    """Hyperscan and simdjson choose their code by the processor; valgrind shows them no more than AVX2."""
    release = dict(line.rstrip().split("=", 1) for line in open("/etc/os-release") if "=" in line)
    flags = re.search(r"^flags\s*:(.*)", open("/proc/cpuinfo").read(), re.M)
    return f"{release.get('ID', '?')} {release.get('VERSION_ID', '?').strip(chr(34))} {'avx2' if flags and ' avx2' in flags[1] else 'other'}"


def cut_captions(posts):
    """What the posts say, six words a fragment, in 20 streams that take turns."""
    texts = [[word for line in posts[i::20] for word in json.loads(line)["text"].split()] for i in range(20)]
    for turn in itertools.count():
        for stream, words in enumerate(texts):
            text = " ".join(words[6 * turn:6 * turn + 6])
            yield json.dumps({"stream_id": f"stream-{stream}", "seq": turn, "start_ms": 2000 * turn, "end_ms": 2000 * turn + 1900, "text": text}) + "\n"


def make_inputs(work):
    run(sys.executable, HERE / "make_rules.py", work / "rules", "--rules", 100, "--seed", 1)
    (work / "rules/needles.yaml").write_bytes((ROOT / "tests/support/packs/needles.yaml").read_bytes())
    posts = run(sys.executable, ROOT / "tests/support/posts.py", "--count", MANY, "--seed", 1).stdout.splitlines(True)
    captions = list(itertools.islice(cut_captions(posts), MANY))
    for kind, lines in (("post", posts), ("caption", captions)):
        for count in (FEW, MANY):
            (work / f"{kind}-{count}").write_text("".join(lines[:count]))


def count_instructions(weir, work, kind, count):
    done = run("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", weir, "scan", "-r", work / "rules", "--kind", kind, work / f"{kind}-{count}")
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="weir-instructions.") as folder:
        work = pathlib.Path(folder)
        make_inputs(work)
        counts = {kind: round((count_instructions(arguments[0], work, kind, MANY) - count_instructions(arguments[0], work, kind, FEW)) / (MANY - FEW))
                  for kind in ("post", "caption")}
    name = system_name()
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    if "--update" in sys.argv:
        baseline[name] = counts
        BASELINE.write_text(json.dumps(baseline, indent=2, sort_keys=True) + "\n")
    kept = baseline.get(name, {})
    moved = False
    for kind, count in counts.items():
        change = count / kept[kind] - 1 if kind in kept else None
        moved = moved or (change is not None and abs(change) > SLACK)
        print(f"instructions: {name}: a {kind} takes {count}" + (f", {change:+.1%} of {kept[kind]}" if change is not None else "; nothing to compare with"))
    if moved:
        print("instructions: more than 5 % away from tests/bench/instructions.json; find out why, or accept it by --update", file=sys.stderr)
    sys.exit(moved)


main()
