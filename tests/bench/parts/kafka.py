"""kafka: the daemon on a real Kafka against a bare librdkafka consumer of the same topic and bare hs_scan of the same texts; one worker and two."""
import os

from .broker import POSTS, Broker, Daemon
from .context import median, stages, table

RULES = 1000
FLAGGED = 0.001
WORKERS = [1, 2]
CORE_FREE = 0.95  # of a core, which each worker must have had, or the machine was not free


def bare_consumer(context, broker):
    words = context.run(context.program("bare_consumer"), broker.bootstrap, POSTS, context.options.posts).split()
    messages, size, processor, seconds = int(words[0]), int(words[1]), float(words[2]), float(words[3])
    return {"posts": messages, "bytes_per_post": size / messages, "processor_s": processor, "processor_ns": 1e9 * processor / messages,
            "seconds": seconds, "posts_per_second": messages / max(seconds, 1e-9)}


def daemon(context, broker, workers):
    with Daemon(context, broker, context.rules(RULES), workers) as running:
        return {"workers": workers, **running.read_all(context.options.posts, int(context.options.posts * FLAGGED + 1e-9))}


def path_in_workers(context, texts, workers):
    """Without Kafka, so that the broker takes nothing of the cores."""
    config = context.work / f"workers-{workers}.yaml"
    config.write_text(f"rules: {{cache: '{context.work / 'cache'}'}}\nworkers: {workers}\n")
    words = context.run(context.program("workers"), config, context.rules(RULES), texts, max(0.2, context.options.seconds)).split()
    messages, seconds, processor = int(words[0]), float(words[1]), float(words[2])
    return {"workers": workers, "posts": messages, "posts_per_second": messages / seconds, "processor_ns": 1e9 * processor / messages,
            "cores_had": processor / seconds}


def measure_round(context, broker, texts):
    found = {"bare_consumer": bare_consumer(context, broker), "bench": context.weir_bench(context.rules(RULES), texts),
             "daemon": [daemon(context, broker, workers) for workers in WORKERS],
             "path": [path_in_workers(context, texts, workers) for workers in WORKERS]}
    scan = stages(found["bench"])["bare_hs_scan"]["cpu_ns_per_item"]
    floor = found["bare_consumer"]["processor_ns"] + scan
    one, two = found["path"]
    found.update(bare_hs_scan_ns=scan, daemon_of_floor=[row["processor_ns"] / floor for row in found["daemon"]],
                 path_two_of_one=two["posts_per_second"] / one["posts_per_second"],
                 path_two_of_one_by_processor=2 * one["processor_ns"] / two["processor_ns"],
                 path_cores_had=min(one["cores_had"], two["cores_had"] / 2),
                 daemon_two_of_one=found["daemon"][1]["posts_per_second"] / found["daemon"][0]["posts_per_second"])
    return found


def measure(context):
    """Rounds in which all take turns; figures are medians over the rounds, ratios medians of the rounds' ratios."""
    def make():
        with Broker(context) as broker:
            sample = broker.fill("--count", context.options.posts, "--flagged", FLAGGED)
            texts = context.work / "kafka-sample.ndjson"
            texts.write_bytes(sample)
            rounds = [measure_round(context, broker, texts) for _ in range(context.options.rounds)]
        return {"rounds": rounds, "cores": os.cpu_count(), "median": medians(rounds)}
    return context.once("kafka", make)


def medians(rounds):
    def of(*keys):
        values = []
        for found in rounds:
            for key in keys:
                found = found[key]
            values.append(found)
        return median(values)
    figures = ("processor_ns", "posts_per_second")
    made = {key: of(key) for key in ("bare_hs_scan_ns", "path_two_of_one", "path_two_of_one_by_processor", "path_cores_had", "daemon_two_of_one")}
    made["bytes_per_post"] = of("bare_consumer", "bytes_per_post")
    made["bare_consumer"] = {key: of("bare_consumer", key) for key in figures}
    made["daemon_of_floor"] = [of("daemon_of_floor", place) for place in range(len(WORKERS))]
    for what in ("daemon", "path"):
        made[what] = [{"workers": workers, **{key: of(what, place, key) for key in figures}} for place, workers in enumerate(WORKERS)]
    return made


def report(result):
    made, first = result["median"], result["rounds"][0]
    bare = made["bare_consumer"]
    lines = [["a bare consumer", f"{bare['processor_ns']:.0f}", f"{bare['posts_per_second']:,.0f}", ""],
             ["bare hs_scan", f"{made['bare_hs_scan_ns']:.0f}", "", ""]]
    for place, row in enumerate(made["daemon"]):
        lines.append([f"the daemon, {row['workers']} worker{'s' * (row['workers'] > 1)}", f"{row['processor_ns']:.0f}",
                      f"{row['posts_per_second']:,.0f}", f"{made['daemon_of_floor'][place]:.2f}"])
    for row in made["path"]:
        lines.append([f"the path without Kafka, {row['workers']} worker{'s' * (row['workers'] > 1)}", f"{row['processor_ns']:.0f}",
                      f"{row['posts_per_second']:,.0f}", ""])
    shares = ", ".join(f"{found['daemon_of_floor'][0]:.2f}" for found in result["rounds"])
    had = "cores to themselves"
    if made["path_cores_had"] < CORE_FREE:
        had = f"{100 * made['path_cores_had']:.0f} % of the processor time that free cores would have given them"
    return (f"{first['bare_consumer']['posts']:,} posts of {made['bytes_per_post']:.0f} bytes, {100 * FLAGGED:g} % flagged, {RULES:,} rules, one "
            f"broker on the same {result['cores']} cores; medians of {len(result['rounds'])} round(s). *Of the sum*: against a bare consumer and "
            "bare hs_scan together.\n\n" + table(["what", "processor, ns a post", "posts a second", "of the sum"], lines)
            + f"\nOf the sum, one worker, round by round: {shares}. On two workers the path has {made['path_two_of_one']:.2f} times the throughput of "
              f"one ({made['path_two_of_one_by_processor']:.2f} by processor time), the daemon, which shares its cores with the broker, "
              f"{made['daemon_two_of_one']:.2f} times. The path's workers had {had}.\n")
