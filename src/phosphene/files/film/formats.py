"""The table of film formats: their writers, limits and options."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.files.film.codecs import ALIASES, CODECS, Codec
from phosphene.files.formats import QUALITY
from phosphene.files.options import Matching, Option, Options, StrPath, fill_in, output_path

FOLDER = "/"  # the key in the table for a path without a suffix
MIN_FPS, MAX_FPS = Fraction(1, 10_000), 1000
MOST_TICKS = 65_535  # the longest duration of a frame of a GIF
LARGEST = 65_535  # numerator and denominator of the duration of a frame of an APNG

BROWSERS = Fraction(1000, 11)  # they count whole milliseconds, and show 10 or fewer as 100


@dataclass(frozen=True)
class Clip:
    """What to write: `size` (width, height) and rate of the frames, the metadata `texts`, and the
    values of all options of the format, including `suffix`.
    """

    size: tuple[int, int]
    rate: Fraction
    channels: int
    texts: Mapping[str, str]
    options: Options


@dataclass(frozen=True)
class FilmFormat:
    """One format. Its writer takes `(target, clip)`.

    `codecs`: names in `CODECS`; the option `codec`, or else the first, is used. `ticks`: parts of a
    second; a frame's duration is a whole number of them. `largest`: a frame's duration is a
    fraction of integers up to this. `fastest`: the highest rate that browsers play. `folder`: the
    target is a new folder to write in. `metadata`: as in `files.format_types.Format`.
    """

    writer: tuple[str, str]
    description: str
    options: dict[str, Option] = field(default_factory=dict)
    alpha: bool = True
    codecs: tuple[str, ...] = ()
    ticks: int | None = None
    largest: int | None = None
    fastest: Fraction | None = None
    max_side: int | None = None
    folder: bool = False
    extra: str | None = None
    metadata: tuple[str, str] = ("", "")


CRF = Option(
    "auto", "constant quality: 0 is lossless, higher is smaller; auto: visually lossless",
    Matching(r"auto|[0-9]|[1-5][0-9]|6[0-3]", "auto or 0 to 63"),
)  # fmt: skip
PRESET = Option("medium", "speed of the encoder", ("fast", "medium", "slow"))
PIXELS = Option(
    "420", "colour at half resolution (420, for all players) or at full resolution (444)",
    ("420", "444"),
)  # fmt: skip
KEYFRAMES = Option(
    "auto", "most frames between keyframes; 1: no frame needs another, for loops and editing",
    Matching(r"auto|[1-9][0-9]{0,3}", "auto or 1 to 9999"),
)  # fmt: skip
DEPTH = Option("8", "bits per sample", ("8", "10"))
VIDEO = ("phosphene.files.film.video", "VideoWriter")

# suffix: what it is
FILMS: dict[str, FilmFormat] = {
    ".mp4": FilmFormat(
        VIDEO, "MP4: H.264, H.265 or AV1, for every player",
        options={
            "codec": Option("h264", "which compression", ("h264", "h265", "av1")),
            "crf": CRF, "preset": PRESET, "pixels": PIXELS, "depth": DEPTH, "keyframes": KEYFRAMES,
        },
        alpha=False, codecs=("h264", "h265", "av1"), max_side=16_384, extra="video",
        metadata=("the comment", "XMP in a box"),
    ),
    ".webm": FilmFormat(
        VIDEO, "WebM: VP9 for web pages, with opacity if the picture has it",
        options={"crf": CRF, "preset": PRESET, "pixels": PIXELS, "keyframes": KEYFRAMES},
        codecs=("vp9",), max_side=16_383, extra="video",
        metadata=("the tag COMMENT", "the tag DIGITAL_SOURCE_TYPE"),
    ),
    ".mov": FilmFormat(
        VIDEO, "QuickTime: ProRes with 10 bits, for editing; ProRes 4444 with opacity",
        options={
            "codec": Option(
                "prores", "ProRes 4444, or the smaller ProRes 422 HQ", ("prores", "prores422")
            ),
        },
        codecs=("prores", "prores422"), max_side=16_384, extra="video",
        metadata=("the comment", "XMP in a box"),
    ),
    ".gif": FilmFormat(
        ("phosphene.files.film.gif", "GifWriter"), "GIF: 256 colours for the film, loops forever",
        options={"dither": Option("ordered", "a pattern that does not move", ("ordered", "none"))},
        alpha=False, ticks=100, max_side=65_535,
        metadata=("a comment", "XMP in an extension"),
    ),
    ".apng": FilmFormat(
        ("phosphene.files.film.apng", "ApngWriter"), "animated PNG: lossless, loops forever",
        largest=LARGEST, fastest=BROWSERS,
        metadata=("an iTXt chunk; copies in EXIF and XMP", "XMP"),
    ),
    ".webp": FilmFormat(
        ("phosphene.files.film.webp", "WebpFilmWriter"),
        "animated WebP: loops forever, in web pages",
        options={
            "quality": Option(90, "higher is better and larger", QUALITY),
            "lossless": Option(False, "keep every pixel exactly"),
            "effort": Option(2, "higher is slower and smaller", range(7)),
        },
        fastest=BROWSERS, max_side=16_383,
        metadata=("EXIF UserComment; a copy in XMP", "XMP"),
    ),
    FOLDER: FilmFormat(
        ("phosphene.files.film.frames", "FramesWriter"),
        "a folder: frame-00000.png and so on, and film.json with the recipe",
        options={
            "frames": Option("png", "format of the frames", ("png", "exr")),
            "depth": Option("8", "bits per sample of png frames", ("8", "16")),
            "first_frame": Option(0, "number of the first frame", range(10**7)),
        },
        folder=True,
        metadata=("film.json", "film.json"),
    ),
}  # fmt: skip


def check_suffix(path: StrPath) -> str:
    """The suffix in `FILMS` of an output path, "/" for a folder. Raises `UserError`."""
    output_path(path)  # raises what is not a path
    text = os.fspath(path)
    if text == "-":
        raise UserError("-: a film cannot be written to stdout; name a file or a folder")
    if text.endswith(("/", os.sep)) or not Path(text).suffix:
        return FOLDER
    suffix = Path(text).suffix.lower()
    if suffix not in FILMS:
        lacks = unknown("film format", suffix, [s for s in FILMS if s != FOLDER])
        hint = " Animated PNG is .apng." if suffix == ".png" else ""
        raise UserError(f"{path}: {lacks}{hint} A name without a suffix is a folder of frames.")
    return suffix


def film_suffix(name: str) -> str:
    """The suffix in `FILMS` of a format's name, such as "gif" or ".mp4". Raises `UserError` if it
    is unknown, or a folder of frames.
    """
    if not isinstance(name, str) or not name.strip("."):
        raise UserError(f"got {name!r:.60}; expected a name such as 'gif'", argument="format")
    suffix = check_suffix(f"film.{name.lower().lstrip('.')}")
    if FILMS[suffix].folder:
        raise UserError(f"'{name}' is a folder of frames; save to a path", argument="format")
    return suffix


def read_options(path: StrPath, options: Options | None) -> dict[str, Any]:
    """The values of all options of the path's format: as given, else the default.

    Raises `UserError` for an unknown option or an invalid value.
    """
    suffix = check_suffix(path)
    values = fill_in(path, suffix, FILMS[suffix].options, _usual(path, suffix, options or {}))
    if values.get("frames") == "exr" and values["depth"] != "8":
        raise UserError(f"{path}: depth is for png frames; EXR frames are half floats")
    return values


def _usual(path: StrPath, suffix: str, options: Options) -> Options:
    """The options with a codec's other names replaced, and the format's only codec accepted.

    Raises `UserError` for a codec that needs another suffix, or an option of another name.
    """
    chosen, found = FILMS[suffix], dict(options)
    if "codec" in found:
        text = str(found["codec"]).strip().lower()
        name = ALIASES.get(text, text)
        others = [s for s, other in FILMS.items() if name in other.codecs]
        if chosen.codecs == (name,):
            del found["codec"]
        elif name in CODECS and name not in chosen.codecs:
            raise UserError(
                f"{path}: format option codec={text}: {CODECS[name].label} needs suffix {others[0]}"
            )
        elif "codec" in chosen.options:
            found["codec"] = name
    meant = {"format", "type", "suffix", "file"} & set(found)
    if suffix == FOLDER and meant:
        name = meant.pop()
        raise UserError(
            f"{path}: format option {name}={found[name]}: choose the format of a folder's frames "
            "with frames=png or frames=exr"
        )
    return found


def sample_format(path: StrPath, options: Options | None = None) -> str:
    """The sample format of frames for a path's writer: "bytes" (uint8), "words" (uint16) or
    "linear" (float32, linear light). Creates no file.
    """
    values = read_options(path, options)
    if values.get("frames") == "exr":
        return "linear"
    deep = check_suffix(path) == ".mov" or values.get("depth") in ("10", "16")
    return "words" if deep else "bytes"


def codec_of(path: StrPath, values: Mapping[str, Any]) -> Codec | None:
    """The codec for the path and its options; None if the format has no codecs."""
    names = FILMS[check_suffix(path)].codecs
    return CODECS[values.get("codec", names[0])] if names else None


def read_rate(fps: float | Fraction) -> Fraction:
    """Frames per second as a fraction: 29.97 is 2997/100. Raises `UserError` if it is invalid."""
    try:
        rate = fps if isinstance(fps, Fraction) else Fraction(str(fps))
    except (ValueError, ZeroDivisionError):
        raise UserError(f"fps={fps}: not a number of frames per second") from None
    if not MIN_FPS <= rate <= MAX_FPS:
        expected = f"{float(MIN_FPS):g} to {MAX_FPS} frames per second"
        raise UserError(f"fps={fps}: expected {expected}")
    return rate.limit_denominator(10_000)


def shown(rate: Fraction, ticks: int, frames: int) -> int:
    """The duration of the first `frames` frames in whole ticks. Durations of frames alternate, so
    that the sum is right. Each is at least 2 ticks, because browsers slow down shorter frames to a
    tenth of a second.
    """
    return math.floor(frames * max(ticks / rate, Fraction(2)) + Fraction(1, 2))


def duration(path: StrPath, frames: int, rate: Fraction) -> float:
    """The duration in seconds of a film in the format of the path."""
    chosen = FILMS[check_suffix(path)]
    if chosen.ticks:
        return shown(rate, chosen.ticks, frames) / chosen.ticks
    return float(frames / (nearest_rate(rate, chosen.largest) if chosen.largest else rate))


def nearest_rate(rate: Fraction, largest: int) -> Fraction:
    """The nearest rate whose numerator and denominator are at most `largest`."""
    if rate > 1:
        return 1 / (1 / rate).limit_denominator(largest)
    return rate.limit_denominator(largest)
