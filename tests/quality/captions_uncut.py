#!/usr/bin/env python3
"""Caption sets as fragments and as the uncut texts that they were, and whether a daemon's flags show the same hits in both.

  captions_uncut.py prepare DATA OUT LATE   reads DATA/captions_*.ndjson; writes OUT/fragments (KEY<tab>JSON, streams interleaved),
      OUT/uncut.ndjson (a post for each stream) and OUT/rules/phrases.yaml: phrases and regexes taken from the texts, half of them
      from where one fragment ends and the next begins. With LATE above 0 fragments come up to so many places late, and some twice
  captions_uncut.py compare DATA OUT        OUT/flags.ndjson is what `weir scan` flagged in the uncut texts, OUT/review what read_topic
      printed of the review topic
"""
import bisect
import collections
import glob
import json
import os
import random
import re
import sys
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import streams as caption_streams

PHRASES = 300


def is_unspaced(character):
    return "\u3041" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def join(texts):
    """The uncut text of fragments (`join: auto`, `rollup: off`), and the offset where each begins in it."""
    whole, begins = "", []
    for text in texts:
        if whole and text and not any(c.isspace() or is_unspaced(c) for c in (whole[-1], text[0])):
            whole += " "
        begins.append(len(whole))
        whole += text
    return whole, begins


def read_sets(data):
    """{stream: [row]}, rows in order of seq."""
    found = collections.defaultdict(list)
    for path in sorted(glob.glob(f"{data}/captions_*.ndjson")):
        name = os.path.basename(path)[len("captions_"):-len(".ndjson")]
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                found[f"{name}/{row['stream_id']}"].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row["seq"])
    return found


def cut_phrase(chance, whole, at):
    """A few words, or characters where words are not spaced, around the offset; None when they are not fit for a rule."""
    reach = chance.randint(1, 3)
    before = re.search(r"(?:[A-Za-z']+\W{1,2}){%d}$|[\u4e00-\u9fff]{%d}\W?$" % (reach, reach + 1), whole[:at])
    after = re.match(r"\W?(?:[A-Za-z']+\W{1,2}){%d}[A-Za-z']+|\W?[\u4e00-\u9fff]{%d}" % (reach - 1, reach + 1), whole[at:])
    if not before or not after:
        return None
    phrase = " ".join((before[0] + after[0]).split()).strip(".,?!;:\u3002\uff0c\uff1f\uff01\"'")
    return phrase if 6 <= len(phrase) <= 60 else None


def choose_phrases(chance, texts):
    chosen, names = {}, sorted(texts)
    while len(chosen) < PHRASES:
        whole, begins = texts[chance.choice(names)]
        if len(begins) < 2:
            continue
        at = chance.choice(begins[1:]) if chance.random() < 0.5 else chance.randrange(len(whole))
        phrase = cut_phrase(chance, whole, at)
        if phrase:
            chosen[phrase.casefold()] = phrase
    return list(chosen.values())


def as_regex(phrase):
    phrase = unicodedata.normalize("NFKC", phrase)
    escape = lambda c: c if c.isalnum() else "\\x{%x}" % ord(c)
    return r"\s*".join("".join(map(escape, word)) for word in phrase.split())


def write_rules(path, phrases):
    quoted = lambda text: json.dumps(text, ensure_ascii=False)
    with open(path, "w", encoding="utf-8") as out:
        out.write("pack: phrases\nversion: 1.0.0\nrules:\n")
        for i, phrase in enumerate(phrases):
            pattern = f"literals: [{quoted(phrase)}]"
            if i % 3 == 0:
                pattern = f"regex: {quoted(as_regex(phrase))}"
            out.write(f"  - {{id: phrases.p{i}, title: A phrase, why: It was taken from the texts., category: scams_and_fraud, severity: low, "
                      f"cooldown: 0s, patterns: {{words: {{{pattern}}}}}, examples: {{flag: [{quoted(phrase)}], pass: [nothing]}}}}\n")


def arrive(chance, rows, late):
    """The fragments in the order in which they come."""
    if late == 0:
        return rows
    again = [(i, row) for i, row in enumerate(rows) if chance.random() < 0.05]
    places = [(i + chance.random() * late, row) for i, row in [*enumerate(rows), *again]]
    return [row for _, row in sorted(places, key=lambda place: place[0])]


def prepare(data, out, late):
    chance = random.Random(1)
    sets = read_sets(data)
    texts = {stream: join([row["text"] for row in rows]) for stream, rows in sets.items()}
    os.makedirs(f"{out}/rules", exist_ok=True)
    write_rules(f"{out}/rules/phrases.yaml", choose_phrases(chance, texts))
    with open(f"{out}/uncut.ndjson", "w", encoding="utf-8") as posts:
        for stream, (whole, _) in texts.items():
            posts.write(json.dumps({"id": stream, "text": whole}, ensure_ascii=False) + "\n")
    coming = {stream: arrive(chance, rows, late) for stream, rows in sets.items()}
    following, alive = dict.fromkeys(coming, 0), list(coming)
    with open(f"{out}/fragments", "w", encoding="utf-8") as fragments:
        while alive:
            at = chance.randrange(len(alive))
            stream = alive[at]
            row = coming[stream][following[stream]]
            fragments.write(f"{stream}\t{json.dumps({**row, 'stream_id': stream, 'label': None}, ensure_ascii=False)}\n")
            following[stream] += 1
            if following[stream] == len(coming[stream]):
                alive[at] = alive[-1]
                alive.pop()
    print(f"captions: {sum(map(len, coming.values()))} fragments of {len(sets)} streams, {PHRASES} rules")


def read_uncut(path, sets):
    """{(stream, rule, first seq, start, last seq, end): quote} of the posts' flags, offsets turned into those of fragments."""
    hits = {}
    for flag in map(json.loads, open(path, encoding="utf-8")):
        stream = flag["item"]["id"]
        rows = sets[stream]
        _, begins = join([row["text"] for row in rows])
        place = lambda offset: bisect.bisect_right(begins, offset) - 1
        for rule in flag["rules"]:
            for evidence in rule["evidence"]:
                first, last = place(evidence["start"]), place(evidence["end"] - 1)
                key = (stream, rule["id"], rows[first]["seq"], evidence["start"] - begins[first], rows[last]["seq"], evidence["end"] - begins[last])
                hits[key] = evidence["quote"]
    return hits


def read_captions(flags):
    hits = {}
    for flag in flags.values():
        if flag.get("withdrawn"):
            continue
        for rule in flag["rules"]:
            for evidence in rule["evidence"]:
                first, last = evidence["fragments"][0], evidence["fragments"][-1]
                key = (flag["item"]["stream"], rule["id"], first["sequence"], first["start"], last["sequence"], last["end"])
                hits[key] = evidence["quote"]
    return hits


def compare(data, out):
    problems = []
    wanted = read_uncut(f"{out}/flags.ndjson", read_sets(data))
    flags, copies = caption_streams.read_flags(f"{out}/review", problems)
    found = read_captions(flags)
    problems += [f"only in the uncut text: {key} {wanted[key]!r}" for key in sorted(wanted.keys() - found.keys())]
    problems += [f"only in the fragments: {key} {found[key]!r}" for key in sorted(found.keys() - wanted.keys())]
    problems += [f"quoted as {found[key]!r}, not {wanted[key]!r}: {key}" for key in wanted.keys() & found.keys() if wanted[key] != found[key]]
    across = sum(key[2] != key[4] for key in wanted)
    print(f"captions: {len(wanted)} hits in the uncut texts, {across} of them across fragments; {len(found)} in the fragments; "
          f"{len(flags)} flags, {copies} copies of them")
    for problem in problems[:20]:
        print(f"captions: {problem}", file=sys.stderr)
    print(f"captions: {len(problems)} problems")
    sys.exit(1 if problems or not across else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 5:
        prepare(*sys.argv[2:4], int(sys.argv[4]))
    elif sys.argv[1:2] == ["compare"] and len(sys.argv) == 4:
        compare(*sys.argv[2:])
    else:
        sys.exit(__doc__)
