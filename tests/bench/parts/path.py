"""path: each stage alone and the whole path over a file, the scan against bare hs_scan, and the fold against ICU."""
from .context import stages, table

RULES = 1000
SCRIPTS = ["ordinary", "ascii", "mixed", "chinese"]
NAMES = {"rest": "the rest", "path": "the whole path", "bare_hs_scan": "bare hs_scan"}


def fold_cost(context, script):
    texts = context.texts("--count", context.options.texts, "--script", script, "--text")
    words = context.run(context.program("fold_cost"), texts, context.options.seconds).split()
    count, size = int(words[0]), int(words[1])
    icu, folded, both = map(float, words[2:])
    return {"texts": count, "bytes_per_text": size / count, "icu_ns": icu, "folded_ns": folded, "folded_and_skeleton_ns": both,
            "folded_of_icu": folded / icu}


def measure(context):
    texts = context.texts("--count", context.options.texts)
    return {"bench": context.weir_bench(context.rules(RULES), texts), "fold": {script: fold_cost(context, script) for script in SCRIPTS}}


def report(result):
    bench, rows = result["bench"], stages(result["bench"])
    counts = bench["counts"]
    lines = [[NAMES.get(name, name), f"{row['cpu_ns_per_item']:.0f}", f"{row['wall_ns_per_item']:.0f}",
              "-" if row["share"] is None else f"{100 * row['share']:.1f} %"] for name, row in rows.items()]
    folds = [[script, f"{fold['bytes_per_text']:.0f}", f"{fold['icu_ns']:.0f}", f"{fold['folded_ns']:.0f}", f"{fold['folded_of_icu']:.2f}",
              f"{fold['folded_and_skeleton_ns']:.0f}"] for script, fold in result["fold"].items()]
    size = counts["payload_bytes"] / counts["messages"]
    return (f"{counts['messages']:,} ordinary posts of {size:.0f} bytes, {counts['flags']:,} of them flagged, "
            f"{bench['ruleset']['rules']:,} rules; one thread, no Kafka (`weir bench`). Nanoseconds for each message.\n\n"
            + table(["stage", "processor, ns", "clock, ns", "share"], lines)
            + f"\nThe scan stage has {bench['scan_percent_of_bare']:.1f} % of the throughput of bare hs_scan.\n\n"
              "The fold against ICU's NFKC_Casefold of the whole text (`bench_fold_cost`), nanoseconds of processor time for each text:\n\n"
            + table(["texts", "bytes", "ICU", "weir, folded", "of ICU", "and skeleton"], folds))
