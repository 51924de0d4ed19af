"""stops: how long this machine halts a thread that has a core to itself. Latency cannot be better than that, whoever is measured."""
import multiprocessing
import os
import time

STOP_NS = 1_000_000  # what a thread of such a machine is not halted for by its own interrupts
HARMFUL_SHARE = 0.005  # half of what a p99 leaves out


def watch(core, seconds):
    """Reads the clock without end on one core until it has run for so long beside its halts; (share of the time that it was halted, nanoseconds of
    the longest halt)."""
    os.sched_setaffinity(0, {core})
    ran = halted = longest = 0
    last = time.perf_counter_ns()
    while ran < seconds * 1e9:
        now = time.perf_counter_ns()
        if now - last > STOP_NS:
            halted += now - last
            longest = max(longest, now - last)
        else:
            ran += now - last
        last = now
    return halted / (halted + ran), longest


def measure(seconds):
    """Of the core that is halted most."""
    cores = sorted(os.sched_getaffinity(0))
    with multiprocessing.get_context("spawn").Pool(len(cores)) as pool:
        shares, longest = zip(*pool.starmap(watch, [(core, seconds) for core in cores]))
    return {"seconds": seconds, "share": max(shares), "longest_ms": max(longest) / 1e6}


def report(stops):
    text = (f"Before anything was measured, a thread that did nothing but read the clock, on each core until it had run {stops['seconds']:g} s, was halted for "
            f"{100 * stops['share']:.1f} % of the time, up to {stops['longest_ms']:.1f} ms at once.")
    return text + (" **So the machine itself is a part of every p99 below.**" if stops["share"] > HARMFUL_SHARE else "")
