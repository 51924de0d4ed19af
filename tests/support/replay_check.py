#!/usr/bin/env python3
"""What tests/integration/replay.sh needs to know of posts and flags.

  replay_check.py split              posts of posts.py (KEY<tab>JSON): every second has its text under /body, and no title
  replay_check.py same A B [--once]  files of flag records: B has the flags of A, each with the same record but for the time it was made and
                                     what it repeats; B has no other, and with --once each once. Prints how many records of B are copies
  replay_check.py get FILE PATH      a member of a document, e.g. examples.0.reason, as JSON; # at the end is how many there are
"""
import json
import sys


def split():
    for number, line in enumerate(sys.stdin.buffer):
        key, body = line.split(b"\t", 1)
        if number % 2:
            post = json.loads(body)
            post.pop("title", None)
            post["body"] = post.pop("text")
            body = json.dumps(post, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        sys.stdout.buffer.write(key + b"\t" + body)


def read(path):
    """{flag_id: record}, and how many there were."""
    flags, count = {}, 0
    for line in open(path, encoding="utf-8"):
        flag = json.loads(line)
        for name in ("flagged_at", "repeats", "repeat_of"):
            flag.pop(name, None)
        flag["ruleset"].pop("generation")
        if flags.setdefault(flag["flag_id"], flag) != flag:
            sys.exit(f"{path}: {flag['flag_id']} stands for two flags:\n{flags[flag['flag_id']]}\n{flag}")
        count += 1
    return flags, count


def same(wanted_path, got_path, once):
    wanted, _ = read(wanted_path)
    got, count = read(got_path)
    if not wanted:
        sys.exit(f"{wanted_path}: no flags")
    for name, missing in (("missing", wanted.keys() - got.keys()), ("too many", got.keys() - wanted.keys())):
        if missing:
            flags = [(wanted.get(i) or got[i])["source"] for i in sorted(missing)[:5]]
            sys.exit(f"{len(missing)} flags {name}, e.g. {flags}")
    for flag_id, flag in wanted.items():
        if got[flag_id] != flag:
            sys.exit(f"not the same:\n{flag}\n{got[flag_id]}")
    if once and count != len(got):
        sys.exit(f"{count - len(got)} flags more than once")
    print(count - len(got))


def get(path, members):
    value = json.load(open(path, encoding="utf-8"))
    for name in members.split("."):
        value = len(value) if name == "#" else value[int(name)] if isinstance(value, list) else value[name]
    print(json.dumps(value, separators=(",", ":"), sort_keys=True))


if __name__ == "__main__":
    if sys.argv[1:] == ["split"]:
        split()
    elif len(sys.argv) in (4, 5) and sys.argv[1] == "same":
        same(sys.argv[2], sys.argv[3], sys.argv[4:] == ["--once"])
    elif len(sys.argv) == 4 and sys.argv[1] == "get":
        get(sys.argv[2], sys.argv[3])
    else:
        sys.exit(__doc__)
