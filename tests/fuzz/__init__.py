"""Fuzzers: random recipes, formulas, files and command lines, in a bounded time.

    python -m tests.fuzz --seconds 60 --seed 1
    python -m tests.fuzz --replay fuzz-failures/file-1-000123.png

Every input must be used or refused, with an error of Phosphene: no traceback, no crash, and no more
time and memory than `bounds.py` allows. A failing input is kept as a file.
"""
