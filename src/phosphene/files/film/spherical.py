"""Marks MP4 and QuickTime films as 360-degree films: Google's Spherical Video RFC, version 1.

A box with XML in the track of the video. The box of the track stands before the frames, so that
these are moved, and with them the offsets of all chunks.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from phosphene.core.errors import OutputError

UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
XML = b"""<?xml version="1.0"?><rdf:SphericalVideo
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">
<GSpherical:Spherical>true</GSpherical:Spherical>
<GSpherical:Stitched>true</GSpherical:Stitched>
<GSpherical:StitchingSoftware>Phosphene</GSpherical:StitchingSoftware>
<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>
</rdf:SphericalVideo>"""
BOX = struct.pack(">I4s", 24 + len(XML), b"uuid") + UUID + XML
STILL = ("loop", "walk", "original")  # paths that leave the view as it is
INSIDE = (b"trak", b"mdia", b"minf", b"stbl")  # boxes of boxes, on the way to the offsets
OFFSETS = {b"stco": ">I", b"co64": ">Q"}
BLOCK = 1 << 22  # bytes that are moved at a time


def keeps_view(texts: Mapping[str, str]) -> bool:
    """Whether a film's paths leave the view of its recipe as it is."""
    try:
        paths = json.loads(texts["phosphene-film"])["path"]
        return all(path["path"] in STILL for path in paths)
    except (KeyError, ValueError, TypeError):
        return False


def mark_spherical(path: Path) -> None:
    """Add the box to a finished file. Raises `OutputError` if its boxes are not as expected."""
    with open(path, "r+b") as file:
        size = file.seek(0, 2)
        found = {kind: (start, end) for kind, start, end in _boxes(file, 0, size)}
        if b"moov" not in found or b"mdat" not in found:
            raise OutputError("the film has no boxes for a mark as a 360-degree film")
        start, end = found[b"moov"]
        file.seek(start)
        moov = bytearray(file.read(end - start))
        moved = len(BOX) if start < found[b"mdat"][0] else 0
        moov = _with_box(moov, moved)
        _make_room(file, end, len(BOX), size)
        file.seek(start)
        file.write(moov)


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the boxes in a part of a file."""
    while start + 8 <= end:
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1:  # 64 bits follow
            length = int.from_bytes(file.read(8), "big")
        length = length or end - start
        if length < 8:
            return
        yield kind, start, start + length
        start += length


def _with_box(moov: bytearray, moved: int) -> bytearray:
    """The box of tracks with ours in its first track, and offsets moved by as many bytes."""
    track = next(at for kind, at, _ in _inside(moov, 8, len(moov)) if kind == b"trak")
    (length,) = struct.unpack_from(">I", moov, track)
    for kind, at, _ in list(_tree(moov, 8, len(moov))):
        if kind in OFFSETS and moved:
            form = OFFSETS[kind]
            (count,) = struct.unpack_from(">I", moov, at + 12)
            for k in range(count):
                place = at + 16 + k * struct.calcsize(form)
                struct.pack_into(
                    form, moov, place, struct.unpack_from(form, moov, place)[0] + moved
                )
    struct.pack_into(">I", moov, track, length + len(BOX))
    struct.pack_into(">I", moov, 0, len(moov) + len(BOX))
    moov[track + length : track + length] = BOX
    return moov


def _inside(data: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        if length < 8:
            return
        yield bytes(kind), start, start + length
        start += length


def _tree(data: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for kind, at, stop in _inside(data, start, end):
        yield kind, at, stop
        if kind in INSIDE:
            yield from _tree(data, at + 8, stop)


def _make_room(file: BinaryIO, at: int, room: int, size: int) -> None:
    """Move everything from `at` on by `room` bytes, from the end of the file."""
    while size > at:
        step = min(BLOCK, size - at)
        file.seek(size - step)
        data = file.read(step)
        file.seek(size - step + room)
        file.write(data)
        size -= step
