#!/usr/bin/env python3
"""No pack flags lawful speech: lawful.ndjson holds sentences about politics, officials, faith, protest, news, what people saw and health policy,
written for this test to come as near as possible to words that rules look at.

  test_lawful.py WEIR [RULES]     RULES: a pack or a folder of packs (default: the shipped ones)

Each sentence that is flagged is printed with its rules; the exit status is 1 then.
"""
import collections
import pathlib
import sys

import flagging

HERE = pathlib.Path(__file__).resolve().parent
ABOUT = {"politics", "criticism", "religion", "news", "protest", "witness", "health policy"}
LEAST = 120  # sentences in each language


def main():
    weir, rules = sys.argv[1], sys.argv[2:] or [str(HERE.parents[1] / "config/rules")]
    rows = flagging.load(HERE / "lawful.ndjson")
    flagging.scan(weir, rules, rows)
    flagged = [row for row in rows if row.rules]
    for row in flagged:
        name = row.fields.get("author_name")
        print(f"lawful: {' '.join(sorted(row.rules))} flags {row.fields['about']} ({row.fields['id']}): {name and f'[{name}] ' or ''}{row.text}")
    languages = collections.Counter(row.fields["lang"] for row in rows)
    assert min(languages["en"], languages["zh"]) >= LEAST, languages
    assert {row.fields["about"] for row in rows} == ABOUT and len({row.text for row in rows}) == len(rows)
    print(f"lawful: {len(flagged)} of {len(rows)} sentences flagged")
    return 1 if flagged else 0


if __name__ == "__main__":
    sys.exit(main())
