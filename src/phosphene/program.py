"""The types between a recipe and an engine.

A `Network` is a list of steps over vectors: what every architecture makes. A `Program` is a
network, a shading and frozen statistics lowered to operations on rows of pixels: numbers only, all
that an engine knows. `assemble` turns a tape of operations into a program by giving every block of
rows its place.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Expr, Operation, Rows, Table, Tape

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


def assemble(
    tape: Tape, inputs: Rows, outputs: list[Rows | float], precision: str, shared: bool = True
) -> Program:
    """The program of a tape whose inputs stand in one block; constant outputs are filled in.

    Operations that nothing uses are left out. Blocks get rows by first fit over their lifetimes; a
    target never shares a row with a living block, so kernels may assume that rows do not overlap.
    Without `shared` every constant has a number of its own, so that programs of one structure have
    one code.
    """
    finals = [
        o if isinstance(o, Rows) else tape.emit("fill", tape.block(1), float(o)) for o in outputs
    ]
    operations, ends = _needed(tape.operations, inputs, finals)
    place = _allocate(tape.blocks, operations, ends, inputs)
    encoder = _Encoder(place, shared)
    code: list[int] = []
    for operation in operations:
        code += encoder.encode(operation)
    rows = max((at + tape.blocks[block] for block, at in place.items()), default=inputs.count)
    return Program(
        code=np.array(code, np.int32).reshape(-1, 8),
        numbers=encoder.numbers(np.float32 if precision == "f32" else np.float64),
        rows=rows,
        inputs=inputs.count,
        outputs=np.array([place[o.block] + o.start for o in finals], np.int32),
    )


def _needed(
    operations: list[Operation], inputs: Rows, finals: list[Rows]
) -> tuple[list[Operation], list[list[int]]]:
    """The operations that something uses, and for each the blocks that nobody reads after it."""
    live = {o.block for o in finals}
    kept: list[Operation] = []
    ends: list[list[int]] = []
    for operation in reversed(operations):
        _, target, operands, _ = operation
        if target.block in live:
            ending: list[int] = []
            for o in operands:
                if isinstance(o, Rows) and o.block not in live:
                    live.add(o.block)
                    if o.block != inputs.block:
                        ending.append(o.block)
            kept.append(operation)
            ends.append(ending)
    return kept[::-1], ends[::-1]


ENDLESS = 1 << 62  # rows above all blocks


def _allocate(
    sizes: list[int], operations: list[Operation], ends: list[list[int]], inputs: Rows
) -> dict[int, int]:
    place = {inputs.block: 0}
    gaps = [(sizes[inputs.block], ENDLESS)]
    for operation, ending in zip(operations, ends, strict=True):
        block = operation.target.block
        if block not in place:
            place[block] = _first_fit(gaps, sizes[block])
        for gone in ending:
            _free(gaps, place[gone], place[gone] + sizes[gone])
    return place


def _first_fit(gaps: list[tuple[int, int]], size: int) -> int:
    """The first row of the lowest gap that is large enough; takes it."""
    at = 0
    while gaps[at][1] - gaps[at][0] < size:
        at += 1
    start, end = gaps[at]
    if start + size < end:
        gaps[at] = start + size, end
    else:
        del gaps[at]
    return start


def _free(gaps: list[tuple[int, int]], start: int, end: int) -> None:
    """Put rows back among the gaps, which are in order and never touch."""
    at = bisect_left(gaps, (start, end))
    if gaps[at][0] == end:
        end = gaps.pop(at)[1]
    if at and gaps[at - 1][1] == start:
        at -= 1
        start = gaps.pop(at)[0]
    gaps.insert(at, (start, end))


class _Encoder:
    """Operations to code, collecting their numbers; a table is stored once, and equal constants
    are where they are `shared`.
    """

    def __init__(self, place: dict[int, int], shared: bool):
        self.place, self.shared = place, shared
        self.chunks: list[NDArray[np.floating] | list[float]] = []
        self.latest: list[float] = []  # constants that are in no chunk yet
        self.size = 0
        self.constants: dict[float | str, int] = {}
        self.tables: dict[int, int] = {}

    def store(self, values: NDArray[np.floating]) -> int:
        self.chunks += [self.latest, values.ravel()]
        self.latest = []
        self.size += values.size
        return self.size - values.size

    def constant(self, value: float) -> int:
        # As a key 0.0 would be -0.0, and NaN not itself.
        key = value if value and value == value else str(value)
        at = self.constants.get(key) if self.shared else None
        if at is None:
            at = self.constants[key] = self.size
            self.latest.append(value)
            self.size += 1
        return at

    def numbers(self, dtype: type[np.floating]) -> NDArray[np.floating]:
        chunks = [np.asarray(c, np.float64) for c in (*self.chunks, self.latest, [0.0])]
        with np.errstate(over="ignore", under="ignore"):
            return np.concatenate(chunks).astype(dtype)

    def row(self, operand: Rows) -> int:
        return self.place[operand.block] + operand.start

    def encode(self, operation: Operation) -> list[int]:
        name, target, operands, data = operation
        if name == "dense":
            return self._dense(operation)
        if name == "table":
            assert isinstance(data, Table) and isinstance(operands[0], Rows)
            at = self.tables.get(id(data))
            if at is None:
                at = self.tables[id(data)] = self.store(data.values)
            fields = [self.row(operands[0]), 0, 0, target.count, at, len(data.values)]
            return [INDEX["table"], self.row(target), *fields]
        code = [0, self.row(target), 0, 0, 0, target.count, 0, 0]
        kinds, row, number = "", 2, 6
        for operand in operands:
            if isinstance(operand, Rows):
                kinds += "r"
                code[row] = self.place[operand.block] + operand.start
                row += 1
            else:
                kinds += "k"
                code[number] = self.constant(operand)
                number += 1
        code[0] = VARIANTS[name, kinds]
        return code

    def _dense(self, operation: Operation) -> list[int]:
        weights, biases = operation.data  # type: ignore[misc]
        source = operation.operands[0]
        assert isinstance(source, Rows)
        fields = [self.row(source), source.count, 0, operation.target.count]
        places = [self.store(weights), self.store(biases)]
        return [INDEX["dense"], self.row(operation.target), *fields, *places]
