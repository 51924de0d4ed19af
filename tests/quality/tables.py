"""Counts of units as lines of figures, and lines as Markdown tables. A line holds counts only, never a text."""
import collections

import flagging


def share(part, whole):
    """Counts with their share and its 95 % interval."""
    low, high = flagging.wilson(part, whole)
    return {"n": whole, "flagged": part, "share": part / whole if whole else None, "low": low, "high": high}


def by_set(units, labels):
    """A line for each set and group of labels, and one for all texts of label `ordinary` and `ham` together."""
    covered = flagging.covered_kinds()
    groups = collections.defaultdict(list)
    for unit in units:
        groups[unit.rows[0].set_name, flagging.group_of(unit, covered), labels.meaning(unit.label)].append(unit)
    lines = [{"set": name, "labels": group, "meaning": meaning, **share(sum(bool(unit.rules) for unit in members), len(members))}
             for (name, group, meaning), members in groups.items()]
    plain = [line for line in lines if line["labels"] in ("ordinary", "ham") and line["meaning"] == "ordinary"]
    if len(plain) > 1:
        lines.append({"set": "together", "labels": "ordinary, ham", "meaning": "ordinary", **total(plain)})
    return lines


def total(lines):
    return share(sum(line["flagged"] for line in lines), sum(line["n"] for line in lines))


def by_name(units, labels, names_of):
    """A line for each name (of a rule, of a pack) that flagged anything: on how many harmful and ordinary units."""
    counts = collections.defaultdict(collections.Counter)
    for unit in units:
        for name in names_of(unit):
            counts[name][labels.meaning(unit.label)] += 1
    lines = []
    for name, count in sorted(counts.items()):
        right, flagged = count["harm"], count["harm"] + count["ordinary"]
        low, high = flagging.wilson(right, flagged)
        lines.append({"name": name, **{key: count[key] for key in ("harm", "ordinary", "neither")},
                      "precision": right / flagged if flagged else None, "low": low, "high": high})
    return lines


def by_pack(units, labels):
    return by_name(units, labels, lambda unit: {rule.split(".")[0] for rule in unit.rules})


def by_rule(units, labels):
    return by_name(units, labels, lambda unit: unit.rules)


def by_technique(pairs):
    """A line for each technique and set, and one for all sets of a technique: of the flagged texts, how many still are."""
    lines = []
    for how, both in pairs.items():
        sets = collections.defaultdict(list)
        for unit, other in both:
            sets[unit.rows[0].set_name].append(bool(other.rules))
        of_sets = [{"technique": how, "set": name, **share(sum(kept), len(kept))} for name, kept in sorted(sets.items())]
        lines += of_sets + [{"technique": how, "set": "together", **total(of_sets)}]
    return lines


def percent(value):
    return "-" if value is None else f"{100 * value:.1f} %"


def in_10000(value):
    return "-" if value is None else f"{10000 * value:.2f}"


def interval(line, form):
    return f"{form(line['low'])} to {form(line['high'])}"


def show(title, heads, rows):
    """A Markdown table; the first column to the left, figures to the right."""
    print(f"\n{title}\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "|".join("---" if i == 0 else "---:" for i in range(len(heads))) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def show_sets(title, lines):
    """Recall of what is harmful, and flags in 10,000 of what is not."""
    harm = [line for line in lines if line["meaning"] == "harm"]
    others = [line for line in lines if line["meaning"] != "harm"]
    name = lambda line: f"{line['set']}: {line['labels']}" if line["labels"] else line["set"]
    if harm:
        show(f"{title}: what is found of the harm", ("set: labels", "n", "flagged", "recall", "95 %"),
             [(name(line), line["n"], line["flagged"], percent(line["share"]), interval(line, percent)) for line in harm])
    if others:
        show(f"{title}: what is flagged of the rest", ("set: labels", "n", "flagged", "in 10,000", "95 %"),
             [(name(line), line["n"], line["flagged"], in_10000(line["share"]), interval(line, in_10000)) for line in others])


def show_names(title, kind, lines):
    show(title, (kind, "on harm", "on ordinary", "precision", "95 %"),
         [(line["name"], line["harm"], line["ordinary"], percent(line["precision"]), interval(line, percent)) for line in lines])


def show_techniques(title, lines):
    show(title, ("technique", "set", "flagged plain", "still flagged", "share", "95 %"),
         [(line["technique"], line["set"], line["n"], line["flagged"], percent(line["share"]), interval(line, percent)) for line in lines])
