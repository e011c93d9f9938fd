"""ICC profiles of sRGB and Display P3."""

from __future__ import annotations

import functools
import struct

from phosphene.colour.srgb import GAMMA, KNEE, OFFSET, SCALE, SLOPE

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
CURVE = (GAMMA, 1 / SCALE, OFFSET / SCALE, 1 / SLOPE, KNEE)


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
