#!/usr/bin/env python3
"""Payloads that no producer should send, and what weir must make of each.

  hostile.py write DIRECTORY       a file per payload, named NUMBER-NAME
  hostile.py verify FLAGS LETTERS  checks the records of both topics (lines of key, headers, value)
"""
import base64
import json
import pathlib
import sys

NEEDLE = "copper lantern voucher"
RECORD_MAX = 1048588  # a broker's default: nothing that weir writes may be larger


def text_of(text, **more):
    return json.dumps({**more, "text": text}, ensure_ascii=False).encode()


HUGE_START = 5_000_000
HUGE = "lorem ipsum " * (HUGE_START // 12) + "." * (HUGE_START % 12 - 1) + " " + NEEDLE
MANY = (NEEDLE + " ") * 100_000

LETTERS = {  # name: (payload, reason)
    "empty": (b"", "empty"),
    "tombstone": (None, "tombstone"),
    "not-json": (NEEDLE.encode(), "not_json"),
    "cut-off": (b'{"text":"' + NEEDLE.encode(), "not_json"),
    "more-after-the-end": (text_of(NEEDLE) + b" x", "not_json"),
    "raw-control-character": (b'{"text":"copper\x00lantern"}', "not_json"),
    "array": (json.dumps([NEEDLE]).encode(), "not_object"),
    "plain-number": (b"17", "not_object"),
    "deep": (b'{"text":"' + NEEDLE.encode() + b'","more":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "too_deep"),
    "deep-array": (b"[" * 10_000 + b"]" * 10_000, "too_deep"),
    "no-text": (b'{"id":"1","note":"copper lantern voucher"}', "no_text"),
    "null-text": (b'{"text":null}', "no_text"),
    "empty-text": (b'{"text":""}', "no_text"),
    "too-large": (text_of("x" * 9_000_000), "too_large"),
}
FLAGS = {  # name: (payload, the original text, where the needle starts in it, the needle)
    "text-is-a-number": (b'{"id":1,"text":12345}', "12345", 0, "12345"),
    "first-key-counts": (b'{"text":"' + NEEDLE.encode() + b'","text":"plain words"}', NEEDLE, 0, NEEDLE),
    "lone-surrogates": (b'{"text":"\\ud800 ' + NEEDLE.encode() + b' \\udc00"}', f"\ufffd {NEEDLE} \ufffd", 2, NEEDLE),
    "invalid-utf8": (b'{"text":"\xff\xc3( ' + NEEDLE.encode() + b' \xe4\xb8"}', f"\ufffd\ufffd( {NEEDLE} \ufffd", 4, NEEDLE),
    "nul": (b'{"text":"\\u0000' + NEEDLE.encode() + b'\\u0000"}', f"\0{NEEDLE}\0", 1, NEEDLE),
    "huge-text": (text_of(HUGE), HUGE, HUGE.index(NEEDLE), NEEDLE),
    "many-matches": (text_of(MANY), MANY, 0, NEEDLE),
}
SILENT = {
    "second-key-does-not-count": b'{"text":"plain words","text":"' + NEEDLE.encode() + b'"}',
    "field-that-no-rule-reads": b'{"author":{"name":"' + NEEDLE.encode() + b'"}}',
}
GOOD = text_of(f"and then: {NEEDLE}", id="good")


def payloads():
    """All of them in order, a good post after each."""
    cases = {name: case[0] for table in (LETTERS, FLAGS) for name, case in table.items()} | SILENT
    for name, payload in cases.items():
        yield name, payload
        yield f"after-{name}", GOOD


def write(directory):
    for number, (name, payload) in enumerate(payloads()):
        path = pathlib.Path(directory) / f"{number:03d}-{name}"
        if payload is None:
            path.with_name(path.name + ".tombstone").touch()
        else:
            path.write_bytes(payload)


def read_lines(path):
    """[(key, value as JSON)]"""
    records = []
    for line in pathlib.Path(path).read_text().splitlines():
        key, _, value = line.split("\t", 2)
        assert len(value.encode()) < RECORD_MAX, f"{key}: a record of {len(value)} characters"
        records.append((key, json.loads(value)))
    return records


def check_letter(name, letter, payload, reason):
    assert letter["schema"] == "weir.dead-letter/1", letter
    assert letter["reason"] == reason, f"{name}: reason {letter['reason']}, not {reason}"
    assert letter["detail"] and NEEDLE not in letter["detail"], f"{name}: detail {letter['detail']!r}"
    assert letter["source"]["topic"] == "posts", letter["source"]
    if payload and len(payload) < RECORD_MAX // 2:
        assert base64.b64decode(letter["payload"]) == payload, f"{name}: another payload"
    else:
        assert not letter.get("payload"), f"{name}: a payload where there is none, or no room for it"


def check_flag(name, flag, text, start, needle):
    evidence = [e for rule in flag["rules"] for e in rule["evidence"]]
    first = evidence[0]
    begin = len(text[:start].encode())
    assert (first["quote"], first["start"], first["end"]) == (needle, start, start + len(needle)), f"{name}: {first}"
    assert (first["start_byte"], first["end_byte"]) == (begin, begin + len(needle)), f"{name}: {first}"
    if name == "many-matches":
        assert flag["truncated"] is True and len(evidence) == 32, f"{name}: {len(evidence)} pieces of evidence"
    if name in ("many-matches", "huge-text"):
        assert flag["truncated"] is True, f"{name}: not truncated, though it cannot be whole"
    else:
        assert flag["content"] == {"text": text}, f"{name}: content {flag['content']}"
        assert len(evidence) == 1 and "truncated" not in flag and "inconclusive" not in flag, f"{name}: {flag}"


def verify(flags_path, letters_path):
    flags, letters = read_lines(flags_path), read_lines(letters_path)
    after = {f"after-{name}" for name in [*LETTERS, *FLAGS, *SILENT]}
    assert sorted(key for key, _ in letters) == sorted(LETTERS), f"dead letters: {sorted(key for key, _ in letters)}"
    assert sorted(key for key, _ in flags) == sorted([*FLAGS, *after]), f"flags: {sorted(key for key, _ in flags)}"
    for name, letter in letters:
        check_letter(name, letter, *LETTERS[name])
    for name, flag in flags:
        if name in FLAGS:
            check_flag(name, flag, *FLAGS[name][1:])
    print(f"hostile: {len(letters)} dead letters with their reasons and payloads, {len(FLAGS)} odd texts flagged with exact offsets, "
          f"{len(SILENT)} rightly silent, a good post flagged after each of the {len(after)}")


if __name__ == "__main__":
    {"write": write, "verify": verify}[sys.argv[1]](*sys.argv[2:])
