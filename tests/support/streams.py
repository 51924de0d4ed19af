#!/usr/bin/env python3
"""Live caption streams with phrases planted in them, the same for the same seed, and what a review topic must hold of them.

  streams.py make --streams N --fragments N [--partials]    NDJSON as KEY<tab>JSON, streams interleaved
  streams.py verify --streams N --fragments N FILE [FILE]   reads what read_topic printed of a review topic: each planted phrase is
      there once, at its fragments, nothing else is, and copies of a flag are alike; with a second file, both have the same flags

Each stream is one long text; a phrase is planted in every tenth fragment or so, and the cut between two fragments falls anywhere,
often into a phrase.
"""
import argparse
import json
import random
import sys

PHRASES = [
    "copper lantern voucher", "send the harbour deposit", "release code 4028", "蓝色灯笼押金", "синий залог гавани",
    "déposez la caution bleue",
]
FILLERS = [
    "and then we went on", "the weather is fine today", "please stay with us", "a word from the studio", "今天天气很好", "我们继续看下一个问题",
    "это совсем другая история", "как обычно вечером", "nobody knows why", "three more questions", "il pleut encore",
]


def is_unspaced(text):
    return any("一" <= character <= "鿿" for character in text)


def make_stream(number, fragments, seed):
    """[(fragment text, start_ms)], and the places of phrases: [(first fragment, start, last fragment, end, phrase)]."""
    chance = random.Random(f"{seed}/{number}")
    words, marks, recent = [], [], []
    while len(words) < fragments * 6:
        phrase = chance.random() < 0.06
        # What is said twice, also with something between, would roll up if a caption began with it.
        text = chance.choice([other for other in (PHRASES if phrase else FILLERS) if other not in recent])
        recent = [*recent[-4:], text]
        parts = list(text) if is_unspaced(text) else text.split(" ")
        if phrase:
            marks.append((len(words), len(words) + len(parts), text))
        words += parts
    cuts = sorted(chance.sample(range(1, len(words)), fragments - 1))
    bounds = list(zip([0] + cuts, cuts + [len(words)]))
    texts, places = [], []
    for first, last in bounds:
        text, offsets = "", []
        for word in words[first:last]:
            if text and not (is_unspaced(word) or is_unspaced(text[-1])):
                text += " "
            offsets.append((len(text), len(text) + len(word)))
            text += word
        texts.append(text)
        places += [(len(texts) - 1, *offset) for offset in offsets]
    planted = [(places[first][0], places[first][1], places[last - 1][0], places[last - 1][2], phrase) for first, last, phrase in marks]
    return texts, planted


def make(arguments):
    chance = random.Random(f"{arguments.seed}/order")
    streams = [make_stream(i, arguments.fragments, arguments.seed)[0] for i in range(arguments.streams)]
    following = [0] * len(streams)
    alive = list(range(len(streams)))
    while alive:
        stream = chance.choice(alive)
        sequence = following[stream]
        text = streams[stream][sequence]
        base = {"stream_id": f"stream-{stream}", "seq": sequence + 1, "start_ms": sequence * 2500, "end_ms": sequence * 2500 + 2400, "lang": "en"}
        if arguments.partials and chance.random() < 0.3:
            heard = text[:chance.randrange(len(text) + 1)].rstrip() or chance.choice(FILLERS)
            print(f"stream-{stream}\t{json.dumps({**base, 'text': heard, 'final': False}, ensure_ascii=False)}")
        print(f"stream-{stream}\t{json.dumps({**base, 'text': text}, ensure_ascii=False)}")
        following[stream] += 1
        if following[stream] == len(streams[stream]):
            alive.remove(stream)


def read_flags(path, problems):
    """{flag id: flag}, with the rules of its last update; withdrawn ones are gone. And how many copies there were."""
    flags, updates, copies = {}, {}, 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line.rstrip("\n").split("\t", 2)[2])
            if record["schema"] == "weir.flag-update/1":
                if updates.setdefault(record["flag_id"], record) != record:
                    problems.append(f"updates of one flag differ: {record}")
                continue
            alike = {name: value for name, value in record.items() if name != "flagged_at"}
            del alike["ruleset"]["generation"]
            copies += record["flag_id"] in flags
            if flags.setdefault(record["flag_id"], alike) != alike:
                problems.append(f"copies of one flag differ: {record['flag_id']}")
    for ident, update in updates.items():
        flag = flags.get(ident)
        if not flag or not flag.get("provisional"):
            problems.append(f"an update of no provisional flag: {ident}")
        elif update["state"] == "withdrawn":
            flag["withdrawn"] = True
        elif "rules" in update:
            flag["rules"] = update["rules"]
    return flags, copies


def collect(flags):
    """{(stream, first fragment, start, last fragment, end): quote} of all that was shown."""
    found = {}
    for flag in flags.values():
        if flag.get("withdrawn"):
            continue
        for rule in flag["rules"]:
            for evidence in rule["evidence"]:
                first, last = evidence["fragments"][0], evidence["fragments"][-1]
                place = (flag["item"]["stream"], first["sequence"] - 1, first["start"], last["sequence"] - 1, last["end"])
                found[place] = evidence["quote"]
    return found


def verify(arguments):
    problems = []
    flags, copies = read_flags(arguments.files[0], problems)
    found = collect(flags)
    wanted = {}
    for number in range(arguments.streams):
        for *place, phrase in make_stream(number, arguments.fragments, arguments.seed)[1]:
            wanted[(f"stream-{number}", *place)] = phrase
    for place, phrase in wanted.items():
        if place not in found:
            problems.append(f"missing: {phrase} at {place}")
        elif found[place].replace("\n", " ") != phrase:
            problems.append(f"quoted as {found[place]!r}: {phrase} at {place}")
    problems += [f"nothing stands there: {found[place]} at {place}" for place in found if place not in wanted]
    across = sum(place[1] != place[3] for place in wanted)
    print(f"streams: {len(wanted)} phrases, {across} of them across fragments; {len(flags)} flags, {copies} copies of them")
    if len(arguments.files) > 1:
        others, _ = read_flags(arguments.files[1], problems)
        strip = lambda flag: {**flag, "source": None}
        for ident in flags.keys() ^ others.keys():
            problems.append(f"only in one of both: {ident} {(flags.get(ident) or others.get(ident))['source']}")
        for ident in flags.keys() & others.keys():
            if strip(flags[ident]) != strip(others[ident]):
                problems.append(f"another flag under the same id: {ident}")
        print(f"streams: {len(others)} flags in the other")
    for problem in problems[:20]:
        print(f"streams: {problem}", file=sys.stderr)
    print(f"streams: {len(problems)} problems")
    sys.exit(1 if problems else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "verify"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--streams", type=int, required=True)
    parser.add_argument("--fragments", type=int, required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--partials", action="store_true")
    arguments = parser.parse_intermixed_args()
    make(arguments) if arguments.what == "make" else verify(arguments)


if __name__ == "__main__":
    main()
