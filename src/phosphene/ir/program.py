"""The types between a recipe and an engine.

A `Network` is a list of steps over vectors: what every architecture makes. A `Program` is a
network, a shading and frozen statistics lowered to operations on rows of pixels: numbers only, all
that an engine knows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Expr

Floats = NDArray[np.float64]

# ---- networks: steps over vectors. Vector 0 is the inputs; step i makes vector i + 1.


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


# ---- programs: operations on rows

OPERATIONS = (
    "add", "add_k", "sub", "sub_k", "k_sub", "mul", "mul_k", "div", "div_k", "k_div",
    "minimum", "minimum_k", "maximum", "maximum_k", "less", "less_k", "k_less",
    "select", "select_k", "select_rk", "select_kk",
    "abs", "floor", "round", "sqrt", "exp2", "log2", "sin", "cos",
    "tanh", "sigmoid", "gauss", "softplus", "copy", "fill", "table",
    "dense", "sort", "softmax", "logsoftmax", "layer_norm",
)  # fmt: skip

FUSED = frozenset({"tanh", "sigmoid", "gauss", "softplus"})
COMMUTATIVE = frozenset({"add", "mul", "minimum", "maximum"})
INDEX = {name: index for index, name in enumerate(OPERATIONS)}


def _variants() -> dict[tuple[str, str], int]:
    """The operation by name and kinds of its operands, r for rows and k for a constant."""
    found = {(name, "r" * count): INDEX[name] for name in OPERATIONS for count in (1, 2, 3)}
    for name in OPERATIONS:
        if f"{name}_k" in INDEX and name != "select":
            found[name, "rk"] = INDEX[f"{name}_k"]
            found[name, "kr"] = INDEX[f"{name}_k" if name in COMMUTATIVE else f"k_{name}"]
    odd = {
        ("fill", "k"): "fill", ("layer_norm", "rk"): "layer_norm",
        ("select", "rrk"): "select_rk", ("select", "rkr"): "select_k",
        ("select", "rkk"): "select_kk",
    }  # fmt: skip
    return found | {kinds: INDEX[name] for kinds, name in odd.items()}


VARIANTS = _variants()


@dataclass(frozen=True)
class Program:
    """Straight-line code over rows of pixels.

    `code` is int32 of shape (operations, 8): operation, target row, source rows a, b, c, count, i,
    j. Element-wise operations work on `count` rows; `i` and `j` place their constants in `numbers`.
    dense: a = source row, b = inputs, count = outputs, i = weights (outputs x inputs), j = biases.
    table: i = first entry, j = entries. `numbers` is float32, or float64 for precision f64. Rows
    0.. hold the inputs (x, y); `outputs` are the rows of the picture.
    """

    code: NDArray[np.int32]
    numbers: NDArray[np.floating]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]

    @property
    def cost(self) -> int:
        """Roughly how many multiply-adds a pixel takes."""
        dense = self.code[:, 0] == INDEX["dense"]
        count = self.code[:, 5].astype(np.int64)
        return int((count * np.where(dense, self.code[:, 3], 16)).sum()) + 1

    @property
    def channels(self) -> int:
        return len(self.outputs)

    @cached_property
    def digest(self) -> str:
        """sha256 of everything above."""
        parts = hashlib.sha256(f"{self.rows} {self.inputs} {self.numbers.dtype}".encode())
        for array in (self.code, self.numbers, self.outputs):
            parts.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
        return parts.hexdigest()
