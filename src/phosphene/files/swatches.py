"""Palette files for other programs: CSS, GIMP (.gpl), Adobe (.ase), JSON.

Sources: W3C custom properties; GIMP's developer reference, "GPL palette files"; the block layout of
Adobe Swatch Exchange as documented by the swatchbooker project.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Swatch(NamedTuple):
    """One colour, and its share of the picture (None: a palette's colour)."""

    rgb: tuple[int, int, int]
    share: float | None = None

    @property
    def hex(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


Groups = Mapping[str, Sequence[Swatch]]  # by a palette's name, or "colours": the colours in order


def css(title: str, groups: Groups) -> bytes:
    """CSS custom properties, a-1 and so on, and each group as a gradient."""
    lines = [f"/* {_one_line(title).replace('*/', '* /')} */", ":root {"]
    for group, swatches in groups.items():
        name = re.sub(r"[^a-z0-9]+", "-", group.lower()).strip("-") or "colours"
        for k, swatch in enumerate(swatches, 1):
            share = "" if swatch.share is None else f"  /* {100 * swatch.share:.1f} % */"
            lines.append(f"  --{name}-{k}: {swatch.hex};{share}")
        stops = ", ".join(f"var(--{name}-{k})" for k in range(1, len(swatches) + 1))
        lines.append(f"  --{name}-gradient: linear-gradient(in oklab to right, {stops});")
    return "\n".join([*lines, "}", ""]).encode()


def gpl(title: str, groups: Groups) -> bytes:
    """A palette for GIMP, Inkscape and Krita."""
    rows = [
        "{:3d} {:3d} {:3d}\t{} {}".format(*swatch.rgb, _one_line(group), k)
        for group, swatches in groups.items()
        for k, swatch in enumerate(swatches, 1)
    ]
    columns = max((len(swatches) for swatches in groups.values()), default=0)
    head = ["GIMP Palette", f"Name: {_one_line(title)}", f"Columns: {columns}", "#"]
    return "\n".join([*head, *rows, ""]).encode()


def ase(title: str, groups: Groups) -> bytes:
    """An Adobe Swatch Exchange file: big-endian blocks, one group of global RGB colours each."""
    blocks: list[bytes] = []
    for group, swatches in groups.items():
        blocks.append(_block(0xC001, _utf16(group)))
        for k, swatch in enumerate(swatches, 1):
            rgb = struct.pack(">3f", *(channel / 255 for channel in swatch.rgb))
            name = _utf16(f"{group} {k} {swatch.hex}")
            blocks.append(_block(0x0001, name + b"RGB " + rgb + struct.pack(">H", 0)))
        blocks.append(_block(0xC002, b""))
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack(">HI", kind, len(body)) + body


def _utf16(text: str) -> bytes:
    """A UTF-16 string with its length in units, both including a final zero."""
    units = (text + "\0").encode("utf-16-be")
    return struct.pack(">H", len(units) // 2) + units


def as_json(title: str, groups: Groups) -> bytes:
    data = {
        group: [
            {"hex": s.hex} | ({} if s.share is None else {"share": round(s.share, 4)})
            for s in swatches
        ]
        for group, swatches in groups.items()
    }
    whole = {"title": title, "groups": data}
    return (json.dumps(whole, indent=1, ensure_ascii=False) + "\n").encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


# suffix without its dot: (writer, what it is)
EXPORTS: dict[str, tuple[Callable[[str, Groups], bytes], str]] = {
    "css": (css, "CSS custom properties"),
    "gpl": (gpl, "palette for GIMP, Inkscape and Krita"),
    "ase": (ase, "Adobe Swatch Exchange"),
    "json": (as_json, "JSON"),
}
