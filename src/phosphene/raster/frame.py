"""Frames: how large a picture is, and which rectangle of its pixels to render.

Sizes are read from text: pixels, names such as `4k`, and lengths on paper at a resolution.
"""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple, TypeVar

from phosphene.catalogue.sizes import DEFAULT_DPI, MILLIMETRES, PAPERS, PRESETS
from phosphene.core.arguments import real_number
from phosphene.core.errors import SizeError, unknown

MAX_SIDE = 10_000_000
MAX_DPI = 100_000
NUMBER, UNITS = r"[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}", "|".join(MILLIMETRES)

Size = tuple[int, int]
Paper = tuple[float, float]  # width and height in millimetres


class Rect(NamedTuple):
    """A rectangle of pixels: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int


class Frame(NamedTuple):
    """What to render: the picture's size, a rectangle of it, pixels per inch, bleed in pixels.

    With bleed, the rectangle extends beyond the picture, since the plane has no edge. `paper` is
    the width and height of the rectangle in millimetres, exactly as the size and the bleed give
    them (whole pixels at `dpi` can only come close); None for a size in pixels, and for a crop.
    `bleed_length` is the bleed in millimetres, at 300 pixels per inch if nothing else is said.
    """

    size: Size
    rect: Rect
    dpi: float | None = None
    bleed: int = 0
    paper: Paper | None = None
    bleed_length: float = 0.0


def parse_frame(
    size: str | int | Size,
    crop: str | tuple[int, int, int, int] | None = None,
    bleed: str | int | None = None,
    dpi: float | None = None,
) -> Frame:
    """The frame for a size and a crop or a bleed. Raises `SizeError`."""
    pixels, dpi, paper = _print(size, dpi)
    if isinstance(bleed, str) and re.fullmatch(NUMBER, bleed.strip()) and _in_lengths(size):
        raise SizeError(f"{bleed} needs a unit, such as {bleed}mm or {bleed}px", argument="bleed")
    edge = parse_bleed(bleed, pixels, dpi)
    if crop is None:
        rect = Rect(-edge, -edge, pixels[0] + 2 * edge, pixels[1] + 2 * edge)
    elif edge:
        raise SizeError("a crop cannot have a bleed; omit `crop` or `bleed`", argument="bleed")
    else:
        rect, paper = parse_crop(crop, pixels), None
    beyond = _bleed_length(bleed, dpi or DEFAULT_DPI)
    if paper:
        paper = paper[0] + 2 * beyond, paper[1] + 2 * beyond
    return Frame(pixels, rect, dpi, edge, paper, beyond)


def parse_size(text: str | int | Size) -> Size:
    """Width and height in pixels from `1920x1080`, `800` (square), a name, `60x40cm@300dpi`, or a
    pair. Raises `SizeError`.
    """
    return parse_print(text)[0]


def parse_print(text: str | int | Size, dpi: float | None = None) -> tuple[Size, float | None]:
    """Width and height in pixels, and pixels per inch if the size or `dpi` gives them, else None.

    Sizes are such as `a3@300dpi`, `a3-landscape`, `30x40in@200dpi`, `60x40cm` (300 dpi by default),
    `4k`, `1920x1080@96dpi`. Raises `SizeError`.
    """
    return _print(text, dpi)[:2]


def _print(
    text: str | int | Size, dpi: float | None = None
) -> tuple[Size, float | None, Paper | None]:
    """As `parse_print`, and the paper if the size is in lengths."""
    paper = None
    check_dpi(dpi)
    if isinstance(text, str | int):
        text, own = _resolution(str(text)[:100].strip().lower())
        if own and dpi and own != dpi:
            raise SizeError(
                f"got {dpi:g}, but `size` has {own:g} dpi; omit one of them", argument="dpi"
            )
        dpi = own or dpi
        text, dpi, paper = _sides(text, dpi)
    try:
        width, height = (_whole(side) for side in text)
    except (TypeError, ValueError, OverflowError):
        raise SizeError(
            f"got {text!r:.60}; expected (width, height) in whole pixels", argument="size"
        ) from None
    if min(width, height) < 1:
        raise SizeError(
            f"got {width}x{height}; width and height must be at least 1 pixel", argument="size"
        )
    if max(width, height) > MAX_SIDE:
        raise SizeError(
            f"got {width}x{height}; a side may have at most {MAX_SIDE:,} pixels", argument="size"
        )
    return (width, height), dpi, paper


def _whole(side: Any) -> int:
    """A side that is a whole number, such as 10, "10" or 10.0. Raises `ValueError` for others."""
    number = int(side)
    if isinstance(side, bool) or (not isinstance(side, str) and number != side):
        raise ValueError(side)
    return number


def parse_bleed(text: str | int | None, size: Size, dpi: float | None) -> int:
    """The bleed in pixels, on every side, from `3mm`, `0.125in`, `9px` or 9. Raises `SizeError`."""
    if text is None:
        return 0
    found = _bleed_words(text)
    if not found:
        raise SizeError(f"got {str(text)[:40]!r}; expected 3mm, 0.125in or 9px", argument="bleed")
    number, unit = float(found[1]), found[2] or "px"
    if unit == "px" and number != int(number):
        raise SizeError(
            f"got {text}; expected whole pixels, or a unit: mm, cm, in", argument="bleed"
        )
    if unit != "px" and dpi is None:
        raise SizeError(
            f"{text} needs pixels per inch; add `dpi=300`, or `size=...@300dpi`", argument="bleed"
        )
    edge = int(number) if unit == "px" else _pixels(number * MILLIMETRES[unit], dpi or 0)
    if edge > min(size):
        raise SizeError(
            f"got {text}, which is {edge} pixels; expected at most the picture's shorter side",
            argument="bleed",
        )
    return edge


def _bleed_words(text: str | int) -> re.Match[str] | None:
    return re.fullmatch(rf"({NUMBER}) *(px|{UNITS})?", str(text)[:40].strip().lower())


def _bleed_length(text: str | int | None, dpi: float) -> float:
    """A valid bleed in millimetres."""
    found = None if text is None else _bleed_words(text)
    if found is None:
        return 0.0
    return float(found[1]) * MILLIMETRES.get(found[2] or "px", MILLIMETRES["in"] / dpi)


def _in_lengths(size: str | int | Size) -> bool:
    """Whether a size is in lengths or a paper size, not in pixels."""
    return (
        isinstance(size, str) and _sides(_resolution(size.strip().lower())[0], None)[2] is not None
    )


def _resolution(text: str) -> tuple[str, float | None]:
    """Split `a3@300dpi` into `a3` and 300 (None without a resolution)."""
    text, at, after = text.partition("@")
    if not at:
        return text, None
    found = re.fullmatch(rf"({NUMBER}) *(?:dpi|ppi)?", after.strip())
    if not found:
        raise SizeError(
            f"got '@{after[:24]}'; expected pixels per inch, such as @300dpi", argument="size"
        )
    dpi = float(found[1])
    check_dpi(dpi)
    return text.strip(), dpi


def check_dpi(dpi: float | None) -> None:
    """Raises `UserError` unless it is a number of pixels per inch, or None."""
    if dpi is not None and not 1 <= real_number(dpi, "dpi") <= MAX_DPI:
        raise SizeError(f"got {dpi:g}; expected 1 to {MAX_DPI:,} pixels per inch", argument="dpi")


def _sides(text: str, dpi: float | None) -> tuple[Size, float | None, Paper | None]:
    """The sides in pixels, pixels per inch, and paper, of a size text without its resolution."""
    found = re.fullmatch(r"(-?[0-9]{1,18})(?: *[x×] *(-?[0-9]{1,18}))?(?: *px)?", text)
    if found:
        return (int(found[1]), int(found[2] or found[1])), dpi, None
    found = re.fullmatch(rf"({NUMBER}) *[x×] *({NUMBER}) *({UNITS})", text)
    name = re.sub("-(landscape|portrait)$", "", text)
    if found:
        unit = MILLIMETRES[found[3]]
        millimetres = float(found[1]) * unit, float(found[2]) * unit
    elif name in PRESETS:
        return _turned(PRESETS[name][:2], text), dpi, None
    elif name in PAPERS:
        millimetres = _turned(PAPERS[name][:2], text)
    elif re.fullmatch(rf"({NUMBER})(?: *[x×] *({NUMBER}))?(?: *px)?", text):
        raise SizeError(
            f"got '{text[:40]}'; pixels are whole numbers, such as 800 or 1920x1080, and lengths "
            "have a unit, such as 10.5x7cm",
            argument="size",
        )
    elif found := re.fullmatch(rf"({NUMBER}) *({UNITS})", text):
        sides = f"{found[1]}x{found[1]}{found[2]}"
        raise SizeError(
            f"got '{text}'; lengths need a width and a height, such as {sides}", argument="size"
        )
    else:
        hint = unknown("size", text[:24], [*PRESETS, *PAPERS], list_with="sizes")
        raise SizeError(
            f"{hint} Or write WIDTHxHEIGHT, such as 1920x1080, 800, or 60x40cm@300dpi.",
            argument="size",
        )
    dpi = dpi or DEFAULT_DPI
    return (_pixels(millimetres[0], dpi), _pixels(millimetres[1], dpi)), dpi, millimetres


T = TypeVar("T", int, float)


def _turned(sides: tuple[T, T], text: str) -> tuple[T, T]:
    if text.endswith("-landscape"):
        return max(sides), min(sides)
    return (min(sides), max(sides)) if text.endswith("-portrait") else sides


def _pixels(millimetres: float, dpi: float) -> int:
    return math.floor(millimetres / 25.4 * dpi + 0.5)


def parse_crop(text: str | tuple[int, int, int, int], size: Size) -> Rect:
    """The rectangle `x,y,w,h` inside a picture of `size`. Raises `SizeError`."""
    try:
        parts = text.split(",") if isinstance(text, str) else text
        rect = Rect(*(int(p) for p in parts))
    except (TypeError, ValueError):
        raise SizeError(
            f"got {text!r}; expected x,y,width,height in whole pixels", argument="crop"
        ) from None
    if min(rect.width, rect.height) < 1 or min(rect.x, rect.y) < 0:
        raise SizeError(
            f"got {text!r}; expected x and y from 0, and width and height from 1", argument="crop"
        )
    if rect.x + rect.width > size[0] or rect.y + rect.height > size[1]:
        raise SizeError(
            f"{','.join(map(str, rect))} extends beyond the picture of {size[0]}x{size[1]}",
            argument="crop",
        )
    return rect
