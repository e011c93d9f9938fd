"""Programs as documents: sequences of bytes for worker processes, caches, browsers and GPUs.

    0    8 bytes   magic, "PHOSPROG"
    8    uint32    version, 1
    12   uint32    length of the header, a multiple of 8
    16   uint64    length of the document
    24   uint32    CRC-32 (that of zlib) of everything from byte 32 on
    28   uint32    0
    32   header    JSON in UTF-8, padded with spaces
         arrays    code, numbers, outputs, latent, each padded with zeros to a multiple of 8

Everything is little-endian and every array begins at a multiple of 8, so a typed array in a browser
can view it in place. `code` is int32 of shape (operations, 8), `numbers` float32 or float64 (see
`precision`), `outputs` int32. `latent` is float64: for each entry of the labels' `biases` its base,
then its projection row by row. docs/program.md describes the header.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import ProgramError
from phosphene.core.json_text import read_json
from phosphene.ir.checking import check_program
from phosphene.ir.label_data import labels_from_data, labels_to_data
from phosphene.ir.labels import Labels

MAGIC, VERSION = b"PHOSPROG", 1
PREFIX = struct.Struct("<8sIIQII")
CHECKED = PREFIX.size  # where what the CRC covers begins
PRECISIONS = {"f32": "<f4", "f64": "<f8"}
MOST_BYTES = 1 << 31

KEYS = {"precision", "structure", "operations", "numbers", "rows", "inputs", "outputs", "latent"}


class Contents(NamedTuple):
    """What a program is made of, in the order of its fields."""

    code: NDArray[np.int32]
    numbers: NDArray[np.floating]
    rows: int
    inputs: int
    outputs: NDArray[np.int32]
    labels: Labels | None


def structure_key(code: NDArray[np.int32], outputs: NDArray[np.int32], inputs: int) -> str:
    """sha256 of the number of inputs, the code and the outputs, in hexadecimal."""
    parts = hashlib.sha256(f"{inputs}".encode())
    for array in (code, outputs):
        parts.update(array.astype("<i4").tobytes())
    return parts.hexdigest()


def pack(contents: Contents) -> bytes:
    """The document."""
    code, numbers, rows, inputs, outputs, labels = contents
    data, latent = labels_to_data(labels)
    header: dict[str, Any] = {
        "precision": "f64" if numbers.dtype == np.float64 else "f32",
        "structure": structure_key(code, outputs, inputs),
        "operations": len(code), "numbers": len(numbers), "rows": rows, "inputs": inputs,
        "outputs": len(outputs), "latent": len(latent),
    }  # fmt: skip
    if data is not None:
        header["labels"] = data
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    kind = PRECISIONS[header["precision"]]
    arrays = [code.astype("<i4"), numbers.astype(kind), outputs.astype("<i4"), latent]
    body = _filled(text, b" ") + b"".join(_filled(a.tobytes(), b"\0") for a in arrays)
    length, header_length = CHECKED + len(body), len(_filled(text, b" "))
    prefix = PREFIX.pack(MAGIC, VERSION, header_length, length, zlib.crc32(body), 0)
    return prefix + body


def _filled(data: bytes, with_byte: bytes) -> bytes:
    return data + with_byte * (-len(data) % 8)


def unpack(data: bytes | bytearray | memoryview) -> Contents:
    """The contents of a document, checked so that any engine can run them.

    Raises `ProgramError` for data that is not a document, is cut short or damaged, has another
    version, or could not be run.
    """
    view = bytes_view(data, "program document")
    header, at = _header(view)
    try:
        return _contents(view, header, at)
    except ProgramError as error:
        raise ProgramError(f"program document: {error.problem}") from None


def bytes_view(data: Any, what: str) -> memoryview:
    """The bytes of a document. Raises `ProgramError` for what is not bytes."""
    try:
        return memoryview(data).cast("B")
    except TypeError:
        raise ProgramError(
            f"no {what}: got {data!r:.60} ({type(data).__name__}); expected bytes"
        ) from None


def _header(view: memoryview) -> tuple[dict[str, Any], int]:
    """The header, and where the arrays begin."""
    if view[:8] != MAGIC:
        start = bytes(view[:8])
        raise ProgramError(f"no program document: it begins with {start!r}; expected {MAGIC!r}")
    if len(view) < CHECKED:
        raise ProgramError(f"program document: it has {len(view)} bytes; it is cut short")
    _, version, header_length, length, crc, rest = PREFIX.unpack(view[:CHECKED])
    if version != VERSION:
        raise ProgramError(
            f"program document: got version {version}; this Phosphene reads version {VERSION}. "
            "Write the document again with this Phosphene, or read it with the one that wrote it"
        )
    if length != len(view) or length > MOST_BYTES:
        raise ProgramError(
            f"program document: it has {len(view)} bytes, but its header gives {length}; it is cut "
            "short or something was added"
        )
    if rest or header_length % 8 or CHECKED + header_length > length:
        raise ProgramError(f"program document: a header of {header_length} bytes does not fit")
    if zlib.crc32(view[CHECKED:]) != crc:
        raise ProgramError("program document: its checksum is another; the document is damaged")
    end = CHECKED + header_length
    header = read_header(view[CHECKED:end])
    if header is None or header.keys() - {"labels"} != KEYS:
        raise ProgramError(f"program document: the header must have {', '.join(sorted(KEYS))}")
    return header, end


def read_header(text: memoryview) -> dict[str, Any] | None:
    """The object of a JSON text with finite numbers; None if it is none."""
    try:
        header = read_json(bytes(text).decode(), parse_constant=_not_finite)
    except (ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def _not_finite(constant: str) -> float:
    raise ValueError(constant)


def _contents(view: memoryview, header: dict[str, Any], at: int) -> Contents:
    kind = PRECISIONS.get(header["precision"]) if isinstance(header["precision"], str) else None
    if kind is None:
        raise ProgramError(f"precision is {header['precision']!r}; expected f32 or f64")
    counts = {name: _count(header, name) for name in KEYS - {"precision", "structure"}}
    wanted = (
        (8 * counts["operations"], "<i4"), (counts["numbers"], kind), (counts["outputs"], "<i4"),
        (counts["latent"], "<f8"),
    )  # fmt: skip
    sizes = [count * np.dtype(kind).itemsize for count, kind in wanted]
    total = at + sum(size + -size % 8 for size in sizes)
    if total != len(view):
        raise ProgramError(f"its arrays end at byte {total}, the document at {len(view)}")
    arrays: list[Any] = []
    for (count, kind), size in zip(wanted, sizes, strict=True):
        array = np.frombuffer(view, kind, count, at)
        arrays.append(array.astype(np.dtype(kind).newbyteorder("=")))  # a copy, aligned
        at += size + -size % 8
    code, numbers, outputs, latent = arrays
    code = code.reshape(-1, 8)
    rows, inputs = counts["rows"], counts["inputs"]
    check_program(code, len(numbers), rows, inputs, outputs)
    if header["structure"] != structure_key(code, outputs, inputs):
        raise ProgramError("its structure is not that of its code")
    labels = labels_from_data(
        header.get("labels"), latent, operations=len(code), numbers=len(numbers), rows=rows
    )
    return Contents(code, numbers, rows, inputs, outputs, labels)


def _count(header: dict[str, Any], name: str) -> int:
    value = header[name]
    if type(value) is not int or not 0 <= value <= MOST_BYTES:
        raise ProgramError(f"{name} is {str(value)[:40]}; expected a whole number")
    return value
