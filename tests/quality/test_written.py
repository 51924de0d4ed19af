#!/usr/bin/env python3
"""Packs against texts written by hand for this test: written/*.ndjson, rows {id, lang, text, label, author_name}
of label `harm` or `ordinary`.

  test_written.py WEIR [RULES]    RULES: a pack or a folder of packs (default: the shipped ones)

Of each file 80 % of the harmful texts must be flagged, and no ordinary one.
"""
import pathlib
import sys

import flagging
import tables

HERE = pathlib.Path(__file__).resolve().parent
RECALL = 0.80


def judge(name, rows):
    """Prints what was found in a file, and what is wrong; true when nothing is."""
    harm, ordinary = ([row for row in rows if row.label == label] for label in ("harm", "ordinary"))
    assert len(harm) + len(ordinary) == len(rows), f"{name}: a label that is neither harm nor ordinary"
    found, wrong = sum(bool(row.rules) for row in harm), [row for row in ordinary if row.rules]
    recall = found / len(harm) if harm else 1
    print(f"written: {name}: {found} of {len(harm)} harmful texts flagged ({tables.percent(recall)}), {len(wrong)} of {len(ordinary)} ordinary ones")
    for row in wrong:
        print(f"written: {name}: {' '.join(sorted(row.rules))} flags an ordinary text ({row.fields['id']}): {row.text}")
    if recall < RECALL:
        missed = " ".join(str(row.fields["id"]) for row in harm if not row.rules)
        print(f"written: {name}: {tables.percent(RECALL)} are wanted; missed: {missed}")
    return recall >= RECALL and not wrong


def main():
    weir, rules = sys.argv[1], sys.argv[2:] or [str(HERE.parents[1] / "config/rules")]
    sets = {path.name: flagging.load(path) for path in sorted((HERE / "written").glob("*.ndjson"))}
    flagging.scan(weir, rules, [row for rows in sets.values() for row in rows])
    good = [judge(name, rows) for name, rows in sets.items()]
    print(f"written: {sum(good)} of {len(good)} files as wanted")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
