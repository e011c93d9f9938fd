"""Labels as data for the header of a program's document, and back, checked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import ProgramError
from phosphene.ir.labels import NUMBER_KINDS, Labels, LatentBiases, NumberLabel, RowLabel

MOST = 1 << 31
LONGEST = 1000  # characters of a name
KEYS = {"numbers", "rows", "biases", "z"}
TANGENTS = ("", "dx", "dy")


def labels_to_data(labels: Labels | None) -> tuple[dict[str, Any] | None, NDArray[np.float64]]:
    """Labels as data for JSON, and as float64 numbers stored separately."""
    if labels is None:
        return None, np.empty(0)
    biases = [[b.start, b.network, b.step, *b.projection.shape] for b in labels.biases]
    latent = [part.ravel() for b in labels.biases for part in (b.base, b.projection)]
    data = {
        "numbers": [list(label) for label in labels.numbers],
        "rows": [list(label) for label in labels.rows],
        "biases": biases,
        "z": [[name, list(values)] for name, values in labels.z],
    }
    return data, np.concatenate([np.empty(0), *latent]).astype("<f8")


def labels_from_data(
    data: Any, latent: NDArray[np.float64], *, operations: int, numbers: int, rows: int
) -> Labels | None:
    """The labels of a program of so many operations, numbers and rows. Raises `ProgramError`."""
    if data is None and not len(latent):
        return None
    if not isinstance(data, dict) or data.keys() != KEYS:
        raise ProgramError(f"labels must have {', '.join(sorted(KEYS))}")
    return Labels(
        tuple(_number_labels(data["numbers"], numbers)),
        tuple(_row_labels(data["rows"], operations, rows)),
        tuple(_latent_biases(data["biases"], latent, numbers)),
        tuple(_z(data["z"])),
    )


def _number_labels(data: Any, numbers: int) -> Iterator[NumberLabel]:
    for entry in _entries(data, "numbers", (int, int, str, str, int)):
        label = NumberLabel(*entry)
        if label.kind not in NUMBER_KINDS or label.start + label.size > numbers:
            raise _wrong("numbers", entry)
        yield label


def _row_labels(data: Any, operations: int, rows: int) -> Iterator[RowLabel]:
    for entry in _entries(data, "rows", (int, int, int, str, int, str)):
        label = RowLabel(*entry)
        fits = label.operation < operations and label.row + label.size <= rows
        if not fits or label.tangent not in TANGENTS:
            raise _wrong("rows", entry)
        yield label


def _latent_biases(data: Any, latent: NDArray[np.float64], numbers: int) -> Iterator[LatentBiases]:
    at = 0
    for entry in _entries(data, "biases", (int, str, int, int, int)):
        start, network, step, units, parts = entry
        middle, end = at + units, at + units + units * parts
        if start + units > numbers or end > len(latent):
            raise _wrong("biases", entry)
        projection = latent[middle:end].reshape(units, parts)
        yield LatentBiases(start, network, step, latent[at:middle], projection)
        at = end
    if at != len(latent):
        raise ProgramError(f"labels: biases use {at} of {len(latent)} numbers in latent")


def _z(data: Any) -> Iterator[tuple[str, tuple[float, ...]]]:
    for name, values in _entries(data, "z", (str, list)):
        if not all(type(v) in (int, float) and math.isfinite(v) for v in values):
            raise _wrong("z", [name, values])
        yield name, tuple(map(float, values))


def _entries(data: Any, what: str, kinds: tuple[type, ...]) -> Iterator[list[Any]]:
    """Lists of these types, whole numbers from 0 on; nothing is too large."""
    if not isinstance(data, list):
        raise ProgramError(f"labels: {what} is not a list")
    for entry in data:
        if not isinstance(entry, list) or [type(v) for v in entry] != list(kinds):
            raise _wrong(what, entry)
        whole = [v for v in entry if type(v) is int]
        texts = [v for v in entry if type(v) is str]
        if any(not 0 <= v <= MOST for v in whole) or any(len(t) > LONGEST for t in texts):
            raise _wrong(what, entry)
        yield entry


def _wrong(what: str, entry: Any) -> ProgramError:
    return ProgramError(f"labels: {what} has {str(entry)[:80]}, which fits no program like this")
