"""PDF for print: one page that holds the picture at its exact size, with trim and bleed boxes.

The picture is compressed as in a PNG, which PDF also reads, so rows of any number are streamed. PDF
1.6 (Adobe 2004): 8.6 page boundaries, 3.3.3 Flate with PNG predictors, 10.2.2 metadata streams,
10.4 page-piece dictionaries, which hold the texts.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from typing import Any, BinaryIO, NamedTuple

from phosphene.catalogue.sizes import DEFAULT_DPI
from phosphene.colour.display_p3 import converter
from phosphene.colour.icc import icc
from phosphene.core import deflate
from phosphene.core.errors import InputError
from phosphene.files.bounded import read_text
from phosphene.files.format_types import Still
from phosphene.files.png import Deflate, PngWriter, join_adler
from phosphene.files.texts import pack, unpack
from phosphene.files.xmp import xmp

INCH, POINTS = 25.4, 72  # millimetres and points of an inch
LONGEST_SIDE = 14_400  # units of a page; longer sides have a larger unit
SLUG, MARK = 10.0, 5.0  # millimetres outside the bleed for crop marks, and their length
CATALOG, PAGES, PAGE, CONTENTS, IMAGE, LENGTH, PROFILE, XMP, TEXTS = range(1, 10)
HEAD = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
SPACES = {1: "/DeviceGray", 3: f"[/ICCBased {PROFILE} 0 R]"}


class Box(NamedTuple):
    """Left, bottom, right and top of a box on the page, in millimetres from its lower left."""

    left: float
    bottom: float
    right: float
    top: float

    def inset(self, edge: float) -> Box:
        return Box(self.left + edge, self.bottom + edge, self.right - edge, self.top - edge)


class PdfWriter(PngWriter):
    """Writes grey or RGB in 8 or 16 bits. With the option `marks`, crop marks are outside the
    bleed.
    """

    def __init__(self, file: BinaryIO, still: Still):
        options, depth = still.options, int(still.options["depth"])
        self.file, self.still, self.pending, self.adler = file, still, deflate.ZLIB, 1
        self.sample_format = {8: "bytes", 16: "words"}[depth]
        self.convert, self.stream, self.bands = converter(options["profile"]), Deflate(), None
        self.places: dict[int, int] = {}
        file.write(HEAD)
        self._page()
        self._begin(IMAGE)
        width, height = still.size
        file.write(
            f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} "
            f"/ColorSpace {self._space()} /BitsPerComponent {depth} /Filter /FlateDecode "
            f"/DecodeParms << /Predictor 15 /Colors {still.channels} /BitsPerComponent {depth} "
            f"/Columns {width} >> /Length {LENGTH} 0 R >>\nstream\n".encode()
        )
        self.start = file.tell()

    def finish(self) -> None:
        self._flush()
        self.bands = None
        adler = join_adler(self.adler, self.stream.adler, self.stream.length)
        self._data([self.stream.end(last=True), struct.pack(">I", adler)])
        length = self.file.tell() - self.start
        self.file.write(b"\nendstream\nendobj\n")
        self._object(LENGTH, str(length))
        if self.still.channels > 1 and not self.still.data:
            profile = zlib.compress(icc(self.still.options["profile"]), 9)
            self._stream(PROFILE, "/N 3 /Filter /FlateDecode", profile)
        if self.still.texts:
            packet = xmp(self.still.texts, copied=True).encode()
            self._stream(XMP, "/Type /Metadata /Subtype /XML", packet)
            self._stream(TEXTS, "", pack(self.still.texts).encode())
        self._end()

    def _space(self) -> str:
        """The colour space: grey, or that of the profile; of data, none in particular."""
        return (
            "/DeviceRGB"
            if self.still.data and self.still.channels > 1
            else (SPACES[self.still.channels])
        )

    def _page(self) -> None:
        """Write the objects before the picture."""
        boxes, unit = self._boxes(), 1
        longest = max(boxes["MediaBox"][2:]) * POINTS / INCH
        unit = math.ceil(longest / LONGEST_SIDE)
        about = about_piece = ""
        if self.still.texts:
            about = f" /Metadata {XMP} 0 R"
            when = "/LastModified (D:20000101000000Z)"  # required; equal pictures, equal bytes
            about_piece = f" /PieceInfo << /Phosphene << {when} /Private {TEXTS} 0 R >> >> {when}"
        self._object(CATALOG, f"<< /Type /Catalog /Pages {PAGES} 0 R{about} >>")
        self._object(PAGES, f"<< /Type /Pages /Kids [{PAGE} 0 R] /Count 1 >>")
        shown = " ".join(f"/{name} [{_points(box, unit)}]" for name, box in boxes.items())
        self._object(
            PAGE,
            f"<< /Type /Page /Parent {PAGES} 0 R {shown}"
            + (f" /UserUnit {unit}" if unit > 1 else "")
            + f" /Resources << /XObject << /Picture {IMAGE} 0 R >> >> /Contents {CONTENTS} 0 R"
            + f"{about_piece} >>",
        )
        self._stream(CONTENTS, "", _drawing(boxes, self.still.options["marks"], unit).encode())

    def _boxes(self) -> dict[str, Box]:
        """The boxes of the page by name."""
        dpi = self.still.dpi or DEFAULT_DPI
        width, height = self.still.paper or [side / dpi * INCH for side in self.still.size]
        slug = SLUG if self.still.options["marks"] else 0.0
        media = Box(0.0, 0.0, width + 2 * slug, height + 2 * slug)
        bleed = media.inset(slug)
        return {"MediaBox": media, "BleedBox": bleed, "TrimBox": bleed.inset(self.still.bleed)}

    def _data(self, parts: list[Any]) -> None:
        for part in [self.pending, *parts]:
            self.file.write(part)
        self.pending = b""

    def _begin(self, number: int) -> None:
        self.places[number] = self.file.tell()
        self.file.write(f"{number} 0 obj\n".encode())

    def _object(self, number: int, body: str) -> None:
        self._begin(number)
        self.file.write(f"{body}\nendobj\n".encode())

    def _stream(self, number: int, about: str, body: bytes) -> None:
        self._begin(number)
        self.file.write(f"<< {about} /Length {len(body)} >>\nstream\n".encode())
        self.file.write(body + b"\nendstream\nendobj\n")

    def _end(self) -> None:
        """Write the table of objects; a free entry stands for each that is missing."""
        table = self.file.tell()
        self.file.write(f"xref\n0 {TEXTS + 1}\n0000000000 65535 f \n".encode())
        for number in range(1, TEXTS + 1):
            place = self.places.get(number)
            entry = "0000000000 00000 f \n" if place is None else f"{place:010} 00000 n \n"
            self.file.write(entry.encode())
        self.file.write(
            f"trailer\n<< /Size {TEXTS + 1} /Root {CATALOG} 0 R >>\n"
            f"startxref\n{table}\n%%EOF\n".encode()
        )


def _points(box: Box, unit: int) -> str:
    return " ".join(_number(side * POINTS / INCH / unit) for side in box)


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _drawing(boxes: dict[str, Box], marks: bool, unit: int) -> str:
    """The commands that draw the picture over its bleed, and crop marks at the corners."""
    box = boxes["BleedBox"]
    scale = POINTS / INCH / unit
    across, down = box.right - box.left, box.top - box.bottom
    placed = " ".join(_number(v * scale) for v in (across, 0, 0, down, box.left, box.bottom))
    lines = [f"q {placed} cm /Picture Do Q"]
    if not marks:
        return lines[0]
    trim = boxes["TrimBox"]
    lines.append(f"1 1 1 1 K {_number(0.25 / unit)} w")  # in every ink
    gap = (SLUG - MARK) / 2  # between bleed and mark
    for x in (trim.left, trim.right):
        for y, way in ((box.bottom - gap, -MARK), (box.top + gap, MARK)):
            lines.append(_mark(x, y, x, y + way, scale))
    for y in (trim.bottom, trim.top):
        for x, way in ((box.left - gap, -MARK), (box.right + gap, MARK)):
            lines.append(_mark(x, y, x + way, y, scale))
    return "\n".join(lines)


def _mark(x: float, y: float, to_x: float, to_y: float, scale: float) -> str:
    a, b, c, d = (_number(v * scale) for v in (x, y, to_x, to_y))
    return f"{a} {b} m {c} {d} l S"


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of a PDF that we wrote; empty if another program wrote it."""
    end = data.seek(0, 2)
    data.seek(max(0, end - 64))
    found = re.search(rb"startxref\n([0-9]{1,10})\n%%EOF", data.read(64))
    if not found:
        return {}
    data.seek(min(int(found[1]), end))
    table = data.read(20 * (TEXTS + 2))
    if not table.startswith(f"xref\n0 {TEXTS + 1}\n".encode()):
        return {}
    entry = table[len(f"xref\n0 {TEXTS + 1}\n") + 20 * TEXTS :][:20]
    if not re.fullmatch(rb"[0-9]{10} 00000 n \n", entry):
        return {}
    data.seek(min(int(entry[:10]), end))
    head = re.match(rb"9 0 obj\n<<  /Length ([0-9]{1,10}) >>\nstream\n", data.read(80))
    if head is None or int(head[1]) > end:
        raise InputError(f"{path}: the recipe inside is damaged or cut off")
    data.seek(min(int(entry[:10]), end) + head.end())
    return unpack(path, read_text(path, data, int(head[1])))
