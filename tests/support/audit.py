#!/usr/bin/env python3
"""What tests/integration/audit.sh puts into the topic of captions, and what the audit topic must hold of posts and captions.

    audit.py captions STREAMS SECONDS       KEY<tab>JSON for kcat -K, spread over about so much time
    audit.py check FOLDER --count POSTS --streams STREAMS --share SHARE --content full|excerpt [--twins] SCHEMA
        FOLDER holds posts and captions as PARTITION<tab>OFFSET<tab>KEY<tab>VALUE, and audit, review, overflow and shadow as read_topic
        writes them. --twins: a record may be there twice, with the same id.

The draw is computed here anew. Exit status of check: 1, with what is wrong, when the audit topic does not hold exactly what is drawn.
"""
import argparse
import collections
import hashlib
import json
import random
import sys
import time
import uuid

import posts

NAMESPACE = uuid.UUID("0c5aae04-efdf-4eb3-9e97-e36a77a0e933")
FILLERS = ["and then we went on", "the weather is fine today", "please stay with us", "a word from the studio", "今天天气很好", "nobody knows why"]
PHRASE = ["copper lantern", "voucher"]
SEED = 7


def is_drawn(topic, partition, offset, share):
    digest = hashlib.sha256(f"{topic}/{partition}/{offset}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 1_000_000 < round(share * 1_000_000)


# ---- Captions: short streams, so that all of one stands in its window

def make_stream(number):
    """The texts of its fragments, and the first of them by which it is flagged, or their count."""
    chance = random.Random(f"{SEED}/{number}")
    texts = [chance.choice(FILLERS) for _ in range(chance.randint(4, 8))]
    flagged = len(texts)
    if chance.random() < 0.3:
        flagged = chance.randrange(1, len(texts))
        if chance.random() < 0.5:
            texts[flagged] += " " + " ".join(PHRASE)
        else:
            texts[flagged - 1] += " " + PHRASE[0]
            texts[flagged] = f"{PHRASE[1]} {texts[flagged]}"
    return texts, flagged


def messages_of(number):
    """In their order: finals, partials before some of them, and some twice."""
    chance = random.Random(f"{SEED}/{number}/messages")
    texts, _ = make_stream(number)
    for place, text in enumerate(texts):
        said = {"stream_id": f"live-{number}", "seq": place, "start_ms": 1000 * place}
        if chance.random() < 0.3:
            yield {**said, "final": False, "text": text[: len(text) // 2]}
        final = {**said, "text": text}
        if place == len(texts) - 1 and chance.random() < 0.5:
            final["end"] = True
        yield final
        if "end" not in final and chance.random() < 0.1:
            yield final


def write_captions(count, seconds):
    streams = {number: list(messages_of(number)) for number in range(count)}
    rounds = max(map(len, streams.values()))
    for place in range(rounds):
        for number, messages in streams.items():
            if place < len(messages):
                print(f"live-{number}", json.dumps(messages[place], ensure_ascii=False), sep="\t")
        sys.stdout.flush()
        time.sleep(seconds / rounds)


# ---- What must be there

def read_input(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            partition, offset, key, value = line.rstrip("\n").split("\t", 3)
            yield int(partition), int(offset), key, value


def expected_posts(folder, count, share):
    needles = {posts.post_id(1, index) for index in posts.needle_indices(1, count)}
    for partition, offset, key, value in read_input(f"{folder}/posts"):
        if key != "bad" and key not in needles and is_drawn("posts", partition, offset, share):
            post = json.loads(value)
            yield ("posts", partition, offset), key, "\n".join(post[name] for name in ("title", "text") if name in post)


def expected_fragments(folder, streams, share):
    flagged = {f"live-{number}": make_stream(number)[1] for number in range(streams)}
    seen = set()
    for partition, offset, key, value in read_input(f"{folder}/captions"):
        caption = json.loads(value)
        if not caption.get("final", True) or (key, caption["seq"]) in seen:
            continue
        seen.add((key, caption["seq"]))
        if caption["seq"] < flagged[key] and is_drawn("captions", partition, offset, share):
            yield ("captions", partition, offset), key, caption["text"]


def read_records(folder, name):
    with open(f"{folder}/{name}", encoding="utf-8") as lines:
        for line in lines:
            key, headers, value = line.rstrip("\n").split("\t", 2)
            yield key, headers, json.loads(value)


def place_of(record):
    source = record["source"]
    return source["topic"], source["partition"], source["offset"]


def check_record(key, headers, record, wanted, arguments):
    """Yields what is wrong with a record that is to be there."""
    place, wanted_key, text = place_of(record), *wanted
    name = "/".join(map(str, place)) + f"/{record['ruleset']['sha256']}/audit"
    if record["audit_id"] != str(uuid.uuid5(NAMESPACE, name)):
        yield "has another id"
    if key != wanted_key or headers != "content-type=application/json":
        yield f"has the key {key} and the headers {headers}"
    if record["share"] != arguments.share:
        yield f"says share {record['share']}"
    if arguments.content == "excerpt" and len(text) > 200:
        text = text[:200] + "…"
    if record["content"] != {"text": text}:
        yield f"says {record['content']}, not {text}"
    if record["kind"] == "post" and (record["item"]["id"] != key or len(record["item"]["author"]) != 32):
        yield f"says of its item {record['item']}"
    if record["kind"] == "caption" and record["item"]["stream"] != key:
        yield f"says of its item {record['item']}"


def check(arguments):
    import jsonschema

    folder = arguments.folder
    validator = jsonschema.Draft202012Validator(json.load(open(arguments.schema, encoding="utf-8")))
    expected = {place: (key, text) for place, key, text in expected_posts(folder, arguments.count, arguments.share)}
    fragments = {place: (key, text) for place, key, text in expected_fragments(folder, arguments.streams, arguments.share)}
    expected.update(fragments)
    flags = {name: {place_of(record) for _, _, record in read_records(folder, name) if record["schema"] == "weir.flag/1"}
             for name in ("review", "overflow", "shadow")}
    problems, copies, found = collections.Counter(), 0, {}
    for key, headers, record in read_records(folder, "audit"):
        place = place_of(record)
        validator.validate(record)
        if place in flags["review"] | flags["overflow"]:
            problems["is flagged"] += 1
        if place not in expected:
            problems["is not to be drawn"] += 1
            continue
        for problem in check_record(key, headers, record, expected[place], arguments):
            problems[problem] += 1
        record.pop("drawn_at")
        copies += place in found
        if found.setdefault(place, record) != record:
            problems["differs from its copy"] += 1
    if copies and not arguments.twins:
        problems["is there twice"] += copies
    if expected.keys() - found.keys():
        problems["is missing"] += len(expected.keys() - found.keys())
    for name, places in {**flags, "shadow and audit": flags["shadow"] & found.keys(), "fragments": fragments}.items():
        if not places:
            problems[f"none in {name}: the test shows nothing"] += 1
    print(f"{len(found)} audit records ({len(fragments)} of fragments, {len(flags['shadow'] & found.keys())} with a shadow flag) of "
          f"{len(expected)} expected, {copies} copies; {len(flags['review'])} flags in review, {len(flags['overflow'])} in overflow")
    for problem, times in problems.most_common(20):
        print(f"{times} times: {problem}", file=sys.stderr)
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    captions = verbs.add_parser("captions")
    captions.add_argument("streams", type=int)
    captions.add_argument("seconds", type=float)
    checking = verbs.add_parser("check")
    checking.add_argument("folder")
    checking.add_argument("schema")
    checking.add_argument("--count", type=int, required=True)
    checking.add_argument("--streams", type=int, required=True)
    checking.add_argument("--share", type=float, required=True)
    checking.add_argument("--content", choices=["full", "excerpt"], required=True)
    checking.add_argument("--twins", action="store_true")
    arguments = parser.parse_args()
    if arguments.verb == "captions":
        write_captions(arguments.streams, arguments.seconds)
    else:
        sys.exit(check(arguments))


if __name__ == "__main__":
    main()
