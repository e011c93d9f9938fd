"""Layouts: programs without their numbers. `Layout.program` puts them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from phosphene.formula import Made, Symbol, Table, fold_fast
from phosphene.ir.entries import Biases, Entry, Weights, Zeros
from phosphene.ir.labels import RowLabel
from phosphene.ir.network import Floats
from phosphene.ir.program import Program

Arrays = Callable[[Weights | Biases], Floats]
ENTRY_BYTES = 160  # of a number, a symbol or a guard, with what Python keeps around it

Tables = Callable[[Table], Floats]


class OtherNumbersError(Exception):
    """The layout does not fit these numbers: they need another one."""


@dataclass(frozen=True)
class Layout:
    """A program without its numbers; `program` fills in the original or other numbers.

    `entries` are the contents of the numbers, in order. `uses` lists the fields of the code that
    refer to numbers, in rows of (index of the entry, index in the flat code).
    """

    code: NDArray[np.int32]
    entries: list[Entry]
    uses: NDArray[np.int64]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]
    symbols: list[Made]
    guards: list[tuple[int, bool]]
    row_labels: tuple[RowLabel, ...] = ()

    def program(
        self,
        precision: str,
        shared: bool = True,
        slots: Mapping[str, float] | None = None,
        arrays: Arrays = lambda part: part.values(),
        table: Tables = lambda t: t.values,
    ) -> Program:
        """The program. With `slots`, these are its named numbers; `arrays` and `table` return the
        values of weights, biases and tables.

        With `shared`, equal constants share a number; otherwise each has its own.

        Raises `OtherNumbersError` if these numbers need another layout.
        """
        values = None if slots is None else self._values(slots, table)
        constants = self.constants if values is None else self._constants(values)
        places, size = self._shared_places(constants) if shared else self.own_places
        numbers = np.zeros(size)
        numbers[places[self._single]] = constants
        for k in self._large:
            entry, at = self.entries[k], places[k]
            if isinstance(entry, Weights | Biases):
                numbers[at : at + entry.size] = arrays(entry).ravel()
            elif isinstance(entry, Table):
                numbers[at : at + len(entry.values)] = table(entry)
        with np.errstate(over="ignore", under="ignore"):
            numbers = numbers.astype(np.float32 if precision == "f32" else np.float64)
        code = self.code.copy()
        if len(self.uses):
            entries, fields = self.uses.T
            code.ravel()[fields] = places[entries]
        return Program(code, numbers, self.rows, self.inputs, self.outputs)

    @property
    def nbytes(self) -> int:
        """About how much memory it takes, without the steps and tables that others hold too."""
        code = self.code.nbytes + self.uses.nbytes + self.outputs.nbytes
        return code + ENTRY_BYTES * (len(self.entries) + len(self.symbols) + len(self.guards))

    @cached_property
    def constants(self) -> list[float]:
        """The entries that are single numbers, with their original values."""
        return [float(e) for e in self.entries if isinstance(e, float)]

    @cached_property
    def own_places(self) -> tuple[NDArray[np.int64], int]:
        """The index of each entry's first number without shared constants, and the total count."""
        ends = np.cumsum([0, *self.sizes])
        return ends[:-1], int(ends[-1]) + 1

    @cached_property
    def sizes(self) -> list[int]:
        """The number of numbers in each entry."""
        return [_size(entry) for entry in self.entries]

    @cached_property
    def _single(self) -> NDArray[np.bool_]:
        return np.array([isinstance(e, float) for e in self.entries], bool)

    @cached_property
    def _large(self) -> list[int]:
        return [k for k, e in enumerate(self.entries) if not isinstance(e, float | Zeros)]

    @cached_property
    def _changing(self) -> list[tuple[int, int]]:
        """The constants that are symbols, as (index of the constant, index of the symbol)."""
        numbers = [e for e in self.entries if isinstance(e, float)]
        return [(k, e.at) for k, e in enumerate(numbers) if isinstance(e, Symbol)]

    def _constants(self, values: list[float]) -> list[float]:
        found = self.constants.copy()
        for k, at in self._changing:
            found[k] = values[at]
        return found

    def _shared_places(self, constants: list[float]) -> tuple[NDArray[np.int64], int]:
        """The index of each entry's first number if equal constants are shared, and the total
        count.
        """
        known: dict[float | str, int] = {}
        places: list[int] = []
        size, left = 0, iter(constants)
        for entry, count in zip(self.entries, self.sizes, strict=True):
            if isinstance(entry, float):
                value = next(left)
                # As a key 0.0 would be -0.0, and NaN not itself.
                key = value if value and value == value else str(value)
                place = known.setdefault(key, size)
                places.append(place)
                size += place == size
            else:
                places.append(size)
                size += count
        return np.array(places, np.int64), size + 1

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
                values.append(fold_fast(expr, args))
        if any((values[at] != 0) != truth for at, truth in self.guards):
            raise OtherNumbersError
        return values


def _size(entry: Entry) -> int:
    match entry:
        case Weights() | Biases() | Zeros():
            return entry.size
        case Table():
            return len(entry.values)
    return 1
