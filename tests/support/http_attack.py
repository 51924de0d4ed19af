#!/usr/bin/env python3
"""Hostile HTTP: attacks weir's port for some seconds and reports how it was answered.

http_attack.py PORT SECONDS: 1,000 connections that say nothing, slow headers a byte at a time, huge and malformed requests, in turn.
"""
import random
import socket
import sys
import threading
import time

port, seconds = int(sys.argv[1]), float(sys.argv[2])
until = time.monotonic() + seconds
answers = {}
lock = threading.Lock()


def note(what):
    with lock:
        answers[what] = answers.get(what, 0) + 1


def talk(data, wait=2.0, drip=None):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=wait) as s:
            s.settimeout(wait)
            if drip is None:
                s.sendall(data)
            else:
                for i in range(len(data)):
                    s.sendall(data[i : i + 1])
                    time.sleep(drip)
                    if time.monotonic() > until:
                        break
            reply = s.recv(64)
            note(reply.split(b" ")[1].decode() if reply.startswith(b"HTTP/") and b" " in reply else "closed" if not reply else "odd")
    except (OSError, IndexError) as error:
        note(type(error).__name__)


REQUESTS = [
    b"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100000,
    b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /" + b"a" * 200000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 20000 + b"\r\n",
    b"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /%00%ff%2e%2e HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    b"\x00" * 5000,
    b"GET\r\n\r\n",
    b"GET /metrics HTTP/9.9\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
]


def mixed(seed):
    rng = random.Random(seed)
    while time.monotonic() < until:
        talk(rng.choice(REQUESTS))


def slow():
    while time.monotonic() < until:
        talk(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1000, wait=15.0, drip=0.05)


idle = []


def open_idle():
    while time.monotonic() < until:
        try:
            idle.append(socket.create_connection(("127.0.0.1", port), timeout=1))
        except OSError:
            note("refused")
            time.sleep(0.05)
        if len(idle) > 1000:
            idle.pop(0).close()
            time.sleep(0.005)


threads = [threading.Thread(target=mixed, args=(i,)) for i in range(4)] + [threading.Thread(target=slow) for _ in range(16)]
threads.append(threading.Thread(target=open_idle))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{len(idle)} idle connections;", ", ".join(f"{count} x {what}" for what, count in sorted(answers.items())))
