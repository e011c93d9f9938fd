"""python -m tests.fuzz: see the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.fuzz.kinds import KINDS
from tests.fuzz.worker import Counts, replay, watch

FAILURES = Path("fuzz-failures")


def main(arguments: list[str] | None = None) -> int:
    """0 if nothing failed, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1, help="the same inputs for the same seed")
    parser.add_argument("--failures", type=Path, default=FAILURES, help="folder of failing inputs")
    parser.add_argument("--until-failed", action="store_true", help="end at the first failure")
    parser.add_argument("--replay", type=Path, help="run one input that failed")
    given = parser.parse_args(arguments)
    if given.replay:
        why = replay(given.replay)
        print(why or "nothing wrong")
        return int(bool(why))
    counts = watch(given.seconds, given.seed, given.failures, given.until_failed)
    print(table(counts))
    failed = sum(counts[f"{kind} failed"] for kind in KINDS)
    if failed:
        print(f"{failed} inputs failed; see {given.failures}/")
    return int(bool(failed))


def table(counts: Counts) -> str:
    """How many inputs of each kind were run, used and refused, and how many failed."""
    lines = [f"{'':10}{'inputs':>10}{'used':>10}{'refused':>10}{'failed':>10}"]
    for kind in KINDS:
        inputs, used, failed = (counts[f"{kind} {what}"] for what in ("inputs", "used", "failed"))
        refused = inputs - used - failed
        lines.append(f"{kind:10}{inputs:10,}{used:10,}{refused:10,}{failed:10,}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
