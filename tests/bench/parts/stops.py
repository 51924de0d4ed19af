"""stops: how long this machine halts a thread that has a core to itself. Latency cannot be better than that, whoever is measured."""
import multiprocessing
import os
import time

STOP_NS = 1_000_000  # what a thread of such a machine is not halted for by its own interrupts
HARMFUL_SHARE = 0.005  # half of what a p99 leaves out


def watch(core, seconds):
    """Reads the clock without end on one core; (nanoseconds that it was halted, the longest halt)."""
    os.sched_setaffinity(0, {core})
    stops = []
    last = time.perf_counter_ns()
    end = last + int(seconds * 1e9)
    while last < end:
        now = time.perf_counter_ns()
        if now - last > STOP_NS:
            stops.append(now - last)
        last = now
    return sum(stops), max(stops, default=0)


def measure(seconds):
    """Of the core that is halted most."""
    cores = sorted(os.sched_getaffinity(0))
    with multiprocessing.get_context("spawn").Pool(len(cores)) as pool:
        halted, longest = zip(*pool.starmap(watch, [(core, seconds) for core in cores]))
    return {"seconds": seconds, "share": max(halted) / (seconds * 1e9), "longest_ms": max(longest) / 1e6}


def report(stops):
    text = (f"Before anything was measured, a thread that did nothing but read the clock, on each core for {stops['seconds']:g} s, was halted for "
            f"{100 * stops['share']:.1f} % of the time, up to {stops['longest_ms']:.1f} ms at once.")
    return text + (" **So the machine itself is a part of every p99 below.**" if stops["share"] > HARMFUL_SHARE else "")
