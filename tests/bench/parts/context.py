"""What the sections share: the build, a folder of their own, rules and texts that are made once, and what was measured once."""
import json
import os
import pathlib
import statistics
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent.parent
SUPPORT = ROOT / "tests/support"


class Trouble(Exception):
    """A section cannot be measured, and why."""


class Context:
    def __init__(self, build, work, options):
        self.build, self.work, self.options = build, work, options
        self.weir = build / "weir"
        self.known = {}

    def program(self, name):
        path = self.build / "tests" / f"bench_{name}"
        if not os.access(path, os.X_OK):
            raise Trouble(f"{path} is missing: cmake --build {self.build} --target bench_{name}")
        return path

    def run(self, *command, env=None, into=None):
        """What it prints; into: a file that it prints to."""
        words = [str(word) for word in command]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=into or subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}) as process:
            try:
                out, err = process.communicate()
            except BaseException:
                process.terminate()  # scripts clean up after themselves
                raise
        if process.returncode != 0:
            raise Trouble(f"{' '.join(words)}: exit status {process.returncode}: {err.strip()[-2000:]}")
        return out

    def once(self, key, measure):
        """The same for all who ask."""
        if key not in self.known:
            self.known[key] = measure()
        return self.known[key]

    # ---- Rules and texts

    def rules(self, count, chinese=0):
        """A folder of `count` rules, so many of them Chinese, and of the phrases that make_texts.py plants."""
        def make():
            folder = self.work / f"rules-{count}-{chinese}"
            self.run(sys.executable, BENCH / "make_rules.py", folder, "--rules", count - chinese, "--chinese", chinese, "--zipf",
                     "--seed", self.options.seed)
            (folder / "needles.yaml").write_bytes((SUPPORT / "packs/needles.yaml").read_bytes())
            return folder
        return self.once(("rules", count, chinese), make)

    def text_command(self, *more):
        return [sys.executable, str(BENCH / "make_texts.py"), "--seed", str(self.options.seed), *map(str, more)]

    def texts(self, *more):
        """A file of make_texts.py."""
        def make():
            path = self.work / f"texts-{len(self.known)}.ndjson"
            with open(path, "w", encoding="utf-8") as out:
                self.run(*self.text_command(*more), into=out)
            return path
        return self.once(("texts", more), make)

    def weir_bench(self, rules, texts, kind="post"):
        return json.loads(self.run(self.weir, "bench", "-r", rules, "--kind", kind, "--seconds", self.options.seconds, "--json", texts))


def stages(report):
    """Of `weir bench --json`: its rows by name."""
    return {row["name"]: row for row in report["stages"]}


def median(values):
    return statistics.median(values)


def table(header, rows):
    """Markdown; all columns but the first are numbers."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def table_rows(text, names):
    """The rows of the Markdown tables in the text that have as many columns as there are names, each as a dictionary."""
    found, is_body = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != len(names):
            is_body = False
        elif set("".join(cells)) <= set("-: "):
            is_body = True
        elif is_body:
            found.append(dict(zip(names, cells)))
    return found


def number(cell):
    """Of a cell: a number, or None when it holds none. What stands in parentheses and units are left out."""
    word = cell.split(" ")[0].replace(",", "")
    try:
        return int(word)
    except ValueError:
        pass
    try:
        return float(word)
    except ValueError:
        return None
