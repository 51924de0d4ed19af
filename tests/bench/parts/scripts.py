"""latency, memory and start: what scripts of this folder measure, with their tables as they are and as numbers."""
from . import kafka
from .context import BENCH, SUPPORT, Trouble, number, table, table_rows

LATENCY = ["delivery", "load", "posts_per_second", "flags", "p50_ms", "p99_ms", "p999_ms", "p99_to_broker_ms", "p99_in_daemon_ms",
           "p99_to_reader_ms"]
RELOAD = ["reloads"] + LATENCY[2:]
SCALE = ["rules", "expressions", "cold_s", "edited_s", "cached_s", "database_mib", "cache_mib", "cold_memory_mib", "cached_memory_mib"]
STREAMS = ["what", "messages_per_second", "streams", "counted_bytes", "grown_bytes", "evicted", "records"]


def numbers(rows, words):
    """All cells but those named `words` as numbers."""
    return [{name: cell if name in words else number(cell) for name, cell in row.items()} for row in rows]


def script(context, name, *arguments):
    return context.run("bash", BENCH / name, context.build, *arguments)


def latency(context):
    text = script(context, "latency.sh", context.options.load_seconds)
    rows, reloads = numbers(table_rows(text, LATENCY), ["delivery", "load"]), numbers(table_rows(text, RELOAD), [])
    if not rows or len(reloads) != 3:
        raise Trouble(f"latency.sh does not print its tables:\n{text}")
    steady, under, beside = (row["p99_ms"] for row in reloads)
    return {"rows": rows, "reloads": reloads, "p99_reload_of_steady": under / steady, "p99_beside_work_of_steady": beside / steady, "printed": text}


def latency_report(result):
    return (f"{result['printed'].strip()}\n\nUnder reloads the p99 is {result['p99_reload_of_steady']:.2f} times that without; beside a process that is none of weir's "
            f"and takes as much processor time, {result['p99_beside_work_of_steady']:.2f} times. No flag is missing: `bench_latency` fails otherwise.\n")


def scale(context):
    def measure():
        text = script(context, "rules_scale.sh", context.options.seed, *context.options.scale)
        rows = table_rows(text, SCALE)
        if not rows:
            raise Trouble(f"rules_scale.sh does not print its table:\n{text}")
        clocks = ("cold_s", "edited_s", "cached_s")
        walls = [{name[:-2] + "_wall_s": number(row[name].partition("(")[2].rstrip(")")) for name in clocks} for row in rows]
        return [{**row, **wall} for row, wall in zip(numbers(rows, ["rules"]), walls)]
    return context.once("scale", measure)


def start(context):
    return {"rows": scale(context)}


def start_report(result):
    lines = [[row["rules"], row["expressions"]] + [f"{row[name + '_s']:.2f} ({row[name + '_wall_s']:.2f})" for name in ("cold", "edited", "cached")]
             for row in result["rows"]]
    return ("Until the rules could run (`rules_scale.sh`), seconds of processor time, in parentheses of the clock.\n\n"
            + table(["rules", "expressions", "cold", "edited", "from cache"], lines))


def memory(context):
    text = script(context, "caption_streams.sh", context.options.streams, SUPPORT / "packs")
    rows = numbers(table_rows(text, STREAMS), ["what"])
    full = [row for row in rows if row["what"].endswith("20, window 1024")]
    if not full or full[0]["grown_bytes"] is None:
        raise Trouble(f"caption_streams.sh does not print its table:\n{text}")
    daemon = kafka.measure(context)["rounds"][-1]["daemon"]
    return {"rules": scale(context), "daemon": daemon, "streams": rows, "window_bytes": 1024, "beside_window_bytes": full[0]["grown_bytes"] - 1024,
            "counted_beside_window_bytes": full[0]["counted_bytes"] - 1024, "printed": text}


def memory_report(result):
    lines = [[row["rules"], row["database_mib"], row["cache_mib"], row["cold_memory_mib"], row["cached_memory_mib"]] for row in result["rules"]]
    daemon = [[row["workers"], *(f"{row[name] / 1024:.0f}" for name in ("rss_before_kb", "rss_after_kb", "rss_most_kb"))] for row in result["daemon"]]
    return ("Rules (`rules_scale.sh`), MiB; memory is the most that a process had that only loads them:\n\n"
            + table(["rules", "database", "cache file", "memory, cold", "memory, from cache"], lines)
            + f"\nThe daemon, with {kafka.RULES:,} rules, that worked off a backlog of {result['daemon'][0]['posts']:,} posts, MiB:\n\n"
            + table(["workers", "before the first post", "after the last", "at most"], daemon)
            + f"\nLive caption streams (`caption_streams.sh`), bytes each:\n\n{result['printed'].strip()}\n\n"
              f"A stream with a full window of {result['window_bytes']} bytes makes the process grow by {result['beside_window_bytes']} bytes beside "
              "it.\n")
