"""targets: what was to be reached, what was measured, and by which command."""
from . import kafka
from .context import table

COMMAND = "tests/bench/run.py BUILD --full --only"


def find(rows, **wanted):
    """The row in which these stand; None: there is none."""
    return next((row for row in rows if all(row[key] == value for key, value in wanted.items())), None)


def half_load(section, delivery):
    row = find(section["rows"], delivery=delivery, load="50 %")
    return row and row["p99_ms"]


def cached_start(section):
    row = find(section["rows"], rules="10,000")
    return row and row["cached_wall_s"]


def two_workers(section):
    """Judged only where the two workers had the cores that the target speaks of."""
    had = section["median"]["path_cores_had"]
    return None if had < kafka.CORE_FREE else section["median"]["path_two_of_one"]


# (what, at most or at least, the bound, its unit, the section, how to find it there)
TARGETS = [
    ("processor time of the daemon (one worker) a post, against a bare consumer and bare hs_scan", "<=", 1.5, "x", "kafka",
     lambda section: section["median"]["daemon_of_floor"][0]),
    ("scan stage against bare hs_scan, in throughput", ">=", 90, "%", "path", lambda section: section["bench"]["scan_percent_of_bare"]),
    ("fold of an ordinary post against ICU on the whole text", "<=", 0.35, "x", "path", lambda section: section["fold"]["ordinary"]["folded_of_icu"]),
    ("the path on two workers against one, in throughput", ">=", 1.8, "x", "kafka", two_workers),
    ("memory of a live caption stream beside its window", "<=", 256, "bytes", "memory", lambda section: section["beside_window_bytes"]),
    ("from post to flag, p99 at half load, at_least_once", "<=", 20, "ms", "latency", lambda section: half_load(section, "at_least_once")),
    ("from post to flag, p99 at half load, exactly_once", "<=", 100, "ms", "latency", lambda section: half_load(section, "exactly_once")),
    ("start with 10,000 rules from cache, by the clock", "<=", 1, "s", "start", cached_start),
    ("p99 under reloads against steady, no item lost", "<=", 2, "x", "latency", lambda section: section["p99_reload_of_steady"]),
]


def judge(measured, relation, bound):
    if measured is None:
        return None
    return measured <= bound if relation == "<=" else measured >= bound


def measure(sections):
    made = []
    for what, relation, bound, unit, name, look in TARGETS:
        section = sections.get(name)
        measured = look(section) if section and "failed" not in section else None
        made.append({"what": what, "target": f"{relation} {bound:g} {unit}", "measured": measured, "unit": unit,
                     "met": judge(measured, relation, bound), "command": f"{COMMAND} {name}"})
    return made


def report(rows, sections):
    lines = [[row["what"], row["target"], "-" if row["measured"] is None else f"{row['measured']:.4g} {row['unit']}",
              {None: "not measured", True: "yes", False: "**no**"}[row["met"]], f"`{row['command']}`"] for row in rows]
    text = table(["what", "target", "measured", "met", "command"], lines)
    section = sections.get("kafka", {})
    if "median" in section and two_workers(section) is None:
        made = section["median"]
        had = f"{100 * made['path_cores_had']:.0f} % of one"
        text += (f"\nTwo workers against one cannot be judged: the cores were not free (each worker had {had}). "
                 f"It was {made['path_two_of_one']:.2f} x by the clock and {made['path_two_of_one_by_processor']:.2f} x by processor time.\n")
    return text
