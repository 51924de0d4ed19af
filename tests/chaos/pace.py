#!/usr/bin/env python3
"""pace.py COUNT SECONDS: passes on lines, COUNT of them spread over so many seconds."""
import sys
import time

count, seconds = int(sys.argv[1]), float(sys.argv[2])
block = max(1, count // 2000)
begin = time.monotonic()
for number, line in enumerate(sys.stdin.buffer):
    if number % block == 0:
        sys.stdout.buffer.flush()
        time.sleep(max(0, begin + seconds * number / count - time.monotonic()))
    sys.stdout.buffer.write(line)
sys.stdout.buffer.flush()
