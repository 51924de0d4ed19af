#!/usr/bin/env python3
"""Does what deploy/container/Dockerfile says, step by step, without Docker, and then starts the image as deploy/container/compose.yaml does.

  tests/deploy/dockerfile.py [--tests] [--keep]     as root; needs debootstrap, util-linux, iproute2 and a Debian mirror

The image debian:trixie-slim is a debootstrapped Debian 13; each stage is a copy of it in which the steps run in namespaces of their own.
Then, not root, without capabilities, on a root that is read-only and without a network: the version, the demo, and the daemon of compose.yaml
whose HEALTHCHECK must succeed and which must end by STOPSIGNAL. --tests also builds and runs the unit and property tests in the first stage;
--keep leaves the stages and says where. Exit status: 0, 1 something is wrong, 2 usage, 3 the environment.

It writes to a folder under ${TMPDIR:-/tmp} that it deletes, and keeps the Debian in WEIR_TEST_CACHE (default ${XDG_CACHE_HOME:-~/.cache}/weir-tests).
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import image_run
import image_steps

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy/container/Dockerfile"
TESTS = """deploy/install-dependencies.sh --tests && cmake --preset ci && cmake --build --preset ci &&
           ctest --test-dir build/ci -R '^(unit|property)_' --output-on-failure --no-tests=error"""


def say(text):
    print(f"dockerfile: {text} ({time.monotonic() - START:.0f} s)", flush=True)


def check(image):
    """The image, started as it will be."""
    say(f"weir --version: {image.output('weir --version').splitlines()[0]}")
    image.expect("id -u; id -g", "10001\n10001\n")
    image.refuses("touch /usr/bin/x /etc/x /x 2>/dev/null")
    image.output("touch /tmp/x && touch /var/cache/weir/x && rm /tmp/x /var/cache/weir/x")
    demo = image.output("weir demo --seconds 12")
    assert ">>" in demo and "flags by category" in demo, f"the demo shows no flag:\n{demo}"
    say(f"weir demo: {demo.count('>>')} marked lines")
    image.output("weir check -c /etc/weir/weir.yaml")
    say("weir check: the configuration of compose.yaml is right")
    image.daemon(say)


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("-h", "--help", action="store_true")
    arguments = parser.parse_args()
    if arguments.help:
        print(__doc__)
        return 0
    work = pathlib.Path(tempfile.mkdtemp(prefix="weir-image.", dir=os.environ.get("TMPDIR")))
    try:
        stages = image_steps.build(DOCKERFILE, ROOT, work, say)
        check(image_run.Image(stages[-1], {"/etc/weir/weir.yaml": ROOT / "deploy/container/weir.yaml"}))
        if arguments.tests:
            say("the unit and property tests, in the first stage")
            image_steps.run(stages[0], TESTS)
            say("they pass")
        return 0
    except image_steps.Unavailable as error:
        print(f"dockerfile: {error}", file=sys.stderr)
        return 3
    except (AssertionError, ValueError, subprocess.SubprocessError) as error:
        print(f"dockerfile: FAILED: {error}", file=sys.stderr)
        return 1
    finally:
        if arguments.keep:
            print(f"dockerfile: kept {work}", flush=True)
        else:
            shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    START = time.monotonic()
    sys.exit(main())
