"""Whether a program can be run: compiled kernels check no index, so nothing else may reach them.

Of a program that passes, every operation reads rows that were written before and numbers that are
there, and writes rows that are there and that it does not read.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import ProgramError
from phosphene.ir.operations import INDEX, KINDS, OPERATIONS

MAX_ROWS = 1 << 17  # 128 MB of a thread's memory in float32
MAX_ENTRIES = 1 << 20  # of a table: places in it are exact in float32
DENSE, TABLE = INDEX["dense"], INDEX["table"]
FIELDS = ("operation", "target", "a", "b", "c", "count", "i", "j")

Range = tuple[int, int]  # first, and one past the last


def check_program(
    code: NDArray[np.int32], numbers: int, rows: int, inputs: int, outputs: NDArray[np.int32]
) -> None:
    """Raises `ProgramError` unless a program of so many numbers, rows and inputs can be run."""
    if not 1 <= inputs <= rows <= MAX_ROWS:
        raise ProgramError(
            f"a program has {inputs} inputs in {rows} rows; expected at least 1 input, and rows "
            f"for all of them, up to {MAX_ROWS:,}"
        )
    if not 1 <= numbers < 1 << 31:
        raise ProgramError(f"a program has {numbers} numbers; expected 1 to 2^31 - 1")
    written = np.zeros(rows, bool)
    written[:inputs] = True
    for at, line in enumerate(code.tolist()):
        _check_operation(at, line, numbers, written)
    if not len(outputs):
        raise ProgramError("a program has no outputs; expected a row for each channel")
    for row in outputs.tolist():
        if not 0 <= row < rows or not written[row]:
            raise ProgramError(f"a program's output is row {row}, which nothing writes")


def _check_operation(at: int, line: list[int], numbers: int, written: NDArray[np.bool_]) -> None:
    """One operation; marks the rows that it writes."""
    op, d, *sources, count, i, j = line
    if not 0 <= op < len(OPERATIONS):
        raise ProgramError(f"operation {at}: number {op}; expected 0 to {len(OPERATIONS) - 1}")
    name = OPERATIONS[op]
    what = f"operation {at} ({name})"
    if count < 1:
        raise ProgramError(f"{what}: count is {count}; expected at least 1")
    target = d, d + count
    if not _inside(target, len(written)):
        raise ProgramError(f"{what}: writes {_span(target)} of {len(written)} rows")
    for start, length in _reads(what, op, sources, count):
        read = start, start + length
        if not _inside(read, len(written)):
            raise ProgramError(f"{what}: reads {_span(read)} of {len(written)} rows")
        if not written[start : start + length].all():
            raise ProgramError(f"{what}: reads {_span(read)}, not all of which were written")
        if read[0] < target[1] and target[0] < read[1]:
            raise ProgramError(f"{what}: reads {_span(read)} and writes {_span(target)}")
    for start, length in _numbers(what, op, line):
        if not _inside((start, start + length), numbers):
            span = f"{start} to {start + length - 1}"
            raise ProgramError(f"{what}: uses numbers {span} of {numbers}")
    if not 0 <= i < numbers or not 0 <= j < numbers:  # engines read both before they look further
        raise ProgramError(f"{what}: uses numbers {i} and {j} of {numbers}")
    written[d : d + count] = True


def _reads(what: str, op: int, sources: list[int], count: int) -> list[Range]:
    """First row and number of rows of each operand; fields that are not used must be 0."""
    if op == DENSE:
        a, inputs, rest = sources
        if inputs < 1:
            raise ProgramError(f"{what}: {inputs} inputs; expected at least 1")
        found, unused = [(a, inputs)], [rest]
    else:
        used = KINDS[OPERATIONS[op]].count("r")
        found, unused = [(start, count) for start in sources[:used]], sources[used:]
    if any(unused):
        raise ProgramError(f"{what}: operands that it does not have are {unused}; expected 0")
    return found


def _numbers(what: str, op: int, line: list[int]) -> list[Range]:
    """First and how many of the numbers that are used; fields that are not used must be 0."""
    inputs, count, i, j = line[3], line[5], line[6], line[7]
    if op == DENSE:
        return [(i, count * inputs), (j, count)]
    if op == TABLE:
        if not 2 <= j <= MAX_ENTRIES:
            raise ProgramError(f"{what}: a table of {j}; expected 2 to {MAX_ENTRIES:,} entries")
        return [(i, j)]
    used = KINDS[OPERATIONS[op]].count("k")
    unused = [i, j][used:]
    if any(unused):
        raise ProgramError(f"{what}: numbers that it does not use are {unused}; expected 0")
    return [(place, 1) for place in (i, j)[:used]]


def _inside(part: Range, size: int) -> bool:
    return 0 <= part[0] < part[1] <= size


def _span(part: Range) -> str:
    return f"rows {part[0]} to {part[1] - 1}"
