"""What the rules in force flag in rows of labelled sets, and how rows are counted.

A post is one unit. Of captions with a harmful label a stream is one unit, since a reviewer needs one flag to find it; of ordinary captions
each fragment is one, since each can bother a reviewer. Flags of rules on trial (`status: shadow`) do not count.
"""
import dataclasses
import json
import math
import pathlib
import re
import subprocess
import tempfile

import halves

ORDINARY = r"ham|ordinary|not:.*|AD:.*"
COVERED = pathlib.Path(__file__).with_name("covered_kinds.json")


@dataclasses.dataclass
class Row:
    """One post or caption fragment, and the ids of the rules that flag it."""
    set_name: str
    half: str
    fields: dict
    rules: frozenset = frozenset()

    @property
    def text(self):
        return halves.text_of(self.fields)

    @property
    def label(self):
        return self.fields.get("label") or ""

    @property
    def is_caption(self):
        return "stream_id" in self.fields


@dataclasses.dataclass
class Unit:
    """What is counted as one: a row, or all rows of a stream."""
    rows: list
    rules: frozenset

    @property
    def label(self):
        return self.rows[0].label

    @property
    def text(self):
        return " ".join(row.text for row in self.rows)


class Labels:
    """Which labels mean harm and which ordinary; what is neither is counted, and added to nothing."""

    def __init__(self, harm=None, ordinary=None):
        self.harm = harm and re.compile(harm)
        self.ordinary = re.compile(ordinary or ORDINARY) if ordinary or not harm else None

    def meaning(self, label):
        """"harm", "ordinary" or "neither"."""
        if self.ordinary and self.ordinary.fullmatch(label):
            return "ordinary"
        if self.harm:
            return "harm" if self.harm.fullmatch(label) else "neither" if self.ordinary else "ordinary"
        return "harm"


def load(path):
    """The rows of a set, of both halves, in order."""
    fields = halves.read(path)
    return [Row(pathlib.Path(path).stem, half, row) for row, half in zip(fields, halves.halves_of(path, fields))]


def as_input(row):
    """The row as weir's standard mapping reads it. The label stays here."""
    fields = {key: row.fields[key] for key in ("id", "lang", "seq", "start_ms", "end_ms") if row.fields.get(key) is not None}
    fields["text"] = row.text
    if row.is_caption:
        fields["stream_id"] = f"{row.set_name}/{row.fields['stream_id']}"
    if row.fields.get("author_name"):
        fields["author"] = {"name": row.fields["author_name"]}
    return json.dumps(fields)


def scan_kind(weir, rules, kind, rows):
    """Gives each row, all of one kind, its rules."""
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        file.writelines(as_input(row) + "\n" for row in rows)
        file.flush()
        command = [weir, "scan", "--kind", kind, *(part for path in rules for part in ("-r", path)), file.name]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"weir scan exited with {done.returncode}\n{done.stderr}")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    withdrawn = {record["flag_id"] for record in records if record.get("state") == "withdrawn"}
    found = {}
    for record in records:
        if record["schema"] == "weir.flag/1" and record["flag_id"] not in withdrawn:
            names = {rule["id"] for rule in record["rules"] if rule["status"] != "shadow"}
            found.setdefault(record["source"]["line"], set()).update(names)
    for line, row in enumerate(rows, 1):
        row.rules = frozenset(found.get(line, ()))


def scan(weir, rules, rows):
    """Gives each row its rules, in one run of weir for posts and one for captions."""
    for kind, is_caption in ("post", False), ("caption", True):
        of_kind = [row for row in rows if row.is_caption == is_caption]
        if of_kind:
            scan_kind(weir, rules, kind, of_kind)


def letters(text):
    return "".join(c for c in text.casefold() if c.isalpha()) or text


def units_of(rows, labels, distinct=False):
    """The rows as units. `distinct`: texts of the same letters are one, which is flagged if all of them are when they are harmful, and if
    any is when they are ordinary: the worse of the two answers."""
    units, streams = [], {}
    for row in rows:
        if row.is_caption and labels.meaning(row.label) == "harm":
            streams.setdefault((row.set_name, row.fields["stream_id"]), []).append(row)
        else:
            units.append(Unit([row], row.rules))
    units += [Unit(stream, frozenset().union(*(row.rules for row in stream))) for stream in streams.values()]
    if not distinct:
        return units
    same = {}
    for unit in units:
        same.setdefault((unit.rows[0].set_name, unit.label, letters(unit.text)), []).append(unit)
    worse = lambda label: min if labels.meaning(label) == "harm" else max
    return [worse(copies[0].label)(copies, key=lambda unit: len(unit.rules)) for copies in same.values()]


def covered_kinds(path=COVERED):
    """{set: kinds that the packs mean to find}; empty where nobody wrote it down."""
    return json.loads(path.read_text()) if path.exists() else {}


def group_of(unit, covered):
    """The part of a label before its colon; kinds of a set with covered kinds in two groups."""
    group, _, kind = unit.label.partition(":")
    kinds = covered.get(unit.rows[0].set_name)
    if kinds is None or not kind:
        return group
    return f"{group}, kinds covered" if kind in kinds else f"{group}, other kinds"


def wilson(part, whole):
    """The 95 % interval of a share (E. B. Wilson, 1927)."""
    if whole == 0:
        return 0.0, 1.0
    z = 1.959964
    share, square = part / whole, z * z / whole
    middle = (share + square / 2) / (1 + square)
    reach = z / (1 + square) * math.sqrt(share * (1 - share) / whole + square / 4 / whole)
    return max(0.0, middle - reach), min(1.0, middle + reach)
