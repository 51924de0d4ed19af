"""Two halves of a labelled set: one to look at while rules are written, one that is only ever counted.

A row belongs to a half by the SHA-256 of its set's name and of how its text begins (its first 48 letters, case folded, without digits,
punctuation and spaces), so that copies and near copies of a text share a half; a row of fewer than 12 letters by its whole text. A
caption stream goes by its first captions.

    halves.py look|held FILE...     the rows of one half of each set, as NDJSON
"""
import hashlib
import json
import pathlib
import sys

BEGINNING = 48  # letters
FEW = 12  # letters: fewer tell nothing of a text
HALVES = ("look", "held")


def beginning(text):
    letters = "".join(c for c in text.casefold() if c.isalpha())
    return letters[:BEGINNING] if len(letters) >= FEW else text


def half_of(name, text):
    digest = hashlib.sha256(f"weir halves\n{name}\n{beginning(text)}".encode("utf-8", "surrogatepass")).digest()
    return HALVES[digest[0] & 1]


def set_name(path):
    """Captions that were cut from a set of posts (captions_NAME beside NAME) share its name, and so its halves."""
    path = pathlib.Path(path)
    name = path.stem
    posts = name.removeprefix("captions_")
    return posts if name != posts and path.with_name(posts + path.suffix).exists() else name


def read(path):
    with open(path, encoding="utf-8") as rows:
        return [json.loads(line) for line in rows if line.strip()]


def streams_of(rows):
    streams = {}
    for row in rows:
        streams.setdefault(row["stream_id"], []).append(row)
    return streams


def text_of(row):
    return row.get("text") or row.get("domain") or ""


def halves_of(path, rows):
    """The half of each row, in order."""
    name = set_name(path)
    if not rows or "stream_id" not in rows[0]:
        return [half_of(name, text_of(row)) for row in rows]
    by_stream = {}
    for stream, captions in streams_of(rows).items():
        by_stream[stream] = half_of(name, " ".join(text_of(row) for row in captions))
    return [by_stream[row["stream_id"]] for row in rows]


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in HALVES:
        sys.exit(__doc__)
    for path in sys.argv[2:]:
        rows = read(path)
        for row, half in zip(rows, halves_of(path, rows)):
            if half == sys.argv[1]:
                print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
