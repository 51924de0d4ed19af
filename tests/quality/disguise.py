"""Which harmful texts that rules flag are still flagged when obfuscate.py has disguised them."""
import dataclasses

import flagging
import obfuscate


def disguised_unit(unit, how, seed, number):
    """The unit under a technique, as yet unscanned. Its set has another name, so that its stream is another one."""
    rows = []
    for part, row in enumerate(unit.rows):
        text = obfuscate.obfuscate(row.text, how, obfuscate.chance_of(seed, how, f"{number}.{part}"))
        fields = {**row.fields, "text": text}
        rows.append(dataclasses.replace(row, set_name=f"{how}/{row.set_name}", fields=fields, rules=frozenset()))
    return flagging.Unit(rows, frozenset())


def disguise(weir, rules, units, seed):
    """{technique: [(unit, the same disguised)]} of the flagged units, where the technique changes anything; scanned."""
    pairs = {}
    for how in obfuscate.TECHNIQUES:
        both = [(unit, disguised_unit(unit, how, seed, number)) for number, unit in enumerate(units) if unit.rules]
        pairs[how] = [(unit, other) for unit, other in both if other.text != unit.text]
    others = [other for both in pairs.values() for _, other in both]
    flagging.scan(weir, rules, [row for other in others for row in other.rows])
    for other in others:
        other.rules = frozenset().union(*(row.rules for row in other.rows))
    return pairs
