#!/usr/bin/env python3
"""Proves that flags.py accepts right records and refuses each kind of wrong one, with records made here by hand."""
import copy
import json
import re
import sys
import uuid

import flags
import posts

SEED, COUNT = 7, 1000


def flag_of(post, offset):
    """The record that weir should make of a post that holds a needle."""
    values = [post[name] for name in ("title", "text") if name in post]
    content = "\n".join(values)
    folded = [flags.fold(word) for word in content]
    for start in range(len(content)):
        for end in range(start + 4, min(start + 40, len(content) + 1)):
            quote = content[start:end]
            if (flags.fold(quote) in flags.LITERALS or flags.CODE.fullmatch(flags.fold(quote))) and folded[start].strip():
                evidence = {"field": "text", "start": start, "end": end, "start_byte": len(content[:start].encode()),
                            "end_byte": len(content[:end].encode()), "quote": quote}
                return {"schema": "weir.flag/1", "flag_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"posts/0/{offset}")),
                        "source": {"topic": "posts", "partition": 0, "offset": offset}, "item": {"id": post["id"]},
                        "severity": "high", "rules": [{"id": "needles.phrase", "category": "scams_and_fraud", "evidence": [evidence]}],
                        "content": {"text": content}, "flagged_at": "2026-01-01T00:00:00.000Z"}
    raise AssertionError(f"no needle in {post}")


def right_records():
    lines = b"".join(posts.blocks(SEED, 0, COUNT, False)).decode().splitlines()
    return [flag_of(json.loads(lines[index]), index) for index in posts.needle_indices(SEED, COUNT)]


def lines_of(records, headers=None):
    for flag in records:
        shown = headers or (f"weir-flag-id={flag['flag_id']},weir-severity={flag['severity']},weir-category=scams_and_fraud,"
                            "content-type=application/json")
        yield f"{flag['item']['id']}\t{shown}\t{json.dumps(flag)}\n"


def problems_of(lines):
    expected = {posts.post_id(SEED, index) for index in posts.needle_indices(SEED, COUNT)}
    report = flags.Report()
    found, repeated = flags.examine(lines, expected, report)
    for ident in expected - found.keys():
        report.add("matching posts without a flag", ident)
    return set(report.problems), len(repeated)


def changed(records, change):
    copies = copy.deepcopy(records)
    change(copies)
    return lines_of(copies)


def shift(record, key):
    record["rules"][0]["evidence"][0][key] += 1


def main():
    records = right_records()
    assert len(records) == COUNT // 100
    assert problems_of(lines_of(records)) == (set(), 0), problems_of(lines_of(records))
    assert problems_of(lines_of(records + records[:3])) == (set(), 3)
    stranger = next(posts.post_id(SEED, i) for i in range(100) if i != posts.needle_at(SEED, 0))
    wrong = {
        "a lost flag": (lambda r: r.pop(4), "matching posts without a flag"),
        "a flag of another post": (lambda r: r[0]["item"].update(id=stranger), "flags of posts that hold no needle"),
        "a twin with another id": (lambda r: r.append({**r[0], "flag_id": r[0]["flag_id"][::-1]}), "posts with two flag ids"),
        "an id used twice": (lambda r: r[1].update(flag_id=r[0]["flag_id"]), "flag ids of two posts"),
        "a source used twice": (lambda r: r[1].update(source=r[0]["source"]), "offsets of two posts"),
        "a start that is off by one": (lambda r: shift(r[2], "start"), "bad records"),
        "a byte that is off by one": (lambda r: shift(r[2], "end_byte"), "bad records"),
        "a rule without evidence": (lambda r: r[2]["rules"][0].update(evidence=[]), "bad records"),
        "a repeat of another text": (lambda r: r[3].update(repeat_of=r[0]["flag_id"]), "repeats of another text, or of no flag"),
        "a repeat of no flag": (lambda r: r[3].update(repeat_of=str(uuid.uuid4())), "repeats of another text, or of no flag"),
        "another schema": (lambda r: r[0].update(schema="weir.flag/2"), "bad records"),
    }
    for what, (change, kind) in wrong.items():
        problems, _ = problems_of(changed(records, change))
        assert kind in problems, f"{what}: {problems}"
    assert problems_of(lines_of(records, "weir-severity=high"))[0] == {"bad records"}
    hidden, near = look_alikes()
    assert hidden == 100, hidden
    print(f"flags_test: {len(records)} right records accepted, {len(wrong) + 1} kinds of wrong ones refused; of 10000 posts {hidden} "
          f"hold a needle, and {near} something that looks like one")


def look_alikes():
    """(posts that hold a needle, posts that only seem to) of 10,000, found without needle_at."""
    hidden = near = 0
    for line in b"".join(posts.blocks(SEED, 0, 10000, False)).decode().splitlines():
        text = flags.fold(json.loads(line)["text"])
        words = [n for n in flags.LITERALS if n in text]
        found = any(n == "蓝色灯笼押金" or re.search(rf"(?<!\w){n}(?!\w)", text) for n in words) or flags.CODE.search(text)
        hidden += bool(found)
        near += not found and bool(words or "release code" in text)
    return hidden, near


if __name__ == "__main__":
    sys.exit(main())
