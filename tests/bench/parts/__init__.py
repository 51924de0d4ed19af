"""The sections of tests/bench/run.py: each module measures, returns plain numbers, and makes a table of them."""
