#!/usr/bin/env python3
"""measure.py counts as it says, on made-up rows and rules: streams and fragments, shadow rules, labels, copies, disguises; and it shows no
row of the held half.

  test_measure.py WEIR
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import flagging

HERE = pathlib.Path(__file__).parent
RULE = ("  - {{id: toys.{0}, title: A word, why: It was said., category: scams_and_fraud, severity: low, status: {1}, fields: [{2}], "
        "patterns: {{word: {{literals: ['{0}']}}}}, examples: {{flag: ['{0}'], pass: [nothing]}}}}\n")
PACK = "pack: toys\nversion: 1.0.0\nrules:\n" + RULE.format("kite", "active", "text") + RULE.format("ball", "shadow", "text") + \
    RULE.format("bank", "active", "author_name")

POSTS = [("my kite 1", "spam"), ("My KITE 2!", "spam"), ("a drum that nobody finds", "spam"), ("the other drum, not found either", "spam"),
         ("ball", "FR:x"), ("kite", "ham"), ("my kite, of label AD", "AD:Toys"), ("nothing", "ham")]
CAPTIONS = [("a", "the ki", "robocall"), ("a", "kite flies", "robocall"), ("b", "nothing", "robocall"),
            ("c", "one", "ordinary"), ("c", "kite", "ordinary"), ("c", "three", "ordinary")]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def measure(weir, work, *arguments):
    """The figures and what is printed."""
    done = subprocess.run([sys.executable, "-B", HERE / "measure.py", "--weir", weir, "--rules", work / "toys.yaml", "--json", work / "figures",
                           *arguments, work / "posts.ndjson", work / "captions.ndjson"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((work / "figures").read_text()), done.stdout


def counts(figures):
    return {(line["set"], line["labels"], line["meaning"]): (line["flagged"], line["n"]) for line in figures["sets"]}


def sets__default_labels__counted(weir, work):
    figures, _ = measure(weir, work)
    assert counts(figures) == {
        ("posts", "spam", "harm"): (2, 4), ("posts", "FR", "harm"): (1, 1), ("posts", "AD", "ordinary"): (1, 1),
        ("posts", "ham", "ordinary"): (1, 2), ("captions", "robocall", "harm"): (1, 2), ("captions", "ordinary", "ordinary"): (1, 3),
        ("together", "ordinary, ham", "ordinary"): (2, 5)}, figures["sets"]
    kite = next(line for line in figures["rules"] if line["name"] == "toys.kite")
    assert (kite["harm"], kite["ordinary"], kite["precision"]) == (3, 3, 0.5), kite
    assert "toys.ball" not in {line["name"] for line in figures["rules"]}, "a rule on trial is counted"


def sets__distinct__copies_count_once(weir, work):
    figures, _ = measure(weir, work, "--distinct")
    assert counts(figures)["posts", "spam", "harm"] == (1, 3), figures["sets"]


def sets__other_labels__as_told(weir, work):
    figures, _ = measure(weir, work, "--harm", "AD:.*", "--ordinary", "ham")
    found = counts(figures)
    assert found["posts", "AD", "harm"] == (1, 1) and found["posts", "spam", "neither"] == (2, 4), found


def samples__of_both_halves__show_the_looked_at(weir, work):
    rows = [row for name in ("posts", "captions") for row in flagging.load(work / f"{name}.ndjson")]
    held = [row for row in rows if row.half == "held" and len(row.text) > 10]
    assert held and any(row.half == "look" for row in rows)
    _, text = measure(weir, work, "--samples", "100", "--obfuscate", "1")
    assert not any(row.text in text for row in held), text
    assert any(f": {row.text}" in text for row in rows if row.half == "look"), text


def obfuscated__literals__all_found(weir, work):
    figures, _ = measure(weir, work, "--obfuscate", "1")
    assert len(figures["obfuscated"]) >= 12 and all(line["flagged"] == line["n"] for line in figures["obfuscated"]), figures["obfuscated"]


def wilson__known_values__as_in_books():
    assert [round(value, 4) for value in flagging.wilson(81, 263)] == [0.2553, 0.3662]
    assert flagging.wilson(0, 10)[0] == 0 and round(flagging.wilson(0, 10)[1], 4) == 0.2775


def main():
    weir = sys.argv[1]
    wilson__known_values__as_in_books()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "toys.yaml").write_text(PACK)
        posts = [{"id": str(i), "lang": "en", "text": text, "label": label} for i, (text, label) in enumerate(POSTS)]
        posts[4]["author_name"] = "bank"
        write(work / "posts.ndjson", posts)
        write(work / "captions.ndjson", [{"stream_id": stream, "seq": i, "start_ms": 1000 * i, "lang": "en", "text": text, "label": label}
                                         for i, (stream, text, label) in enumerate(CAPTIONS)])
        for test in (sets__default_labels__counted, sets__distinct__copies_count_once, sets__other_labels__as_told,
                     samples__of_both_halves__show_the_looked_at, obfuscated__literals__all_found):
            test(weir, work)
    print("measure: counts are right, and no row of the held half is shown")


if __name__ == "__main__":
    main()
