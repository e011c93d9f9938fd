"""Networks: steps over vectors, which is what every architecture makes of a recipe.

Vector 0 is the inputs; step i makes vector i + 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Expr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """weights @ source + biases (+ latent @ z). Weights have shape (units, inputs).

    `norm` is what build still has to do: "frozen" scales every unit to mean 0 and spread `gain` on
    the probe, "batch" to mean 0 and spread 1; None leaves the numbers as they are.
    """

    source: int
    weights: Floats
    biases: Floats
    latent: Floats | None = None
    norm: str | None = None
    gain: float = 1.0


@dataclass(frozen=True)
class Activate:
    """An activation per unit: runs of (name, first unit, count)."""

    source: int
    runs: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Across:
    """An operation over all units of a vector, such as sort, softmax or layer norm."""

    source: int
    name: str
    tiny: float = 1e-5  # added to the variance by a layer norm


@dataclass(frozen=True)
class Standardise:
    """(source - mean) / spread, measured on the probe: per unit, or with one spread for all
    (`together`), so that their proportions stay.
    """

    source: int
    together: bool = False


@dataclass(frozen=True)
class Stretch:
    """source * factors + offsets, per unit."""

    source: int
    factors: Floats
    offsets: Floats


@dataclass(frozen=True)
class Join:
    """The vectors one after the other."""

    sources: tuple[int, ...]


@dataclass(frozen=True)
class Add:
    """(first + second) * factor."""

    first: int
    second: int
    factor: float = 1.0


Step = Affine | Activate | Across | Standardise | Stretch | Join | Add


@dataclass(frozen=True)
class Network:
    """Inputs as formulas of the plane (x, y) and of earlier fields, then steps; the last is the
    output.

    `copy_of` names the network whose copy this is, at another place and with the same z.
    """

    name: str
    inputs: tuple[Expr, ...]
    steps: tuple[Step, ...]
    latent_size: int = 0
    copy_of: str | None = None

    def widths(self) -> list[int]:
        """Units of every vector, inputs first."""
        widths = [len(self.inputs)]
        for step in self.steps:
            match step:
                case Affine():
                    widths.append(len(step.biases))
                case Join():
                    widths.append(sum(widths[s] for s in step.sources))
                case Add():
                    widths.append(widths[step.first])
                case _:
                    widths.append(widths[step.source])
        return widths

    def layers(self) -> list[int]:
        """Units of every affine layer, in order; the last is the output."""
        return [len(s.biases) for s in self.steps if isinstance(s, Affine)]

    def parameters(self) -> int:
        """How many weights and biases the network has."""
        affine = [s for s in self.steps if isinstance(s, Affine)]
        latent = sum(s.latent.size for s in affine if s.latent is not None)
        return latent + sum(s.weights.size + s.biases.size for s in affine)
