"""Render plans: everything that determines the pixels of a picture, as data.

    0    8 bytes   magic, "PHOSPLAN"
    8    uint32    version, 1
    12   uint32    length of the header, a multiple of 8
    16   header    JSON in UTF-8, padded with spaces
         program   its document, see `phosphene.ir.document`

Everything is little-endian.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

from phosphene.core.errors import ProgramError, UserError
from phosphene.ir.document import bytes_view, read_header
from phosphene.ir.program import Program
from phosphene.recipe import Finish, View

MAGIC, VERSION = b"PHOSPLAN", 1
PREFIX = struct.Struct("<8sII")
MAX_SIDE = 10_000_000
MAX_SAMPLES, MAX_STEPS = 256, 8
KEYS = {"size", "view", "affine", "samples", "steps", "finish", "first_pass"}

Affine = tuple[float, float, float, float, float, float]
Steps = tuple[tuple[float, int], ...]


@dataclass(frozen=True, eq=False)
class RenderPlan:
    """A program, the positions and number of a picture's samples, and its finish.

    `view` determines positions exactly. `affine` (a, b, c, d, e, f) is the same up to rounding, for
    engines that compute coordinates themselves: the sample of the pixel in column i and row j is at
    (a i + b j + c, d i + e j + f); i and j may be fractions. It leaves out the view's symmetry:
    symmetric pictures are rendered by `evaluate`.

    `samples` is 1, or a square number of samples for every pixel, on a rotated grid. Each step of
    anti-aliasing in `steps`, (limit, n), takes n^2 samples where the bend of colours exceeds the
    limit; see `phosphene.raster.antialias`. `finish` is resolved. `first_pass`: some numbers of the
    program were measured on the whole picture of this size, so the plan is valid for no other.
    """

    program: Program
    size: tuple[int, int]
    view: View
    affine: Affine
    samples: int
    steps: Steps
    finish: Finish
    first_pass: bool = False

    @property
    def antialiased(self) -> bool:
        """Whether some pixels have several samples."""
        return self.samples > 1 or bool(self.steps)

    @property
    def header(self) -> dict[str, Any]:
        """Everything but the program, as data for JSON."""
        return {
            "size": self.size, "view": self.view.model_dump(mode="json"), "affine": self.affine,
            "samples": self.samples, "steps": self.steps,
            "finish": self.finish.model_dump(mode="json"), "first_pass": self.first_pass,
        }  # fmt: skip

    def to_bytes(self) -> bytes:
        """The plan as a document, its program's document inside."""
        text = json.dumps(self.header, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 8)
        return PREFIX.pack(MAGIC, VERSION, len(text)) + text + self.program.to_bytes()


def plan_from_bytes(data: bytes | bytearray | memoryview) -> RenderPlan:
    """The plan of a document, checked. Raises `ProgramError`."""
    view = bytes_view(data, "render plan")
    if view[:8] != MAGIC:
        start = bytes(view[:8])
        raise ProgramError(f"no render plan: it begins with {start!r}; expected {MAGIC!r}")
    if len(view) < PREFIX.size:
        raise ProgramError(f"render plan: it has {len(view)} bytes; it is cut short")
    _, version, length = PREFIX.unpack(view[: PREFIX.size])
    if version != VERSION:
        raise ProgramError(
            f"render plan: got version {version}; this Phosphene reads version {VERSION}. "
            "Write the plan again with this Phosphene, or read it with the one that wrote it"
        )
    end = PREFIX.size + length
    if length % 8 or end > len(view):
        raise ProgramError(f"render plan: a header of {length} bytes does not fit")
    header = read_header(view[PREFIX.size : end])
    if header is None or header.keys() != KEYS:
        raise ProgramError(f"render plan: the header must have {', '.join(sorted(KEYS))}")
    try:
        parts = View(**header["view"]), Finish(**header["finish"])
    except (UserError, TypeError) as error:
        raise ProgramError(f"render plan: {error}") from None
    return RenderPlan(
        program=Program.from_bytes(view[end:]),
        size=_size(header["size"]),
        view=parts[0],
        affine=_affine(header["affine"]),
        samples=_samples(header["samples"]),
        steps=_steps(header["steps"]),
        finish=parts[1],
        first_pass=_truth(header["first_pass"]),
    )


def _refused(name: str, value: Any, expected: str) -> ProgramError:
    return ProgramError(f"render plan: {name} is {str(value)[:80]}; expected {expected}")


def _size(value: Any) -> tuple[int, int]:
    if not _is_list(value, 2) or not all(type(v) is int and 1 <= v <= MAX_SIDE for v in value):
        raise _refused("size", value, f"width and height, 1 to {MAX_SIDE:,}")
    return value[0], value[1]


def _affine(value: Any) -> Affine:
    if not _is_list(value, 6) or not all(map(_is_finite, value)):
        raise _refused("affine", value, "six numbers")
    a, b, c, d, e, f = map(float, value)
    return a, b, c, d, e, f


def _samples(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MAX_SAMPLES or math.isqrt(value) ** 2 != value:
        raise _refused("samples", value, f"a square number up to {MAX_SAMPLES}")
    return value


def _steps(value: Any) -> Steps:
    if not isinstance(value, list) or len(value) > MAX_STEPS or not all(map(_is_step, value)):
        raise _refused("steps", value, f"up to {MAX_STEPS} of a limit and a number of 1 to 16")
    return tuple((float(limit), n) for limit, n in value)


def _is_step(value: Any) -> bool:
    fits = _is_list(value, 2) and _is_finite(value[0]) and type(value[1]) is int
    return fits and value[0] >= 0 and 1 <= value[1] <= math.isqrt(MAX_SAMPLES)


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise _refused("first_pass", value, "true or false")
    return value


def _is_list(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length


def _is_finite(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= 1e300
