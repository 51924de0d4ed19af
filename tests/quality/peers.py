#!/usr/bin/env python3
"""Other filters beside weir's packs on the same texts. peers.sh says how it is run.

  peers.py DATA WEIR RULES ROWS SPAMASSASSIN GITLEAKS     SPAMASSASSIN: yes or no; GITLEAKS: the binary, or nothing
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import flagging
import packs
import tables

HERE = pathlib.Path(__file__).resolve().parent
HARM = {"sms_uci_en": "spam", "robocall_ftc": "robocall_scam", "secrets_gitleaks_cases": "secret"}
SPAM_SCORE = 5  # SpamAssassin's own threshold


def group(row):
    return row.label.partition(":")[0]


def one_of_each(rows):
    """The first of the rows with the same letters."""
    return list({flagging.letters(row.text): row for row in reversed(rows)}.values())[::-1]


def spread(rows, count):
    """So many rows, evenly spread."""
    return [rows[i * len(rows) // count] for i in range(count)] if len(rows) > count else rows


def choose(data, weir, rules, count):
    """(harmful rows, ordinary rows), scanned by weir with all of their streams."""
    sets = {name: flagging.load(data / f"{name}.ndjson") for name in sorted({*HARM, *packs.ORDINARY})}
    flagging.scan(weir, [rules], [row for rows in sets.values() for row in rows])
    harm, ordinary = [], []
    for name, rows in sets.items():
        of_harm = [row for row in rows if group(row) == HARM.get(name)]
        harm += one_of_each(of_harm) if name in packs.DISTINCT else of_harm
        ordinary += spread([row for row in rows if group(row) in ("ordinary", "ham", "not")], count)
    return harm, ordinary


def spamassassin(rows):
    """(those that SpamAssassin calls spam, those that any of its rules hits), as truth values in order."""
    posts = "".join(json.dumps({"text": row.text}) + "\n" for row in rows)
    done = subprocess.run(["perl", HERE / "spamassassin.pl"], input=posts, capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(lines) == len(rows), done.stderr
    return [float(score) >= SPAM_SCORE for score, _ in lines], [names != "-" for _, names in lines]


def gitleaks(binary, config, rows):
    """Those in which gitleaks finds a secret, as truth values in order."""
    with tempfile.TemporaryDirectory() as folder:
        texts, found = pathlib.Path(folder, "texts"), pathlib.Path(folder, "found.json")
        texts.mkdir()
        for i, row in enumerate(rows):
            (texts / f"{i}.txt").write_text(row.text, encoding="utf-8")
        subprocess.run([binary, "dir", texts, "--report-format", "json", "--report-path", found, "--exit-code", "0", "--no-banner",
                        "--log-level", "error", *(("--config", config) if config.exists() else ())], check=True)
        flagged = {int(pathlib.Path(leak["File"]).stem) for leak in json.loads(found.read_text())}
    return [i in flagged for i in range(len(rows))]


def lines_of(rows, answers, form, name_of=lambda row: f"{row.set_name}: {group(row)}"):
    """A row of the table for each name: how many rows bear it, and each filter's share with its interval."""
    members = collections.defaultdict(list)
    for i, row in enumerate(rows):
        members[name_of(row)].append(i)
    for name, places in members.items():
        shares = [tables.share(sum(flags[i] for i in places), len(places)) for flags in answers.values()]
        yield (name, len(places), *(f"{form(share['share'])} ({tables.interval(share, form)})" for share in shares))


def answer(rows, spamassassin_is_there, gitleaks_binary, config):
    """{filter: its answers}"""
    answers = {"weir": [bool(row.rules) for row in rows]}
    if gitleaks_binary:
        answers["gitleaks"] = gitleaks(gitleaks_binary, config, rows)
    if spamassassin_is_there:
        answers["SpamAssassin, score 5"], answers["SpamAssassin, any body rule"] = spamassassin(rows)
    return answers


def main():
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    data, weir, rules, count = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    harm, ordinary = choose(data, weir, rules, count)
    rows = harm + ordinary
    answers = answer(rows, sys.argv[5] == "yes", sys.argv[6], data / "gitleaks/gitleaks.toml")
    part = lambda is_wanted: ([row for row in rows if is_wanted(row)],
                              {name: [flag for row, flag in zip(rows, flags) if is_wanted(row)] for name, flags in answers.items()})
    harmful = {id(row) for row in harm}
    is_harm, is_held_harm = (lambda row: id(row) in harmful), (lambda row: id(row) in harmful and row.half == "held")
    is_plain = lambda row: group(row) in ("ordinary", "ham")
    tables.show("## Harm: share found (95 %)", ("set: labels", "n", *answers),
                [*lines_of(*part(is_harm), tables.percent),
                 *lines_of(*part(is_held_harm), tables.percent, lambda row: f"{row.set_name}: {group(row)}, held half")])
    tables.show("## Ordinary texts: flags in 10,000 (95 %)", ("set: labels", "n", *answers),
                [*lines_of(*part(lambda row: not is_harm(row)), tables.in_10000),
                 *lines_of(*part(is_plain), tables.in_10000, lambda row: "together: ordinary, ham")])


if __name__ == "__main__":
    main()
