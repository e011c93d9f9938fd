"""Void and cluster: makes the ranks that `phosphene.raster.blue_noise` ships.

`python -m tests.blue_noise` writes them into that file (a second).
"""

from __future__ import annotations

import base64
import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.core import exact
from phosphene.core.rng import Stream
from phosphene.raster import blue_noise

SIDE, SIGMA, FIRST = 64, 1.9, 410  # a tenth of all dots make the first pattern
FIXED = 2.0**40  # energies are whole numbers, so that the order of sums does not matter


def void_and_cluster() -> Any:
    """Ranks 0..4095, shape (64, 64): the first n are dots spread evenly, for every n.

    Ulichney 1993, "The void-and-cluster method for dither array generation". The filter is linear,
    so the tightest cluster of zeros is the largest void between ones, and his third phase goes
    on as the second.
    """
    energy, dots = np.zeros((SIDE, SIDE), np.int64), np.zeros((SIDE, SIDE), bool)
    spread = _gaussian()

    def put(at: int, sign: int) -> None:
        place = divmod(at, SIDE)
        dots[place] = sign > 0
        np.add(energy, sign * np.roll(spread, place, (0, 1)), out=energy)

    def cluster() -> int:
        return int(np.where(dots, energy, -1).argmax())

    def void() -> int:
        return int(np.where(dots, 1 << 62, energy).argmin())

    for at in np.argsort(Stream("phosphene", "blue-noise").words(SIDE * SIDE))[:FIRST]:
        put(int(at), 1)
    while True:
        removed = cluster()
        put(removed, -1)
        found = void()
        put(found, 1)
        if found == removed:
            break
    ranks, first = np.empty(SIDE * SIDE, np.uint16), (energy.copy(), dots.copy())
    for rank in range(FIRST - 1, -1, -1):
        at = cluster()
        ranks[at] = rank
        put(at, -1)
    energy, dots = first
    for rank in range(FIRST, SIDE * SIDE):
        at = void()
        ranks[at] = rank
        put(at, 1)
    return ranks.reshape(SIDE, SIDE)


def _gaussian() -> Any:
    """The energy of a dot at place (0, 0) of a torus."""
    away = np.minimum(np.arange(SIDE), SIDE - np.arange(SIDE)).astype(np.float64)
    falls = exact.exp(-(away * away) / (2 * SIGMA * SIGMA))
    return np.floor(falls[:, None] * falls * FIXED + 0.5).astype(np.int64)


def main() -> None:
    file = Path(blue_noise.__file__)
    text = base64.b64encode(void_and_cluster().astype("<u2").tobytes()).decode()
    block = "\n".join(textwrap.wrap(text, 96))
    source = file.read_text(encoding="utf-8")
    made, found = re.subn(r'(?s)(TEXT = """\\\n).*?(\n""")', rf"\g<1>{block}\2", source)
    assert found == 1
    file.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
