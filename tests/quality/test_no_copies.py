#!/usr/bin/env python3
"""no_copies.py finds what a pack has copied, however it is spaced, and leaves short phrases alone."""
import pathlib
import tempfile

import no_copies

PACK = """
pack: toys
rules:
  - id: toys.kite
    patterns: {a: {literals: ["One two, three four FIVE", "two three four", yes]}, b: {literals_from: list.txt}}
    except: [{literals: ["nobody ever said this phrase"]}]
    examples: {flag: [{text: "He said: it was a long row of eight words, yes."}], pass: [[{at_ms: 0, text: "three four"}]]}
"""
LIST = "# a comment\n这句话一共有十个汉字呢\n汉字不多\n"
ROWS = """{"id": 1, "text": "zero one two three four five six yes"}
{"id": 2, "text": "It was a long row of eight words"}
{"id": 3, "text": "看，这句话 一共有十个汉字呢。汉字不多"}
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for name, text in (("toys.yaml", PACK), ("list.txt", LIST), ("rows.ndjson", ROWS)):
            (work / name).write_text(text, encoding="utf-8")
        problems, _ = no_copies.find_copies(work / "toys.yaml", work)
    assert [problem[problem.index("stands in"):] if "stands in" in problem else problem[:45] for problem in problems] == [
        "stands in rows, 1", "stands in rows, 3", "toys.yaml: toys.kite: an example holds rows, "[:45]], problems
    print("no_copies: what is copied is found")


if __name__ == "__main__":
    main()
