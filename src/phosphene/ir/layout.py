"""Layouts: programs without their numbers.

`lay_out` turns a tape of operations into a layout by giving every block of rows its place;
`Layout.program` puts numbers in, those of its making or others. `assemble` does both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Made, Operation, Rows, Symbol, Table, Tape, fold_quickly
from phosphene.ir.program import INDEX, VARIANTS, Affine, Floats, Program


class Dense(NamedTuple):
    """What a dense operation multiplies with: the numbers of step `number` of network `owner`.

    `joined`: z stands in rows below the inputs; else `z` goes into the biases. Of a tangent, which
    is `still`, there are no biases.
    """

    step: Affine
    owner: str = ""
    number: int = -1
    joined: bool = False
    still: bool = False
    z: tuple[float, ...] = ()

    def arrays(self) -> tuple[Floats, Floats]:
        weights, latent = self.step.weights, self.step.latent
        if self.joined and latent is not None and not self.still:
            weights = np.hstack([weights, latent])
        if self.still:
            return weights, np.zeros(len(weights))
        biases = self.step.biases
        if latent is not None:
            for i, value in enumerate(self.z):
                biases = biases + latent[:, i] * value
        return weights, biases


def assemble(
    tape: Tape, inputs: Rows, outputs: list[Rows | float], precision: str, shared: bool = True
) -> Program:
    """The program of a tape, as `lay_out` says.

    Without `shared` every constant has a number of its own, so that programs of one structure have
    one code.
    """
    return lay_out(tape, inputs, outputs).program(precision, shared)


def lay_out(tape: Tape, inputs: Rows, outputs: list[Rows | float]) -> Layout:
    """Everything of a program but its numbers; inputs stand in one block, constant outputs are
    filled in.

    Operations that nothing uses are left out. Blocks get rows by first fit over their lifetimes; a
    target never shares a row with a living block, so kernels may assume that rows do not overlap.
    """
    finals = [
        o if isinstance(o, Rows) else tape.emit("fill", tape.block(1), float(o)) for o in outputs
    ]
    operations, _ = _needed(tape.operations, inputs, finals)
    operations, finals = _without_copies(operations, tape.blocks, inputs, finals)
    operations, ends = _needed(operations, inputs, finals)
    place = _allocate(tape.blocks, operations, ends, inputs)
    encoder = _Encoder(place)
    code: list[int] = []
    for operation in operations:
        code += encoder.encode(operation)
    rows = max((at + tape.blocks[block] for block, at in place.items()), default=inputs.count)
    return Layout(
        code=np.array(code, np.int32).reshape(-1, 8),
        entries=encoder.entries,
        uses=np.array(encoder.uses, np.int64),
        rows=rows,
        inputs=inputs.count,
        outputs=np.array([place[o.block] + o.start for o in finals], np.int32),
        symbols=tape.symbols,
        guards=tape.guards,
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


def _without_copies(
    operations: list[Operation], sizes: list[int], inputs: Rows, finals: list[Rows]
) -> tuple[list[Operation], list[Rows]]:
    """What is copied from a whole block, all of it, is made in the place that it is copied to.

    Every row is written once, so a block and its copy hold the same for good.
    """
    into: dict[int, Rows] = {}
    kept: list[Operation] = []
    for operation in operations:
        name, target, operands, _ = operation
        source = operands[0] if operands else None
        if (
            name == "copy"
            and isinstance(source, Rows)
            and source.count == sizes[source.block] == target.count
            and source.block not in (inputs.block, *into)
        ):
            into[source.block] = target
        else:
            kept.append(operation)
    if not into:
        return operations, finals

    def moved(rows: Rows) -> Rows:
        while rows.block in into:
            rows = into[rows.block].part(rows.start, rows.count)
        return rows

    changed = [
        operation._replace(
            target=moved(operation.target),
            operands=tuple(moved(o) if isinstance(o, Rows) else o for o in operation.operands),
        )
        for operation in kept
    ]
    return changed, [moved(o) for o in finals]


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


class OtherNumbersError(Exception):
    """Numbers with which another program would have been laid out."""


Entry = float | Dense | Table
Arrays = tuple[Floats, Floats]


@dataclass(frozen=True)
class Layout:
    """A program without its numbers: `program` puts them in, those of its making or others.

    `entries` are what stands in the numbers, in order; `uses` says for each field of the code that
    points there, which: rows of (entry, place in the flat code, 1 for the biases of a `Dense`).
    """

    code: NDArray[np.int32]
    entries: list[Entry]
    uses: NDArray[np.int64]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]
    symbols: list[Made]
    guards: list[tuple[int, bool]]

    def program(
        self,
        precision: str,
        shared: bool = True,
        slots: Mapping[str, float] | None = None,
        arrays: Callable[[Dense], Arrays] = Dense.arrays,
        table: Callable[[Table], Floats] = lambda t: t.values,
    ) -> Program:
        """The program; with `slots`, of those numbers, and `arrays` and `table` give the others.

        Raises `OtherNumbersError` where these numbers would have been laid out otherwise.
        """
        values = None if slots is None else self._values(slots, table)
        constants = self.constants if values is None else self._constants(values)
        blocks: list[Any] = []  # (first number, array)
        if shared:
            places, numbers, second = self._share(constants, arrays, table, blocks)
        else:
            places, second, size, at = self._own
            numbers = np.zeros(size)
            numbers[at] = constants
            for entry, start in zip(self.large, places[self.large], strict=True):
                blocks.append((start, self._parts(self.entries[entry], arrays, table)))
        for start, parts in blocks:
            for part in parts:
                numbers[start : start + part.size] = part.ravel()
                start += part.size
        dtype = np.float32 if precision == "f32" else np.float64
        with np.errstate(over="ignore", under="ignore"):
            numbers = numbers.astype(dtype)
        code = self.code.copy()
        if len(self.uses):
            entry, field, of_biases = self.uses.T
            code.ravel()[field] = np.where(of_biases, second[entry], places[entry])
        return Program(code, numbers, self.rows, self.inputs, self.outputs)

    @cached_property
    def large(self) -> NDArray[np.int64]:
        """The entries that are arrays."""
        return np.array(
            [k for k, e in enumerate(self.entries) if not isinstance(e, float)], np.int64
        )

    @cached_property
    def constants(self) -> list[float]:
        """The entries that are numbers, as they were when this was laid out."""
        return [float(e) for e in self.entries if isinstance(e, float)]

    @cached_property
    def _changing(self) -> list[tuple[int, int]]:
        """Which of the constants are symbols, and which."""
        numbers = [e for e in self.entries if isinstance(e, float)]
        return [(k, e.at) for k, e in enumerate(numbers) if isinstance(e, Symbol)]

    def _constants(self, values: list[float]) -> list[float]:
        found = self.constants.copy()
        for k, at in self._changing:
            found[k] = values[at]
        return found

    @cached_property
    def _sizes(self) -> list[tuple[int, int]]:
        """Of every entry: how many numbers it is, and before which its second part stands."""
        found: list[tuple[int, int]] = []
        for e in self.entries:
            if isinstance(e, Dense):
                weights, latent = e.step.weights.size, e.step.latent
                if e.joined and not e.still and latent is not None:
                    weights += latent.size
                found.append((weights + len(e.step.biases), weights))
            else:
                found.append((len(e.values) if isinstance(e, Table) else 1, 0))
        return found

    @cached_property
    def _own(self) -> tuple[NDArray[np.int64], NDArray[np.int64], int, NDArray[np.int64]]:
        """Places of the entries and of their second parts where every constant has its own, how
        many numbers there are, and where the constants stand.
        """
        sizes = np.array(self._sizes or np.zeros((0, 2)), np.int64)
        ends = np.cumsum(sizes[:, 0])
        places = ends - sizes[:, 0]
        single = np.ones(len(places), bool)
        single[self.large] = False
        total = int(ends[-1]) if len(ends) else 0
        return places, places + sizes[:, 1], total + 1, places[single]

    @staticmethod
    def _parts(
        entry: Entry, arrays: Callable[[Dense], Arrays], table: Callable[[Table], Floats]
    ) -> tuple[Floats, ...]:
        if isinstance(entry, Dense):
            return arrays(entry)
        assert isinstance(entry, Table)
        return (table(entry),)

    def _share(
        self,
        constants: list[float],
        arrays: Callable[[Dense], Arrays],
        table: Callable[[Table], Floats],
        blocks: list[Any],
    ) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
        """Places of the entries, numbers with the constants in them, and places of second parts;
        equal constants stand in one place.
        """
        known: dict[float | str, int] = {}
        numbers: list[tuple[int, float]] = []
        places, second = [0] * len(self.entries), [0] * len(self.entries)
        size, k = 0, 0
        for at, (entry, (count, before)) in enumerate(zip(self.entries, self._sizes, strict=True)):
            if isinstance(entry, float):
                value = constants[k]
                k += 1
                # As a key 0.0 would be -0.0, and NaN not itself.
                key = value if value and value == value else str(value)
                found = known.get(key)
                if found is None:
                    found = known[key] = size
                    numbers.append((size, value))
                    size += 1
                places[at] = found
                continue
            places[at], second[at] = size, size + before
            blocks.append((size, self._parts(entry, arrays, table)))
            size += count
        made = np.zeros(size + 1)
        for at, value in numbers:
            made[at] = value
        return np.array(places, np.int64), made, np.array(second, np.int64)

    def _values(self, slots: Mapping[str, float], table: Callable[[Table], Floats]) -> list[float]:
        values: list[float] = []
        for made in self.symbols:
            if isinstance(made, str):
                values.append(slots[made])
                continue
            expr, operands = made
            args = [values[o.at] if isinstance(o, Symbol) else o for o in operands]
            if expr.op == "table":
                values.append(Table("", table(expr.value)).at(args[0]))
            else:
                values.append(fold_quickly(expr, args))
        if any((values[at] != 0) != truth for at, truth in self.guards):
            raise OtherNumbersError
        return values


class _Encoder:
    """Operations to code, collecting what stands in their numbers; a table stands there once."""

    def __init__(self, place: dict[int, int]):
        self.place = place
        self.entries: list[Entry] = []
        self.uses: list[tuple[int, int, int]] = []
        self.tables: dict[int, int] = {}
        self.at = 0  # in the flat code

    def use(self, field: int, entry: int, second: int = 0) -> None:
        self.uses.append((entry, self.at + field, second))

    def add(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def row(self, operand: Rows) -> int:
        return self.place[operand.block] + operand.start

    def encode(self, operation: Operation) -> list[int]:
        code = self._encoded(operation)
        self.at += len(code)
        return code

    def _encoded(self, operation: Operation) -> list[int]:
        name, target, operands, data = operation
        if name == "dense":
            source = operands[0]
            assert isinstance(source, Rows) and isinstance(data, Dense)
            entry = self.add(data)
            self.use(6, entry)
            self.use(7, entry, 1)
            fields = [self.row(source), source.count, 0, target.count, 0, 0]
            return [INDEX["dense"], self.row(target), *fields]
        if name == "table":
            assert isinstance(data, Table) and isinstance(operands[0], Rows)
            if id(data) not in self.tables:
                self.tables[id(data)] = self.add(data)
            self.use(6, self.tables[id(data)])
            fields = [self.row(operands[0]), 0, 0, target.count, 0, len(data.values)]
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
                self.use(number, self.add(operand))
                number += 1
        code[0] = VARIANTS[name, kinds]
        return code
