"""Named, counter-based random streams.

A stream is a pure function of a seed, a name and a position, so adding a draw somewhere never
shifts another, and a unit's weights do not depend on the number of other units. Stream names are
part of the recipe format: once released they never change.

Words come from Philox 4x64-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"),
NumPy's bit generator. Its raw words are stable between versions of NumPy; NumPy's distributions are
not, and are never used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact

Array = NDArray[np.float64]
Seed = int | str
Keys = Mapping[str, str]  # in place of a seed: names of streams, and their keys in hexadecimal
AnySeed = Seed | Keys

# Each row of a table starts this many words after the one before; no layer is wider.
ROW = 1 << 32


@dataclass(frozen=True)
class Stream:
    """The random numbers of one name under one seed.

    With a table of `Keys` in place of a seed, a stream in the table has the numbers of the seed
    that the table was made from. Others have numbers of their own, derived from the whole table.
    """

    seed: AnySeed
    name: str

    def child(self, name: str) -> Stream:
        return Stream(self.seed, f"{self.name}/{name}")

    def _generator(self) -> np.random.Philox:
        return np.random.Philox(key=np.frombuffer(self.key_bytes, "<u8").astype(np.uint64))

    @property
    def key(self) -> tuple[int, int]:
        """The key of the Philox generator."""
        held = self.key_bytes
        return int.from_bytes(held[:8], "little"), int.from_bytes(held[8:], "little")

    @property
    def key_bytes(self) -> bytes:
        """The key as 16 bytes, little-endian words: all that the numbers depend on."""
        seed: Seed | str
        if isinstance(self.seed, Mapping):
            known = self.seed.get(self.name)
            if known is not None:
                return bytes.fromhex(known)
            seed = ",".join(f"{name}={self.seed[name]}" for name in sorted(self.seed))
        else:
            seed = self.seed
        return hashlib.sha256(f"phosphene:{seed}:{self.name}".encode()).digest()[:16]

    def words(self, count: int, row: int = 0) -> NDArray[np.uint64]:
        """`count` raw 64-bit words of one row; the first words do not depend on `count`."""
        bits = self._generator()
        if row:
            bits.advance(row * (ROW // 4))
        return bits.random_raw(count)

    def table(self, rows: int, columns: int) -> Array:
        """Uniform numbers in (0, 1), shape (rows, columns); no entry depends on either size."""
        bits = self._generator()
        words = np.empty((rows, columns), np.uint64)
        blocks = -(-columns // 4)
        for row in range(rows):
            words[row] = bits.random_raw(4 * blocks)[:columns]
            bits.advance(ROW // 4 - blocks)
        return open_unit(words)

    def uniform(self, count: int, low: float = 0.0, high: float = 1.0) -> Array:
        """`count` numbers in (low, high)."""
        return low + (high - low) * open_unit(self.words(count))

    def normal(self, count: int) -> Array:
        """`count` draws from N(0, 1)."""
        return normal_quantile(open_unit(self.words(count)))

    def pick(self, count: int, choices: int) -> NDArray[np.int64]:
        """`count` indices in 0..choices-1."""
        return np.floor(self.uniform(count) * choices).astype(np.int64)


def seed_text(seed: AnySeed) -> str:
    """A seed in words; "" for a table of keys, which has no name."""
    return "" if isinstance(seed, Mapping) else str(seed)


def open_unit(words: NDArray[np.uint64]) -> Array:
    """Words as numbers in (0, 1): the top 52 bits plus half a step, so neither end occurs."""
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


# Wichura 1988, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (PPND16).
_CENTRE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_MIDDLE = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
     1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
     4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
     0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
     2.05319162663775882187, 1.0),
)  # fmt: skip
_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
     0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
     5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
     0.59983220655588793769, 1.0),
)  # fmt: skip


def normal_quantile(p: Array) -> Array:
    """The z with P(N(0,1) < z) = p, for p in (0, 1); relative error about 1e-15."""
    q = p - 0.5
    tail = np.sqrt(-exact.log(np.minimum(p, 1 - p)))
    centre = q * _ratio(_CENTRE, 0.180625 - q * q)
    outer = _ratio(_MIDDLE, tail - 1.6)
    if np.any(tail > 5):  # once in 36 billion draws
        outer = np.where(tail <= 5, outer, _ratio(_TAIL, tail - 5))
    return np.where(np.abs(q) <= 0.425, centre, np.where(q < 0, -outer, outer))


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    return _horner(coefficients[0], x) / _horner(coefficients[1], x)


def _horner(coefficients: tuple[float, ...], x: Array) -> Array:
    value = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        value = value * x + c
    return value
