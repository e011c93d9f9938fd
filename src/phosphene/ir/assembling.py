"""From tapes of operations to layouts: drops unused operations and assigns rows to blocks.

`assemble` also makes the program.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from phosphene.formula import Operation, Rows, Table, Tape
from phosphene.ir.entries import Dense, Entry, Zeros
from phosphene.ir.labels import RowLabel
from phosphene.ir.layout import Layout
from phosphene.ir.operations import INDEX, VARIANTS
from phosphene.ir.program import Program

Moved = Callable[[Rows], Rows]  # where rows are after copies of whole blocks were removed


def assemble(
    tape: Tape, inputs: Rows, outputs: list[Rows | float], precision: str, shared: bool = True
) -> Program:
    """The program of a tape, laid out by `lay_out`.

    Without `shared`, every constant has its own number, so programs of the same structure have the
    same code.
    """
    return lay_out(tape, inputs, outputs).program(precision, shared)


def lay_out(tape: Tape, inputs: Rows, outputs: list[Rows | float]) -> Layout:
    """The layout of a program. `inputs` is one block; outputs that are constants become rows.

    Unused operations are removed. Blocks are assigned rows by first fit over their lifetimes. A
    target never shares a row with a live block, so kernels may assume that rows do not overlap.
    """
    finals = [
        o if isinstance(o, Rows) else tape.emit("fill", tape.block(1), float(o)) for o in outputs
    ]
    operations, _ = _needed(tape.operations, inputs, finals)
    operations, moved = _without_copies(operations, tape.blocks, inputs)
    finals = [moved(o) for o in finals]
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
        row_labels=_row_labels(tape, moved, operations, place),
    )


def _row_labels(
    tape: Tape, moved: Moved, operations: list[Operation], place: dict[int, int]
) -> tuple[RowLabel, ...]:
    """The labels of a tape's labelled rows: where they are, and after which operation. Rows that
    are not needed are omitted.
    """
    if not tape.labels:
        return ()
    writers: dict[int, list[tuple[int, Rows]]] = {}
    for at, operation in enumerate(operations):
        writers.setdefault(operation.target.block, []).append((at, operation.target))
    found: list[RowLabel] = []
    for rows, (network, vector, tangent) in tape.labels:
        rows = moved(rows)
        end = rows.start + rows.count
        written = [
            (at, min(end, target.start + target.count) - max(rows.start, target.start))
            for at, target in writers.get(rows.block, [])
            if target.start < end and rows.start < target.start + target.count
        ]
        if sum(count for _, count in written) == rows.count:
            row, last = place[rows.block] + rows.start, written[-1][0]
            found.append(RowLabel(last, row, rows.count, network, vector, tangent))
    return tuple(found)


def _needed(
    operations: list[Operation], inputs: Rows, finals: list[Rows]
) -> tuple[list[Operation], list[list[int]]]:
    """The operations whose results are used, and for each the blocks that are not read after it."""
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
    operations: list[Operation], sizes: list[int], inputs: Rows
) -> tuple[list[Operation], Moved]:
    """The operations without copies of whole blocks, and a function that maps rows to their new
    places: a block that was copied is computed where its copy was.

    Every row is written once, so a block and its copy never differ.
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

    def moved(rows: Rows) -> Rows:
        while rows.block in into:
            rows = into[rows.block].part(rows.start, rows.count)
        return rows

    if not into:
        return operations, moved
    changed = [
        operation._replace(
            target=moved(operation.target),
            operands=tuple(moved(o) if isinstance(o, Rows) else o for o in operation.operands),
        )
        for operation in kept
    ]
    return changed, moved


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
    """Encodes operations as code, and collects the entries of their numbers.

    Each table is stored once. So are the weights and biases of each step, which its tangents and
    its copies at shifted points use too. All tangents share one run of zeros as biases.
    """

    def __init__(self, place: dict[int, int]):
        self.place = place
        self.entries: list[Entry] = []
        self.uses: list[tuple[int, int]] = []
        self.known: dict[object, int] = {}
        self.at = 0  # in the flat code

    def use(self, field: int, entry: int) -> None:
        self.uses.append((entry, self.at + field))

    def add(self, entry: Entry) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def once(self, key: object, entry: Entry) -> int:
        if key not in self.known:
            self.known[key] = self.add(entry)
        return self.known[key]

    def zeros(self, wanted: Zeros) -> int:
        at = self.once("zeros", wanted)
        known = self.entries[at]
        assert isinstance(known, Zeros)
        self.entries[at] = Zeros(max(known.size, wanted.size))
        return at

    def row(self, operand: Rows) -> int:
        return self.place[operand.block] + operand.start

    def encode(self, operation: Operation) -> list[int]:
        name, _, _, data = operation
        if name == "dense":
            code = self._dense(operation)
        elif isinstance(data, Table):
            code = self._table(operation, data)
        else:
            code = self._plain(operation)
        self.at += len(code)
        return code

    def _dense(self, operation: Operation) -> list[int]:
        _, target, (source, *_), data = operation
        assert isinstance(source, Rows) and isinstance(data, Dense)
        weights, biases = data.weights, data.biases
        step = data.step
        self.use(6, self.once((*weights[1:], id(step.weights)), weights))
        if isinstance(biases, Zeros):
            self.use(7, self.zeros(biases))
        else:
            self.use(7, self.once((*biases[1:], id(step.biases), id(step.latent)), biases))
        fields = [self.row(source), source.count, 0, target.count, 0, 0]
        return [INDEX["dense"], self.row(target), *fields]

    def _table(self, operation: Operation, table: Table) -> list[int]:
        _, target, (source, *_), _ = operation
        assert isinstance(source, Rows)
        self.use(6, self.once(id(table), table))
        fields = [self.row(source), 0, 0, target.count, 0, len(table.values)]
        return [INDEX["table"], self.row(target), *fields]

    def _plain(self, operation: Operation) -> list[int]:
        name, target, operands, _ = operation
        code = [0, self.row(target), 0, 0, 0, target.count, 0, 0]
        kinds, row, number = "", 2, 6
        for operand in operands:
            if isinstance(operand, Rows):
                kinds += "r"
                code[row] = self.row(operand)
                row += 1
            else:
                kinds += "k"
                self.use(number, self.add(operand))
                number += 1
        code[0] = VARIANTS[name, kinds]
        return code
