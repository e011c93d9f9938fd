"""Labels: what the numbers of a program are, and which rows hold a network's vectors.

They are for whoever changes numbers or shows units: a slider of a parameter writes the numbers
whose label names it, a new z gives new biases, a drawing of the network reads the rows of a vector.
Engines need none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# kind: what `name` and `which` say
NUMBER_KINDS = {
    "weights": "network; step",
    "biases": "network; step",
    "zeros": "nothing: the biases of tangents",
    "palette": "palette; channel: 0 L, 1 a, 2 b",
    "palette slope": "palette; channel, of its derivative",
    "cdf": "nothing; which of the measured distributions",
    "cdf slope": "nothing; which, of its derivative",
    "parameter": "parameter of the shading",
    "input": "network/input/number, network/warp/axis/number, or network/scale",
    "latent": "part of z, such as main.z0, in a formula",
    "norm": "network/step/unit/factor or .../offset, measured on the probe",
    "statistic": "what was measured, such as mean or quantile 0.3; which, in order",
    "derived": "the names that it is computed from, with spaces between them",
    "literal": "nothing: it stands in a formula",
}


class NumberLabel(NamedTuple):
    """What `size` numbers from `start` on are: one of `NUMBER_KINDS`, which says what `name` and
    `which` mean.
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
