"""What a campaign put in, what must have come out of it, and what did."""
import base64
import collections
import json
import pathlib
import subprocess

import posts
import streams

FRAGMENTS_A_STREAM = 100
POISON = 200
COUNTS = ["posts", "fragments", "poison", "faults", "expected", "found", "lost", "wrong", "duplicates", "seconds"]


def poison(number):
    """A payload that must become a dead letter."""
    return [b"{not json %d", b"[%d]", b"[" * 10000 + b"%d", b'{"id":"p%d"}', b'{"id":"p%d","text":[1'][number % 5] % number


def read(bootstrap, topic):
    out = subprocess.run(["kcat", "-b", bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%s\n",
                          "-X", "isolation.level=read_committed"], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in out.splitlines()]


def identity(record):
    """What a record is about: the message, and the rules; of an update its flag."""
    if record["schema"] == "weir.flag-update/1":
        return ("update", record["flag_id"], record["state"])
    source = record["source"]
    return (source["topic"], source["partition"], source["offset"], tuple(rule["id"] for rule in record["rules"]))


def wanted(post_count, stream_count):
    found = {("post", posts.post_id(1, index)) for index in posts.needle_indices(1, post_count)}
    for number in range(stream_count):
        found |= {("phrase", f"stream-{number}", *place[:4]) for place in streams.make_stream(number, FRAGMENTS_A_STREAM, "1")[1]}
    return found | {("poison", poison(i)) for i in range(POISON)}


def shown(flags, withdrawn):
    """A phrase counts where any flag that stands shows it: those behind it show it again."""
    captions = {i: flag for i, flag in enumerate(flags) if flag["kind"] == "caption" and flag["flag_id"] not in withdrawn}
    return {("post", flag["item"]["id"]) for flag in flags if flag["kind"] == "post"} | {("phrase", *place) for place in streams.collect(captions)}


def prove(bootstrap, post_count, stream_count):
    """Counts, and lines that name the first of what is not as it must be."""
    records = read(bootstrap, "weir.review")
    letters = read(bootstrap, "weir.dead-letters")
    withdrawn = {record["flag_id"] for record in records if record.get("state") == "withdrawn"}
    flags = [record for record in records if record["schema"] == "weir.flag/1"]
    must = wanted(post_count, stream_count)
    found = shown(flags, withdrawn) | {("poison", base64.b64decode(letter["payload"])) for letter in letters}
    seen = collections.Counter(identity(record) for record in records)
    seen.update(("dead letter", letter["payload"]) for letter in letters)
    lines = [f"lost: {item}" for item in sorted(must - found, key=repr)[:5]]
    lines += [f"wrong: {item}" for item in sorted(found - must, key=repr)[:5]]
    lines += [f"twice: {item}" for item in [item for item, count in seen.items() if count > 1][:5]]
    return {
        "posts": post_count, "fragments": stream_count * FRAGMENTS_A_STREAM, "poison": POISON, "expected": len(must),
        "found": len(found & must), "lost": len(must - found), "wrong": len(found - must),
        "duplicates": sum(count - 1 for count in seen.values()),
    }, lines


def write_report(path, command, results):
    """results: {delivery: (counts, {fault: how often})}."""
    lines = ["| delivery | " + " | ".join(COUNTS) + " |", "|---" * (len(COUNTS) + 1) + "|"]
    lines += [f"| {delivery} | " + " | ".join(f"{counts[name]:,}" for name in COUNTS) + " |" for delivery, (counts, _) in results.items()]
    for delivery, (_, faults) in results.items():
        lines += ["", f"Faults with {delivery}: " + ", ".join(f"{count} x {name}" for name, count in sorted(faults.items())) + "."]
    lines += ["", f"`{command}`"]
    text = "\n".join(lines) + "\n"
    print(text, flush=True)
    if path:
        pathlib.Path(path).write_text(text, encoding="utf-8")
