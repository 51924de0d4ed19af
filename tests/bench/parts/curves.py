"""curves: what a message costs by the number of rules, the length of its text, the share that is flagged, its script and its kind."""
from .context import Trouble, stages, table

BASE = {"rules": None, "chinese": 0, "length": 280, "flagged": 0.001, "script": "ascii", "kind": "post"}  # rules: of the options
BYTES = 6_000_000  # of texts at most for a point
FEWEST = 100
STAGES = ["decode", "normalize", "scan", "decide", "publish", "path", "bare_hs_scan"]
LENGTHS = [40, 280, 2000]
SHARES = [0, 0.001, 0.01, 0.1]
SCRIPTS = ["ascii", "mixed", "chinese"]
CHINESE = 5  # one in so many of the rules by which the scripts are compared


def points(rules, base_rules):
    """(curve, name, what is not as in BASE)"""
    yield from (("rules", f"{count:,} rules", {"rules": count}) for count in rules)
    yield from (("length", f"{length:,} bytes", {"length": length}) for length in LENGTHS)
    yield from (("flagged", f"{100 * share:g} % flagged", {"flagged": share}) for share in SHARES)
    yield from (("script", script, {"script": script, "chinese": base_rules // CHINESE}) for script in SCRIPTS)
    yield from (("kind", f"{kind}s of 40 bytes", {"kind": kind, "length": 40}) for kind in ("post", "caption"))


def measure_point(context, point):
    count = max(FEWEST, min(context.options.texts, BYTES // point["length"]))
    texts = context.texts("--count", count, "--length", point["length"], "--flagged", point["flagged"], "--script", point["script"],
                          "--kind", point["kind"])
    bench = context.weir_bench(context.rules(point["rules"], point["chinese"]), texts, point["kind"])
    planted = int(count * point["flagged"] + 1e-9)
    if point["kind"] == "post" and bench["counts"]["flags"] < planted:
        raise Trouble(f"{planted} posts hold a phrase, but {bench['counts']['flags']} were flagged: {point}")
    return {"planted": planted, "bench": bench}


def measure(context):
    found = []
    for curve, name, changes in points(context.options.rules, context.options.base_rules):
        point = {**BASE, "rules": context.options.base_rules, **changes}
        result = context.once(("point", *point.values()), lambda point=point: measure_point(context, point))
        found.append({"curve": curve, "name": name, **point, **result})
    return {"points": found, "base_rules": context.options.base_rules}


def report(result):
    lines = []
    for point in result["points"]:
        bench = point["bench"]
        rows, counts = stages(bench), bench["counts"]
        lines.append([point["curve"], point["name"], f"{counts['payload_bytes'] / counts['messages']:.0f}",
                      f"{100 * counts['flags'] / counts['messages']:.2f} %"]
                     + [f"{rows[stage]['cpu_ns_per_item']:.0f}" for stage in STAGES])
    return ("Nanoseconds of processor time for each message (`weir bench`). Where a curve does not say otherwise: ASCII posts with 280 bytes of "
            f"text, 0.1 % flagged, {result['base_rules']:,} rules; of those of the scripts one in {CHINESE} is Chinese.\n\n"
            + table(["curve", "point", "payload, bytes", "flagged", *STAGES], lines))
