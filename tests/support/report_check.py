#!/usr/bin/env python3
"""What `weir report` says, computed once more from the records alone, by other means.

report_check.py verdicts SEED < FLAGS     makes verdicts for about half of the flags and audit records, some of them changed later, some
                                          of no flag
report_check.py check REPORT PLACE=FILE...   compares; PLACE: review, overflow, shadow, rollups, verdicts or any (a file of all kinds)
"""
import collections
import datetime
import json
import math
import random
import sys


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000


def make_verdicts(seed):
    chance = random.Random(seed)
    for line in sys.stdin:
        flag = json.loads(line)
        if flag["schema"] not in ("weir.flag/1", "weir.audit/1") or chance.random() < 0.5:
            continue
        is_audit = flag["schema"] == "weir.audit/1"
        at = when(flag["drawn_at" if is_audit else "flagged_at"]) + chance.randrange(60000, 86400000)
        for i in range(chance.choice([1, 1, 1, 2])):
            moment = datetime.datetime.fromtimestamp((at + i * 1000) / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")
            said = {"audit_id": flag["audit_id"], "missed": chance.random() < 0.1} if is_audit else {"flag_id": flag["flag_id"], "upheld": chance.random() < 0.8}
            print(json.dumps({"schema": "weir.verdict/1", **said, "decided_at": moment, "reviewer": "r1"}))
    print(json.dumps({"schema": "weir.verdict/1", "audit_id": "00000000-0000-4000-8000-000000000009", "missed": True}))
    for i in range(3):
        print(json.dumps({"schema": "weir.verdict/1", "flag_id": f"00000000-0000-4000-8000-00000000000{i}", "upheld": True}))


def wilson(good, n, z=1.959963984540054):
    p = good / n
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def expect_audit(audits, missed):
    """audits: {id: share}; missed: {id: (time, whether)}, the latest verdict of each."""
    if not audits:
        return {}
    read = {ident: missed[ident][1] for ident in audits.keys() & missed.keys()}
    unflagged = sum(1 / share for share in audits.values())
    shown = {"records": len(audits), "reviewed": len(read), "missed": sum(read.values()), "verdicts_of_unknown_records": len(missed.keys() - audits.keys()),
             "unflagged": unflagged}
    if read:
        weights = {ident: 1 / audits[ident] for ident in read}
        rate = sum(weight for ident, weight in weights.items() if read[ident]) / sum(weights.values())
        low, high = wilson(rate * len(read), len(read))
        shown["missed_in_all"] = {"items": unflagged * rate, "low": unflagged * low, "high": unflagged * high}
    return {"audit": shown}


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


class Sums(collections.Counter):
    def show(self):
        shown = {name: self[name] for name in ("flags", "shadow", "reviewed", "upheld")}
        if self["reviewed"]:
            low, high = wilson(self["upheld"], self["reviewed"])
            shown["precision"] = {"share": self["upheld"] / self["reviewed"], "low": low, "high": high}
        return shown


def expect(inputs):
    flags, withdrawn, verdicts, counts, rollups = {}, set(), {}, collections.Counter(), 0
    audits, missed = {}, {}
    for place, path in inputs:
        for line in open(path, encoding="utf-8"):
            record = json.loads(line)
            kind = record["schema"]
            if kind == "weir.flag/1":
                own = place if place in ("review", "overflow", "shadow") else "shadow" if any(r["status"] == "shadow" for r in record["rules"]) else "review"
                flags.setdefault(record["flag_id"], (own, record))
            elif kind == "weir.flag-update/1" and record["state"] == "withdrawn":
                withdrawn.add(record["flag_id"])
            elif kind == "weir.verdict/1":
                at = when(record["decided_at"]) if "decided_at" in record else -math.inf
                of, ident, said = (missed, record["audit_id"], record["missed"]) if "audit_id" in record else (verdicts, record["flag_id"], record["upheld"])
                if ident not in of or at >= of[ident][0]:
                    of[ident] = (at, said)
            elif kind == "weir.audit/1":
                audits[record["audit_id"]] = record["share"]
            elif kind == "weir.rollup/1" and "counts" in record:
                rollups += 1
                counts.update(record["counts"])
    everything, rules, categories, langs, places, times = Sums(), collections.defaultdict(Sums), collections.defaultdict(Sums), collections.defaultdict(Sums), collections.Counter(), []
    totals = collections.Counter()
    for ident, (place, flag) in flags.items():
        if ident in withdrawn:
            totals["withdrawn"] += 1
            continue
        one = collections.Counter({"shadow": 1} if place == "shadow" else {"flags": 1})
        if place != "shadow" and ident in verdicts:
            one["reviewed"], one["upheld"] = 1, int(verdicts[ident][1])
        if ident in verdicts and verdicts[ident][0] >= when(flag["flagged_at"]):
            times.append(verdicts[ident][0] - when(flag["flagged_at"]))
        places[place] += 1
        totals["repeats"] += "repeat_of" in flag
        totals["captions" if flag["kind"] == "caption" else "posts"] += 1
        everything.update(one)
        for rule in flag["rules"]:
            rules[rule["id"]].update(one)
        for category in {rule["category"] for rule in flag["rules"]}:
            categories[category].update(one)
        langs[flag["item"].get("lang", "und").split("-")[0].lower()].update(one)
    total = everything.show() | {name: totals[name] for name in ("withdrawn", "repeats", "posts", "captions")}
    total |= {"in_review": places["review"], "in_overflow": places["overflow"], "verdicts_of_unknown_flags": len(verdicts.keys() - flags.keys())}
    if times:
        total["median_ms_to_verdict"] = sorted(times)[len(times) // 2]
    return expect_audit(audits, missed) | {
        "totals": total,
        "read": {"rollups": rollups, "messages": counts["messages"], "items": counts["items"], "dead_letters": counts["dead_letters"]},
        "rules": {name: sums.show() for name, sums in rules.items()},
        "categories": {name: sums.show() for name, sums in categories.items()},
        "languages": {name: sums.show() for name, sums in langs.items()},
    }


def differences(where, wanted, found):
    if isinstance(wanted, dict):
        for key in wanted.keys() | found.keys():
            if key in ("id", "category", "severity", "keyword", "lang") and not isinstance(wanted.get(key), dict):
                continue
            if key not in wanted or key not in found:
                yield f"{where}/{key}: {'not wanted' if key not in wanted else 'missing'}"
            else:
                yield from differences(f"{where}/{key}", wanted[key], found[key])
    elif not (close(wanted, found) if isinstance(wanted, float) or isinstance(found, float) else wanted == found):
        yield f"{where}: {found}, not {wanted}"


def main():
    if sys.argv[1] == "verdicts":
        make_verdicts(sys.argv[2])
        return
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    wanted = expect([argument.split("=", 1) for argument in sys.argv[3:]])
    found = {name: report[name] for name in ("totals", "read", "audit") if name in report}
    for name, key in (("rules", "id"), ("categories", "category"), ("languages", "lang")):
        found[name] = {row[key]: row for row in report[name]}
        if len(found[name]) != len(report[name]):
            sys.exit(f"{name} are there twice")
        if [row["flags"] for row in report[name]] != sorted((row["flags"] for row in report[name]), reverse=True):
            sys.exit(f"{name} are not in order")
    wrong = list(differences("", wanted, found))
    for line in wrong[:20]:
        print(f"report_check: {line}", file=sys.stderr)
    print(f"report_check: {wanted['totals']['flags']} flags and {wanted['totals']['shadow']} in shadow, {wanted['totals']['reviewed']} reviewed, "
          f"{wanted['totals']['withdrawn']} withdrawn, {len(wanted['rules'])} rules: {len(wrong)} differences")
    sys.exit(1 if wrong else 0)


main()
