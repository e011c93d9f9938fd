"""Layouts: programs without their numbers. `Layout.program` puts them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Made, Symbol, Table, fold_quickly
from phosphene.ir.network import Affine, Floats
from phosphene.ir.program import Program


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
