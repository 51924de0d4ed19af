#!/usr/bin/env python3
"""Measures rule packs on labelled sets: what part of the harm they find, and how often they flag what is ordinary. Prints Markdown.

  measure.py [--rules PATH].. [--weir BINARY] [--half look|held|both] SET.ndjson..

A set holds posts {id, lang, text, label, author_name} or captions {stream_id, seq, start_ms, text, lang, label}; halves.py says what its
halves are. Rows of the held half are counted and never shown. Labels `ham`, `ordinary`, `not:KIND` and `AD:KIND` are ordinary and all others
harm, unless --harm or --ordinary, expressions for the whole label, say otherwise; with both, a label of neither is counted by itself.
"""
import argparse
import json
import pathlib

import disguise
import flagging
import tables

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET.ndjson")
    parser.add_argument("--rules", action="append", metavar="PATH", help="a pack or a folder of packs (default: config/rules)")
    parser.add_argument("--weir", default="weir", metavar="BINARY")
    parser.add_argument("--half", choices=("look", "held", "both"), default="both")
    parser.add_argument("--harm", metavar="REGEX")
    parser.add_argument("--ordinary", metavar="REGEX")
    parser.add_argument("--distinct", action="store_true", help="texts of the same letters count once")
    parser.add_argument("--obfuscate", metavar="SEED", help="also disguise the harmful texts that are flagged, and count those still flagged")
    parser.add_argument("--samples", type=int, default=0, metavar="N", help="show N rows that were missed and N that were flagged falsely")
    parser.add_argument("--json", metavar="FILE", help="the figures as JSON too")
    return parser.parse_args()


def show_some(title, units, count):
    """A few of them, evenly spread, and only of the look half."""
    shown = [unit for unit in units if unit.rows[0].half == "look"]
    print(f"\n{title}: {len(shown)} in the look half\n")
    for unit in shown[::max(1, len(shown) // count)][:count]:
        names = " ".join(sorted(unit.rules))
        print(f"- {unit.rows[0].set_name}, {unit.label}{names and f', {names}'}: {' '.join(unit.text.split())}")


def main():
    options = parse()
    rules = options.rules or [str(ROOT / "config/rules")]
    labels = flagging.Labels(options.harm, options.ordinary)
    rows = [row for path in options.sets for row in flagging.load(path) if options.half in ("both", row.half)]
    flagging.scan(options.weir, rules, rows)
    units = flagging.units_of(rows, labels, options.distinct)
    harm = [unit for unit in units if labels.meaning(unit.label) == "harm"]
    figures = {"sets": tables.by_set(units, labels), "packs": tables.by_pack(units, labels), "rules": tables.by_rule(units, labels)}
    tables.show_sets("Sets", figures["sets"])
    tables.show_names("Packs", "pack", figures["packs"])
    tables.show_names("Rules", "rule", figures["rules"])
    lost = []
    if options.obfuscate is not None:
        pairs = disguise.disguise(options.weir, rules, harm, options.obfuscate)
        figures["obfuscated"] = tables.by_technique(pairs)
        lost = [other for both in pairs.values() for _, other in both if not other.rules]
        tables.show_techniques("Of the harm that is flagged plain, what is flagged disguised", figures["obfuscated"])
    if options.samples:
        show_some("Missed", [unit for unit in harm if not unit.rules], options.samples)
        show_some("Flagged falsely", [unit for unit in units if unit.rules and labels.meaning(unit.label) == "ordinary"], options.samples)
        show_some("Lost by a disguise", lost, options.samples)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
