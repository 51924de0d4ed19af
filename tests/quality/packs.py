#!/usr/bin/env python3
"""Whether packs reach their targets on labelled sets, and a report. packs.sh says how it is run.

  packs.py DATA WEIR RULES
"""
import collections
import pathlib
import subprocess
import sys

import disguise
import flagging
import no_copies
import tables

# Spam of no named kind is neither harm nor ordinary.
LABELS = flagging.Labels(r"(?!Other|AD:|not:).*", flagging.ORDINARY)
RECALL = {("sms_uci_en", "spam"): 0.85, ("sms_fbs_zh", "FR"): 0.85, ("robocall_ftc", "robocall_scam"): 0.80,
          ("captions_robocall_ftc", "robocall_scam"): 0.80, ("pii_presidio_recognizer_cases", "pii, kinds covered"): 0.90,
          ("secrets_gitleaks_cases", "secret, kinds covered"): 0.90}
DISTINCT = {"robocall_ftc"}  # half of it are copies
ORDINARY = ["reddit_goemotions_en", "tatoeba_en", "tatoeba_zh", "reviews_waimai_zh", "captions_changelog_podcasts_en", "captions_crosswoz_zh",
            "captions_3b1b", "sms_uci_en"]
FALSE_FLAGS = 2 / 10000
# A key or a number of an identity in other letters is another one, so these are not disguised.
UNDISGUISED = {"pii_presidio_recognizer_cases", "secrets_gitleaks_cases"}
STILL_FLAGGED = 0.99
SEED = "weir"

Target = collections.namedtuple("Target", "name wanted found is_met")

HEAD = """# What the shipped packs find

Printed by `tests/quality/packs.sh DATA build/ci/weir`; {version}, {ruleset}. The sets are public ones that this project did not write and does not
hold: SMS of the UCI collection and of Chinese false base stations (FR: fraud, IL: unlawful goods, AD: advertising), recorded calls collected by the FTC and the
same cut into captions, the test cases of Presidio and gitleaks; as ordinary texts Reddit comments, Tatoeba sentences, reviews of takeaways, podcasts,
dialogues and lectures.

Each set is divided into two halves by what its texts begin with (`tests/quality/halves.py`), so that copies share a half. While rules were written,
one half could be looked at; the other, *held*, was only counted, so its figures say what to expect of texts that nobody knew. Targets are for all rows.
Intervals are Wilson's, of 95 %.

A post counts once; a harmful caption stream counts once, and of ordinary captions each fragment. Of `robocall_ftc` texts of the same letters count
once, as found when all of them are flagged. A text counts as flagged when any rule of any pack flags it. Disguised texts are made by
`tests/quality/obfuscate.py`: the harmful texts that are flagged plain, with about half of their words disguised.
"""


class Results:
    """The units of one choice of rows, their lines of figures, and the pairs that are disguised."""

    def __init__(self, units, pairs):
        self.lines = tables.by_set(units, LABELS)
        self.techniques = tables.by_technique(pairs)
        self.packs, self.rules = tables.by_pack(units, LABELS), tables.by_rule(units, LABELS)

    def line(self, name, labels):
        return next((line for line in self.lines if (line["set"], line["labels"]) == (name, labels)), None)

    def targets(self):
        """What is wanted, what was found, and whether that is enough."""
        for (name, labels), wanted in RECALL.items():
            line = self.line(name, labels)
            met = line is not None and line["share"] >= wanted
            yield Target(f"recall, {name}: {labels}", f">= {tables.percent(wanted)}", tables.percent(line and line["share"]), met)
        ordinary = [line for line in self.lines if line["set"] in ORDINARY and line["labels"] in ("ordinary", "ham")]
        together = tables.total(ordinary)
        found = f"{tables.in_10000(together['share'])} ({together['flagged']} of {together['n']})"
        yield Target("flags in 10,000 ordinary texts", f"<= {tables.in_10000(FALSE_FLAGS)}", found,
                     len(ordinary) == len(ORDINARY) and together["share"] <= FALSE_FLAGS)
        for line in self.techniques:
            if line["set"] == "together":
                met = line["n"] > 0 and line["share"] >= STILL_FLAGGED
                yield Target(f"still flagged, {line['technique']}", f">= {tables.percent(STILL_FLAGGED)}", tables.percent(line["share"]), met)


def units_of(rows):
    once = flagging.units_of([row for row in rows if row.set_name in DISTINCT], LABELS, distinct=True)
    return once + flagging.units_of([row for row in rows if row.set_name not in DISTINCT], LABELS)


def measure(data, weir, rules):
    """{choice of rows: Results}"""
    names = {*(name for name, _ in RECALL), *ORDINARY}
    rows = [row for name in sorted(names) if (data / f"{name}.ndjson").exists() for row in flagging.load(data / f"{name}.ndjson")]
    flagging.scan(weir, [rules], rows)
    harm = [unit for unit in flagging.units_of(rows, LABELS)
            if LABELS.meaning(unit.label) == "harm" and unit.rows[0].set_name not in UNDISGUISED]
    pairs = disguise.disguise(weir, [rules], harm, SEED)
    held = {how: [pair for pair in both if pair[0].rows[0].half == "held"] for how, both in pairs.items()}
    return {"all": Results(units_of(rows), pairs), "held": Results(units_of([row for row in rows if row.half == "held"]), held)}


def describe(weir, rules):
    """The version of weir, and the packs' lines of `weir check`."""
    run = lambda *command: subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    packs = [line.rpartition("/")[2] for line in run(weir, "check", "-r", rules) if ": pack " in line]
    return run(weir, "--version")[0], "; ".join(pack.partition(": ")[2] for pack in packs)


def report(results, targets, version, ruleset):
    print(HEAD.format(version=version, ruleset=ruleset), end="")
    tables.show("## Targets", ("target", "wanted", "all", "held", "met"),
                [(one.name, one.wanted, one.found, two.found, "yes" if one.is_met else "no") for one, two in targets])
    for choice, title in ("all", "All rows"), ("held", "The held half"):
        print(f"\n## {title}")
        tables.show_sets(f"### {title}", results[choice].lines)
        tables.show_techniques(f"### {title}: of the harm that is flagged plain, what is flagged disguised", results[choice].techniques)
    print("\n## Packs and rules, all rows")
    tables.show_names("### Packs", "pack", results["all"].packs)
    tables.show_names("### Rules", "rule", results["all"].rules)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    data, weir, rules = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    results = measure(data, weir, rules)
    targets = list(zip(results["all"].targets(), results["held"].targets()))
    report(results, targets, *describe(weir, rules))
    copies, summary = no_copies.find_copies(rules, data)
    print(f"\nCopied from the sets: {summary}.")
    missed = [f"{one.name}: {one.found}, wanted {one.wanted}" for one, _ in targets if not one.is_met]
    for problem in missed + copies:
        print(f"packs: {problem}", file=sys.stderr)
    return 1 if missed or copies else 0


if __name__ == "__main__":
    sys.exit(main())
