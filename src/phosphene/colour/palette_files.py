"""Palettes from files: those of other programs, our own exports, and the colours of a picture.

A file is known by its first bytes. Sources: GIMP's developer reference, "GPL palette files"; the
block layout of Adobe Swatch Exchange as documented by the swatchbooker project; JASC's PAL text;
W3C custom properties.
"""

from __future__ import annotations

import json
import os
import re
import stat
import struct
import warnings
from collections.abc import Callable, Iterator
from os import PathLike, fspath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import has_opacity
from phosphene.colour.dominant import dominant
from phosphene.core.errors import InputError, PhospheneError, reading, refuse_pipe
from phosphene.core.json_text import read_json
from phosphene.core.limits import require

Colour = tuple[int, int, int]
Named = Iterator[tuple[str, Colour]]  # each colour with the name of its group

MOST_BYTES = 1 << 20  # of a file that is no picture
MOST_COLOURS = 64
FROM_PICTURE = 6  # colours of a picture
TINY = 0.02  # of a picture; a colour of less is left out
SIDE = 128  # of the reduced picture in which colours are counted, pixels
MOST_PIXELS = 1 << 26  # of a picture that is read
HEX = r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b"
KINDS = ".gpl, .ase, .css, .json, .hex or .pal, or a picture"


def is_palette_file(value: object) -> bool:
    """Whether a value given as a palette names a file: a path object, or a text with a suffix."""
    if isinstance(value, PathLike):
        return True
    return isinstance(value, str) and not value.startswith("#") and bool(_suffix(value))


def _suffix(text: str) -> str:
    return os.path.splitext(text.strip())[1] if "," not in text else ""


def read_palette(path: str | PathLike[str]) -> list[str]:
    """The colours of a file, each "#rrggbb", 2 to 64 of them, in the order of the file.

    Of a file with several groups (our own exports) the first with two colours or more; of a picture
    the six that it shows most, from dark to light. Raises `InputError` for a file that cannot be
    read, that is damaged, or that has no such palette.
    """
    name = fspath(path)
    groups = read_groups(name)
    if groups is not None:
        whole = [colour for colours in groups.values() for colour in colours]
        found = next((colours for colours in groups.values() if len(set(colours)) > 1), whole)
    else:
        pixels = read_picture(name, needed=True)
        if pixels is None:
            raise InputError(f"{name}: no palette; expected {KINDS}")
        found = _most_shown(opaque(pixels))
    colours = list(dict.fromkeys("#{:02x}{:02x}{:02x}".format(*colour) for colour in found))
    if not 2 <= len(colours) <= MOST_COLOURS:
        raise InputError(f"{name}: {len(colours)} different colours; a palette has 2 to 64")
    return colours


def _most_shown(pixels: NDArray[np.uint8]) -> list[Colour]:
    """The colours that a picture shows most; those of a tiny part only if there are no others."""
    colours, shares = dominant(pixels, FROM_PICTURE)
    kept = colours[shares >= TINY] if (shares >= TINY).sum() > 1 else colours
    return [(int(red), int(green), int(blue)) for red, green, blue in kept]


def read_groups(name: str) -> dict[str, list[Colour]] | None:
    """The colours of a palette file by group; None for a picture or anything else that is no text.

    Raises `InputError` for a file that cannot be read or is damaged.
    """
    with reading(name):
        if not stat.S_ISREG(os.stat(name).st_mode):
            raise InputError(f"{name}: not a file; expected {KINDS}")
        with open(name, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    read = next((read for start, read in READERS.items() if data.startswith(start)), None)
    if read is None:
        if b"\0" in data[:1024] or data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"BM")):
            return None
        read = _css
    if len(data) > MOST_BYTES:
        raise InputError(f"{name}: over {MOST_BYTES >> 20} MB; a file of colours is smaller")
    groups: dict[str, list[Colour]] = {}
    try:
        for group, colour in read(data.removeprefix(BOM)):
            groups.setdefault(group, []).append(colour)
    except (ValueError, KeyError, TypeError, struct.error, RecursionError) as error:
        raise InputError(f"{name}: cannot be read as a palette ({error})") from None
    return groups


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _byte(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= 255:
        raise ValueError(f"got {number}; expected 0 to 255")
    return number


def _from_hex(text: str) -> Colour:
    digits = text.lstrip("#")
    if len(digits) in (3, 4):
        digits = "".join(2 * d for d in digits)
    if not re.fullmatch(r"[0-9a-fA-F]{6}([0-9a-fA-F]{2})?", digits):
        raise ValueError(f"{text!r:.40} is not a colour; expected #rrggbb")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _gpl(data: bytes) -> Named:
    """GIMP: rows of red, green, blue and a name. Names "A 1", "A 2", ... are those of a group."""
    rows: list[tuple[str, Colour]] = []
    for k, line in enumerate(_text(data).splitlines()[1:], 2):
        if not line.strip() or re.match(r"\s*(#|[A-Za-z]+:)", line):
            continue
        found = re.match(r"\s*(\d{1,4})\s+(\d{1,4})\s+(\d{1,4})(?:\s+(.*))?$", line)
        if not found:
            raise ValueError(f"line {k}: {line.strip()!r:.40}; expected red, green, blue, name")
        red, green, blue, name = found.groups()
        rows.append((name or "", (_byte(red), _byte(green), _byte(blue))))
    numbered = [re.fullmatch(r"(.*\S)\s+(\d{1,4})", name) for name, _ in rows]
    for row, match in zip(rows, numbered, strict=True):
        yield (match[1] if match and all(numbered) else ""), row[1]


def _ase(data: bytes) -> Named:
    """Adobe Swatch Exchange: blocks of a kind, a length and a body."""
    (count,) = struct.unpack(">I", data[8:12])
    place, group = 12, ""
    for k in range(count):
        # where the head of a block is missing, the length is more than any body
        kind, length = struct.unpack(">HI", data[place : place + 6].ljust(6, b"\xff"))
        body = data[place + 6 : place + 6 + length]
        if len(body) < length:
            raise ValueError(f"it ends inside block {k + 1} of {count}")
        place += 6 + length
        if kind == 0xC001:
            group = str(k)
        elif kind == 0xC002:
            group = ""
        elif kind == 0x0001:
            (units,) = struct.unpack(">H", body[:2])
            yield group, _ase_colour(body[2 + 2 * units :])


def _ase_colour(body: bytes) -> Colour:
    model = body[:4].decode("ascii", errors="replace").strip()
    counts = {"RGB": 3, "CMYK": 4, "Gray": 1, "GRAY": 1}
    if model not in counts:
        raise ValueError(f"the colour model {model!r}; expected RGB, CMYK or Gray")
    values = struct.unpack(f">{counts[model]}f", body[4 : 4 + 4 * counts[model]])
    if not all(-0.001 <= v <= 1.001 for v in values):
        raise ValueError(f"a colour of {values}; expected numbers from 0 to 1")
    if model == "CMYK":
        values = tuple((1 - ink) * (1 - values[3]) for ink in values[:3])
    red, green, blue = (values * 3)[:3]
    return _byte(red * 255 + 0.5), _byte(green * 255 + 0.5), _byte(blue * 255 + 0.5)


def _jasc(data: bytes) -> Named:
    """Paint Shop Pro: a head of three lines, then red, green and blue."""
    for line in _text(data).splitlines()[3:]:
        if line.strip():
            red, green, blue = line.split()[:3]
            yield "", (_byte(red), _byte(green), _byte(blue))


def _json(data: bytes) -> Named:
    """Our own export, or any JSON of colours: lists of #rrggbb, of [r, g, b], or of objects."""
    whole = read_json(data)
    if isinstance(whole, dict):
        for key in ("groups", "palettes", "colors", "colours"):
            if isinstance(whole.get(key), dict | list):
                whole = whole[key]
                break
    groups = whole if isinstance(whole, dict) else {"": whole}
    for group, colours in groups.items():
        if isinstance(colours, list):
            for colour in colours:
                yield group, _json_colour(colour)


def _json_colour(value: Any) -> Colour:
    if isinstance(value, dict):
        value = value.get("hex", value.get("color", value.get("colour", value.get("value"))))
    if isinstance(value, str):
        return _from_hex(value)
    numbers = isinstance(value, list) and len(value) in (3, 4)
    if not numbers or not all(type(v) is int for v in value):
        raise ValueError(f"{json.dumps(value):.40} is not a colour; expected #rrggbb or [r, g, b]")
    return _byte(value[0]), _byte(value[1]), _byte(value[2])


def _css(data: bytes) -> Named:
    """CSS, or any text with colours: custom properties, else #rrggbb, else lines of six digits."""
    text = re.sub(r"/\*.*?\*/", " ", _text(data), flags=re.DOTALL)
    rgb = r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[^)]{0,20}\)"
    properties = re.findall(rf"--([\w-]{{1,80}})\s*:\s*({HEX}|{rgb})", text)
    for name, value, *numbers in properties:
        group = re.sub(r"-?\d+$", "", name) if re.search(r"-\d+$", name) else ""
        yield group, _from_hex(value) if value[0] == "#" else _numbers(numbers)
    if properties:
        return
    found = re.findall(rf"({HEX})|{rgb}", text)
    for value, *numbers in found:
        yield "", _from_hex(value) if value else _numbers(numbers)
    if not found:
        for line in text.split():
            if re.fullmatch(r"[0-9a-fA-F]{6}", line):
                yield "", _from_hex(line)


def _numbers(values: list[str]) -> Colour:
    return _byte(values[0]), _byte(values[1]), _byte(values[2])


BOM = b"\xef\xbb\xbf"
READERS: dict[bytes, Callable[[bytes], Named]] = {
    b"GIMP Palette": _gpl,
    b"ASEF": _ase,
    b"JASC-PAL": _jasc,
    b"{": _json,
    b"[": _json,
}


def read_picture(source: str, needed: bool) -> NDArray[np.uint8] | None:
    """The pixels of a picture file, reduced. None if Pillow cannot read it, or if it is too large;
    if it is `needed`, the latter raises `InputError`.
    """
    from PIL import Image

    refuse_pipe(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on damaged metadata, and on size, judged below
            with Image.open(source) as image:
                if image.width * image.height <= MOST_PIXELS:
                    require(source, pixels=image.width * image.height)
                    image.draft("RGB", (2 * SIDE, 2 * SIDE))
                    coloured = image.convert("RGBA" if image.has_transparency_data else "RGB")
                    coloured.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
                    return np.asarray(coloured)
    except Image.DecompressionBombError:
        pass
    except (PhospheneError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - decoders raise anything for a damaged file
        return None
    if needed:
        raise InputError(f"{source}: over {MOST_PIXELS >> 20} million pixels; make it smaller")
    return None


def opaque(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours of the visible pixels, of shape (n, 3)."""
    channels = pixels.shape[-1]
    flat = pixels.reshape(-1, channels)
    if has_opacity(channels):
        visible = flat[flat[:, -1] >= 128]
        flat = visible if len(visible) else flat
    return flat[:, :3] if channels > 2 else flat[:, :1].repeat(3, axis=1)
