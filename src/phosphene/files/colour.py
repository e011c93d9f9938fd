"""Colour spaces of files: light to and from the sRGB curve, Display P3, and ICC profiles.

The curves are tables of `phosphene.core.exact`, with straight lines between 65,537 places: the same
bits everywhere, and within 4e-9 of the formulas of IEC 61966-2-1.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core import exact

Pixels = NDArray[Any]
STEPS = 1 << 16
PIECE = 1 << 12

# CSS Color 4: linear sRGB to linear Display P3; no entry is negative, rows sum to 1.
TO_P3 = (
    (0.8224619687143623, 0.17753803128563775, 0.0),
    (0.03319419885096161, 0.9668058011490384, 0.0),
    (0.01708263072112003, 0.07239744066396346, 0.9105199286149165),
)


@functools.cache
def decode_table() -> NDArray[np.float64]:
    """The light of k / 65536, for k from 0 to 65537."""
    value = np.arange(STEPS + 2) / STEPS
    curve = exact.power((np.maximum(value, 0.04045) + 0.055) / 1.055, 2.4)
    return np.where(value < 0.04045, value / 12.92, curve)


@functools.cache
def _encode_table() -> NDArray[np.float64]:
    """By the square root of light: there the curve is gentle."""
    light = (np.arange(STEPS + 2) / STEPS) ** 2
    curve = 1.055 * exact.power(np.maximum(light, 0.0031308), 1 / 2.4) - 0.055
    return np.where(light < 0.0031308, 12.92 * light, curve)


def _look(table: NDArray[np.float64], share: Pixels) -> NDArray[np.float64]:
    place = np.minimum(np.maximum(share, 0.0), 1.0) * STEPS
    k = place.astype(np.int32)  # toward 0
    low = table[k]
    return low + (table[k + 1] - low) * (place - k)


@functools.cache
def _levels(most: int) -> NDArray[np.float64]:
    """The light of each level from 0 to `most`."""
    return decode(np.arange(most + 1) / most)


def decode(values: Pixels) -> NDArray[np.float64]:
    """sRGB-encoded values 0..1 in linear light; others are held to 0..1."""
    return _look(decode_table(), values.astype(np.float64, copy=False))


def encode(light: Pixels) -> NDArray[np.float64]:
    """Linear light 0..1 on the sRGB curve; others are held to 0..1."""
    held = np.maximum(light.astype(np.float64, copy=False), 0.0)
    return np.where(held < 0.0031308, 12.92 * held, _look(_encode_table(), np.sqrt(held)))


def colours(channels: int) -> int:
    """How many of the channels are colour; the last of 2 and 4 is opacity."""
    return channels - (channels % 2 == 0)


def as_wanted(pixels: Pixels, wants: str) -> Pixels:
    """Float pixels (height, width, channels), sRGB-encoded, as rows of "words", "float", "data" or
    "linear" (opacity as it is); "bytes" are rounded to the nearest.
    """
    if wants in ("bytes", "words"):
        kind = np.uint8 if wants == "bytes" else np.uint16
        return np.floor(pixels * pixels.dtype.type(np.iinfo(kind).max) + 0.5).astype(kind)
    if wants in ("float", "data"):
        return pixels
    return _in_pieces(_linear, pixels, np.float32)


def _linear(values: Pixels, into: Pixels) -> None:
    n = colours(values.shape[-1])
    into[:, :n], into[:, n:] = decode(values[:, :n]), values[:, n:]


def _in_pieces(convert: Callable[[Pixels, Pixels], None], rows: Pixels, kind: Any) -> Pixels:
    """New rows of a type, made a few thousand pixels at a time: what fits a cache is 4 times as
    fast.
    """
    made = np.empty(rows.shape, kind)
    flat, into = rows.reshape(-1, rows.shape[-1]), made.reshape(-1, rows.shape[-1])
    for at in range(0, len(flat), PIECE):
        convert(flat[at : at + PIECE], into[at : at + PIECE])
    return made


def converter(profile: str) -> Callable[[Pixels], Pixels]:
    """What turns rows (any, width, channels) of sRGB, uint8, uint16 or float, into rows of
    `profile`, "srgb" or "p3", of the same type. Grey rows are the same in both.
    """
    return _to_p3 if profile == "p3" else lambda rows: rows


def _to_p3(rows: Pixels) -> Pixels:
    return rows if rows.shape[-1] < 3 else _in_pieces(_piece_to_p3, rows, rows.dtype)


def _piece_to_p3(values: Pixels, into: Pixels) -> None:
    most = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    light = decode if most == 1 else _levels(most).__getitem__
    red, green, blue = (light(values[:, k]) for k in range(3))
    for k, (r, g, b) in enumerate(TO_P3):
        value = encode(r * red + g * green + b * blue) * most
        into[:, k] = value if most == 1 else np.floor(value + 0.5)
    into[:, 3:] = values[:, 3:]


# name: description, then X, Y and Z of red, green and blue, adapted to D50 (Bradford)
PRIMARIES = {
    "srgb": (
        "sRGB",
        (0.436066, 0.222488, 0.013916), (0.385147, 0.716873, 0.097076),
        (0.143066, 0.060608, 0.714096),
    ),
    "p3": (
        "Display P3",
        (0.515121, 0.241196, -0.001053), (0.291977, 0.692245, 0.041885),
        (0.157104, 0.066574, 0.784073),
    ),
}  # fmt: skip
D50 = (0.964203, 1.0, 0.824905)
ADAPTATION = (1.047882, 0.022918, -0.050217, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678)  # fmt: skip  # noqa: E501
CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@functools.cache
def icc(profile: str) -> bytes:
    """An ICC profile (version 4.3, matrix and curve, about 500 bytes) for RGB of "srgb" or "p3"."""
    name, red, green, blue = PRIMARIES[profile]
    curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*CURVE)
    tags = {
        b"desc": _words(name), b"cprt": _words("CC0"), b"wtpt": _xyz(*D50),
        b"chad": b"sf32\0\0\0\0" + _fixed(*ADAPTATION),
        b"rXYZ": _xyz(*red), b"gXYZ": _xyz(*green), b"bXYZ": _xyz(*blue), b"rTRC": curve,
    }  # fmt: skip
    table, data, start = [], b"", 128 + 4 + 12 * (len(tags) + 2)
    for key, body in tags.items():
        table.append(struct.pack(">4sII", key, start + len(data), len(body)))
        data += body + bytes(-len(body) % 4)
    table += [key + table[-1][4:] for key in (b"gTRC", b"bTRC")]  # the same curve
    body = struct.pack(">I", len(table)) + b"".join(table) + data
    head = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4s8sI", 128 + len(body), b"\0" * 4, 0x04300000, b"mntr", b"RGB ",
        b"XYZ ", 2026, 1, 1, 0, 0, 0, b"acsp", b"\0" * 4, 0, b"\0" * 4, b"\0" * 4, b"\0" * 8, 0,
    )  # fmt: skip
    return head + _fixed(*D50) + bytes(128 - len(head) - 12) + body


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(n * 65536)) for n in numbers)


def _xyz(*numbers: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*numbers)


def _words(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">III4sII", 0, 1, 12, b"enUS", len(words), 28) + words
