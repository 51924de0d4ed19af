#!/usr/bin/env python3
"""Prints an unsigned JSON Web Token: bearer_token.py SUBJECT SECONDS ALGORITHM, for so long from now, whatever its header says of a signature."""
import base64
import json
import sys
import time


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


subject, seconds, algorithm = sys.argv[1:]
now = int(time.time())
print(part({"alg": algorithm}) + "." + part({"sub": subject, "iat": now, "exp": now + int(seconds)}) + ".")
