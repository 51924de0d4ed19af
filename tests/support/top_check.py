#!/usr/bin/env python3
"""What `weir top` shows against what the daemon says, and how it treats a terminal.

  top_check.py figures WEIR URL        one look, as text: each figure lies between two looks of ours at /api/status
  top_check.py terminal WEIR URL       keys, sizes and signals; the terminal is as before at every end
  top_check.py away WEIR URL COMMAND   the daemon, which COMMAND runs, goes away and comes back
"""
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import termios
import time
import unicodedata
import urllib.request

from terminal import Terminal

ENTER, LEAVE, CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


def ask(url):
    with urllib.request.urlopen(url + "/api/status", timeout=10) as answer:
        return json.load(answer)


def rules_of(status):
    """{rule: [review, overflow, shadow]}"""
    rules = {}
    for row in status["flags"]:
        counts = rules.setdefault(row["rule"], [0, 0, 0])
        counts[["review", "overflow", "shadow"].index(row["output"])] += row["flags"]
    return rules


def figures(weir, url):
    before = ask(url)
    text = subprocess.run([weir, "top", "--once", "--url", url], check=True, capture_output=True, text=True).stdout
    after = ask(url)
    assert "\x1b" not in text, text
    checked = 0
    for words, counter in [("since the start", "messages"), ("partitions?", "partitions"), ("to review", "flags"), ("in overflow", "overflow_flags"),
                           ("in shadow", "shadow_flags"), ("repeats", "repeats"), ("dead letters", "dead_letters"), ("inconclusive", "inconclusive"),
                           ("truncated", "truncated"), ("records", "delivered"), ("retried", "retried")]:
        found = re.search(rf"([0-9,]+) {words}(  |$)", text, re.M)
        assert found, f"no '{words}' in:\n{text}"
        value = int(found[1].replace(",", ""))
        assert before["counts"][counter] <= value <= after["counts"][counter], (counter, before["counts"][counter], value, after["counts"][counter])
        checked += 1
    ruleset = before["ruleset"]
    for words in [f"generation {ruleset['generation']}  {ruleset['rules']} rules", f"sha256 {ruleset['sha256']}", before["delivery"], before["version"], url,
                  f"{before['working']} of {before['workers']} worker", "at work", "not read yet"]:
        assert words in text, f"no '{words}' in:\n{text}"
        checked += 1
    low, high = rules_of(before), rules_of(after)
    shown = re.findall(r"^ *([0-9,]+) +[0-9.,-]+ +[0-9,]+ +([0-9,]+) +([0-9,]+)  (?:low|medium|high|critical) +(\S+)$", text, re.M)
    assert len(shown) >= min(20, len(low)), f"{len(shown)} of {len(low)} rules in:\n{text}"
    for *counts, rule in shown:
        for i, value in enumerate(int(count.replace(",", "")) for count in counts):
            assert low.get(rule, [0, 0, 0])[i] <= value <= high[rule][i], (rule, i, value)
            checked += 1
    print(f"top: {checked} figures of one look are those of /api/status, {len(shown)} rules among them")


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


def open_top(weir, url, **more):
    terminal = Terminal([weir, "top", "--url", url, "--every", "200ms"], **more)
    terminal.wait_for("q quit")
    return terminal


def check_end(terminal, what, shell):
    assert terminal.end() == 0, what
    assert terminal.output.count(ENTER) == terminal.output.count(LEAVE), what
    assert LEAVE in terminal.output[terminal.output.rindex(ENTER):] and CURSOR in terminal.output[terminal.output.rindex(ENTER):], what
    assert terminal.modes() == shell, f"{what}: the terminal's modes are not those before"


def terminal(weir, url):
    quiet = Terminal(["/bin/cat"])  # the modes of a terminal that nobody changed
    shell = quiet.modes()
    quiet.press("\x04")
    quiet.end()

    top = open_top(weir, url)
    assert not top.modes()[3] & (termios.ECHO | termios.ICANON), "keys are shown, or wait for a line"
    assert COLOUR.search(top.output), "no colour"
    top.press("p")
    top.wait_for("paused")
    top.resize(60, 20)  # nothing else makes it draw now
    top.wait_for("\x1b[20;1H")
    top.press("p")
    top.wait_for("p pause")
    top.press("\t")
    top.wait_for("sort: /min")
    top.press("\x1b[A")
    top.wait_for("sort: flags")
    for columns, rows in [(40, 30), (120, 40), (80, 24)]:
        top.resize(columns, rows)
        top.wait_for(f"\x1b[{rows};1H")
        top.wait_for_frame()
        lines = top.frame()
        assert len(lines) <= rows and all(width(line) <= columns for line in lines[:-1]), (columns, rows, lines)
    top.press("q")
    check_end(top, "q", shell)

    for what, end in [("Ctrl-C", lambda top: top.press("\x03")), ("SIGTERM", lambda top: os.kill(top.pid, signal.SIGTERM)),
                      ("SIGHUP", lambda top: os.kill(top.pid, signal.SIGHUP))]:
        top = open_top(weir, url)
        end(top)
        check_end(top, what, shell)

    top = open_top(weir, url)
    top.press("\x1a")
    assert top.wait_stopped(), "Ctrl-Z does not stop it"
    top.read(0.5)
    assert top.output.rstrip().endswith(LEAVE) and top.modes() == shell, "Ctrl-Z leaves the terminal changed"
    os.kill(top.pid, signal.SIGCONT)
    top.wait_for(ENTER.decode())
    top.wait_for("q quit")
    top.press("q")
    check_end(top, "after Ctrl-Z", shell)

    plain = open_top(weir, url, NO_COLOR="1")
    plain.press("q")
    check_end(plain, "NO_COLOR", shell)
    assert not COLOUR.search(plain.output), "colour in spite of NO_COLOR"

    dumb = Terminal([weir, "top", "--url", url], TERM="dumb")
    assert dumb.end() == 0 and b"\x1b" not in dumb.output and b"messages" in dumb.output, "a dumb terminal is not spared"
    print("top: keys, three sizes, five ends and Ctrl-Z; the terminal was as before each time")


def start(command, url):
    daemon = subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(900):
        try:
            ask(url)
            return daemon
        except OSError:
            time.sleep(0.1)
    daemon.kill()
    raise AssertionError("the daemon does not start")


def away(weir, url, command):
    daemon = start(command, url)
    try:
        top = open_top(weir, url)
        top.wait_for("no broker answers")
        daemon.kill()
        daemon.wait()
        top.wait_for("not reachable since ")
        top.wait_for_frame()
        assert any(re.search(r"not reachable since \d\d:\d\d:\d\d  Connection refused", line) for line in top.frame()), top.frame()
        daemon = start(command, url)
        top.wait_for("no broker answers")
        top.wait_for_frame()
        assert not any("not reachable" in line for line in top.frame()), top.frame()
        top.press("q")
        assert top.end() == 0
    finally:
        daemon.kill()
        daemon.wait()
    print("top: a daemon that went away and came back was waited for")


if __name__ == "__main__":
    {"figures": figures, "terminal": terminal, "away": away}[sys.argv[1]](*sys.argv[2:])
