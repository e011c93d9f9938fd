"""Labels: the meaning of a program's numbers, and the rows that hold a network's vectors.

They serve interfaces that change numbers or show units. A slider for a parameter writes the numbers
with its label, a new z determines new biases, and a drawing of the network reads the rows of a
vector. Engines do not need labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# kind: the meaning of `name`; of `which`
NUMBER_KINDS = {
    "weights": "network; step",
    "biases": "network; step",
    "zeros": "no name: the biases of tangents",
    "palette": "palette; channel: 0 L, 1 a, 2 b",
    "palette slope": "palette; channel, for its derivative",
    "cdf": "no name; index of the measured distribution",
    "cdf slope": "no name; index of the measured distribution, for its derivative",
    "parameter": "parameter of the shading",
    "input": "network/input/number, network/warp/axis/number, or network/scale",
    "latent": "part of z, such as main.z0, in a formula",
    "norm": "network/step/unit/factor or .../offset, measured on the probe",
    "statistic": "what was measured, such as mean or quantile 0.3; its index",
    "derived": "the names that it is computed from, separated by spaces",
    "literal": "no name: a number written in a formula",
}


class NumberLabel(NamedTuple):
    """The meaning of `size` numbers from index `start`. `kind` is one of `NUMBER_KINDS`, which
    defines `name` and `which`.
    """

    start: int
    size: int
    kind: str
    name: str = ""
    which: int = 0


class RowLabel(NamedTuple):
    """Rows that hold a vector of a network once `operation` has run, and until they are reused.

    Vector 0 is the inputs, vector i + 1 is made by step i. `tangent` is "", "dx" or "dy". `network`
    is the network itself or a copy of it at a shifted place.
    """

    operation: int
    row: int
    size: int
    network: str
    vector: int
    tangent: str = ""


@dataclass(frozen=True, eq=False)
class LatentBiases:
    """Biases with z in them: from `start` on in the numbers, `base` plus, for each part of z in
    order, its column of `projection` times it, in float64; then rounded to the program's precision.
    """

    start: int
    network: str
    step: int
    base: NDArray[np.float64]  # (units,)
    projection: NDArray[np.float64]  # (units, parts of z)

    def at(self, z: tuple[float, ...]) -> NDArray[np.float64]:
        """The biases for a z."""
        biases = self.base
        for i, value in enumerate(z):
            biases = biases + self.projection[:, i] * value
        return biases


@dataclass(frozen=True, eq=False)
class Labels:
    """All labels of a program, and the z that its numbers are of, by network."""

    numbers: tuple[NumberLabel, ...] = ()
    rows: tuple[RowLabel, ...] = ()
    biases: tuple[LatentBiases, ...] = ()
    z: tuple[tuple[str, tuple[float, ...]], ...] = ()
