"""Files, changed where that reaches new code: the coverage guidance of atheris (libFuzzer).

    python -m tests.fuzz.guided --seconds 60

Where atheris is not installed, it says so and exits with 1. A failing input is kept in
fuzz-failures/, as `python -m tests.fuzz --replay` reads it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ImportError:  # it has wheels for some systems only
    sys.exit("atheris is not installed here; skipped the guided fuzzer")

READERS = ["phosphene.files", "phosphene.recipe", "phosphene.core"]
with atheris.instrument_imports(include=READERS):  # only what is imported in here has coverage
    from tests.fuzz import files
    from tests.fuzz.bounds import wrong
    from tests.fuzz.worker import keep

    files.corpus()  # imports the readers and writers, which are loaded on first use

FAILURES = Path("fuzz-failures")


def main() -> None:
    """Fuzz until the time is over, or an input has failed; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp())
    for number, (suffix, body) in enumerate(files.corpus()):
        (place / str(number)).write_bytes(suffix.encode().ljust(8) + body)

    def each(data: bytes) -> None:
        why = wrong(files.read_only, data, place)[1]
        if why:
            raise RuntimeError(f"{why}\nkept in {keep('file', data, 'guided', why, FAILURES)}")

    options = [f"-max_total_time={given.seconds}", f"-seed={given.seed}", "-max_len=20000"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(place)], each)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
