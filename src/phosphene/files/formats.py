"""The table of formats: their writers, limits and options.

Options can be given as values or text (`depth="16"`) and become values of the default's type.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, NamedTuple

from phosphene.colour.channels import has_opacity
from phosphene.core.errors import InputError, SizeError, UserError, unknown
from phosphene.core.extras import missing_extra
from phosphene.files.format_types import Format, Reader
from phosphene.files.options import (
    Between,
    Colours,
    Matching,
    Option,
    Options,
    StrPath,
    fill_in,
    output_path,
)

PROFILE = Option("srgb", "colour space: sRGB, or converted to Display P3", ("srgb", "p3"))
QUALITY = range(1, 101)
LENGTH = Between(0, 1e5)
SIDE = "[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-6]"
SUBSAMPLING = Option(
    "444", "colour at full resolution (444), half the width (422), or half of both (420)",
    ("444", "422", "420"),
)  # fmt: skip

# suffix: what it is
FORMATS: dict[str, Format] = {
    ".png": Format(
        ("phosphene.files.png", "PngWriter"), "PNG, lossless", ("bytes", "words"),
        options={"depth": Option("8", "bits per sample", ("8", "16")), "profile": PROFILE},
        reader=Reader(
            "a PNG", (b"\x89PNG\r\n\x1a\n",), ("phosphene.files.png_reading", "read_texts")
        ),
        metadata=("an iTXt chunk; copies in EXIF and XMP", "XMP"),
    ),
    ".jpg": Format(
        ("phosphene.files.pillow_formats", "JpegWriter"), "JPEG, small and everywhere", ("bytes",),
        max_side=65_500,  # libjpeg's limit; the format's own is 65,535
        options={
            "quality": Option(95, "higher is better and larger", QUALITY),
            "subsampling": SUBSAMPLING, "profile": PROFILE,
        },
        alpha=False, memory=6,
        reader=Reader(
            "a JPEG", (b"\xff\xd8\xff",), ("phosphene.files.pillow_formats", "read_jpeg")
        ),
        metadata=("EXIF UserComment, a copy in XMP; from 60 kB on, segments APP15", "XMP"),
    ),
    ".webp": Format(
        ("phosphene.files.pillow_formats", "WebpWriter"), "WebP, for web pages", ("bytes",),
        max_side=16_383,
        options={
            "quality": Option(90, "higher is better and larger", QUALITY),
            "lossless": Option(False, "keep every pixel exactly"),
            "effort": Option(4, "higher is slower and smaller", range(7)), "profile": PROFILE,
        },
        memory=20,
        reader=Reader(
            "a WebP", (b"RIFF....WEBP",), ("phosphene.files.pillow_formats", "read_webp")
        ),
        metadata=("EXIF UserComment; a copy in XMP", "XMP"),
    ),
    ".avif": Format(
        ("phosphene.files.pillow_formats", "AvifWriter"), "AVIF, the smallest", ("bytes",),
        max_side=32_768, max_pixels=2**28,  # libavif opens no larger ones
        options={
            "quality": Option(80, "higher is better and larger", QUALITY),
            "speed": Option(6, "higher is faster and larger", range(11)),
            "subsampling": SUBSAMPLING, "profile": PROFILE,
        },
        memory=40,
        reader=Reader(
            "an AVIF", (b"....ftypavif",), ("phosphene.files.pillow_formats", "read_avif")
        ),
        metadata=("EXIF UserComment; a copy in XMP", "XMP"),
    ),
    ".tiff": Format(
        ("phosphene.files.tiff", "TiffWriter"), "tiled TIFF, BigTIFF if it is large",
        ("bytes", "words", "float"),
        options={
            "depth": Option("8", "bits per sample, or float", ("8", "16", "32f")),
            "compression": Option("deflate", "both lossless", ("deflate", "none")),
            "pyramid": Option(False, "include smaller levels, for viewers of large pictures"),
            "tile": Option(256, "side in pixels", range(16, 4097, 16)), "profile": PROFILE,
        },
        extra="tiff",
        reader=Reader(
            "a TIFF", (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
            ("phosphene.files.tiff", "read_texts"), ("phosphene.files.tiff", "read_pixels"),
        ),
        metadata=("tag 270, ImageDescription; a copy in XMP", "XMP"),
    ),
    ".exr": Format(
        ("phosphene.files.exr", "ExrWriter"), "OpenEXR, linear light", ("linear", "data"),
        options={
            "depth": Option("half", "16-bit or 32-bit floats", ("half", "float")),
            "raw": Option(False, "samples unchanged, for data: not converted to linear light"),
        },
        reader=Reader(
            "an OpenEXR file", (b"\x76\x2f\x31\x01",),
            ("phosphene.files.exr", "read_texts"), ("phosphene.files.exr_pixels", "read_pixels"),
        ),
        metadata=("a string attribute", "the string attribute `xmp`"),
    ),
    ".dzi": Format(
        ("phosphene.files.deepzoom", "DeepZoomWriter"),
        "Deep Zoom: a folder of tiles, and a page to pan and zoom in any browser", ("bytes",),
        options={
            "tile": Option(254, "side in pixels", range(16, 4097, 2)),
            "overlap": Option(1, "pixels that tiles extend into their neighbours", range(9)),
            "format": Option("jpg", "format of the tiles", ("jpg", "png")),
            "quality": Option(90, "quality of jpg tiles", QUALITY),
        },
        folder=("{stem}_files", "{stem}.html", "{stem}.dzi"),
        no_pixels="Deep Zoom is a folder of tiles",
        metadata=("a comment, also in the page", "XMP in comments"),
    ),
    ".zarr": Format(
        ("phosphene.files.zarr_format", "ZarrWriter"),
        "Zarr 3: a folder of chunks, (y, x, channel)",
        ("bytes", "words", "float"),
        options={
            "depth": Option("8", "bits per sample, or float", ("8", "16", "32f")),
            "chunk": Option(256, "side in pixels", range(16, 4097)),
            "shard": Option(4, "side of a file in chunks", range(1, 65)),
        },
        folder=("{name}",), extra="zarr",
        metadata=("the attributes", "an attribute"),
    ),
    ".svg": Format(
        ("phosphene.files.isolines", "IsolinesWriter"),
        "SVG for plotters: lines of equal brightness, in millimetres, a layer for each pen",
        ("float",),
        options={
            "levels": Option(12, "number of levels, evenly spaced", range(1, 201)),
            "width": Option(0.0, "of the page, millimetres; 0: the picture's, or 200", LENGTH),
            "margin": Option(0.0, "millimetres on all sides; the picture shrinks", LENGTH),
            "pens": Option("black", "pens for the levels, from dark to light", Colours()),
            "pen": Option(0.3, "width of a line in millimetres", Between(0.01, 100)),
            "tolerance": Option(0.02, "millimetres by which lines may deviate", LENGTH),
            "shortest": Option(0.5, "millimetres; shorter lines are omitted", LENGTH),
            "lines": Option(True, "draw the lines between the levels"),
            "hatch": Option(0.0, "millimetres between lines in the darkest area; 0: none", LENGTH),
            "fill": Option(False, "fill the areas between the levels, for cutters and screens"),
        },
        memory=40, extra="svg", no_pixels="an SVG is lines, not pixels",
        metadata=("`<metadata>`", "XMP in `<metadata>`"),
    ),
    ".pdf": Format(
        ("phosphene.files.pdf", "PdfWriter"),
        "PDF for print: a page of the picture's size, with trim and bleed boxes",
        ("bytes", "words"),
        options={
            "depth": Option("8", "bits per sample", ("8", "16")), "profile": PROFILE,
            "marks": Option(False, "crop marks outside the bleed"),
        },
        alpha=False, no_pixels="a PDF is a page",
        reader=Reader("a PDF", (b"%PDF-",), ("phosphene.files.pdf", "read_texts")),
        metadata=("a private stream of the page; a copy in XMP", "XMP"),
    ),
    ".ico": Format(
        ("phosphene.files.ico", "IcoWriter"), "ICO: an icon in several sizes", ("bytes",),
        options={
            "sizes": Option(
                "16,24,32,48,64,128,256", "longer sides in pixels, up to that of the picture",
                Matching(rf"({SIDE})(,({SIDE})){{0,15}}", "1 to 256, with commas"),
            ),
        },
        memory=20,
        reader=Reader("an icon", (b"\0\0\1\0",), ("phosphene.files.ico", "read_texts")),
        metadata=("in its largest PNG", "XMP in its largest PNG"),
    ),
    ".npy": Format(
        ("phosphene.files.npy", "NpyWriter"),
        "NumPy array of the float pixels (height, width, channels)", ("data",),
        reader=Reader(
            "an NPY file", (b"\x93NUMPY",),
            ("phosphene.files.npy", "read_texts"), ("phosphene.files.npy", "read_pixels"),
        ),
        metadata=("after the array", "-"),
    ),
}  # fmt: skip
ALIASES = {".jpeg": ".jpg", ".tif": ".tiff"}
READERS = tuple(found.reader for found in FORMATS.values() if found.reader)
FILM_READERS = (  # tried after those of pictures, since an AVIF begins like an MP4
    Reader(
        "a video", (b"....ftyp", b"\x1aE\xdf\xa3"), ("phosphene.files.film.reading", "read_video")
    ),
    Reader("a GIF", (b"GIF8",), ("phosphene.files.film.gif", "read_texts")),
)
# extra: the module that it must provide
EXTRAS = {"tiff": "tifffile", "zarr": "zarr", "svg": "contourpy", "video": "av"}
TOO_LARGE = "too large to check; check its recipe, or a crop"
DEPTHS = {"8": "bytes", "16": "words", "32f": "float"}


def check_suffix(path: StrPath) -> str:
    """The suffix in `FORMATS` of an output path; `-` is a PNG on stdout. Raises `UserError` for an
    unknown one.
    """
    if str(path) == "-":
        return ".png"
    suffix = output_path(path).suffix.lower()
    suffix = ALIASES.get(suffix, suffix)
    if not suffix:
        name = f"{str(path).rstrip('.')}.png"
        raise UserError(f"{path}: no format; add a suffix such as .png: {name}")
    if suffix not in FORMATS:
        name = suffix
        raise UserError(f"{path}: {unknown('format', name, FORMATS, list_with='formats')}")
    return suffix


def format_suffix(name: str) -> str:
    """The suffix in `FORMATS` of a format's name, such as "png" or ".tif".

    Raises `UserError` if it is unknown, or a folder of files.
    """
    if not isinstance(name, str):
        raise UserError(f"got {name!r:.60}; expected a name such as 'png'", argument="format")
    suffix = check_suffix(f"picture.{name.lower().lstrip('.')}")
    if FORMATS[suffix].folder:
        raise UserError(f"format: '{name}' is a folder of files; save to a path")
    return suffix


class Target(NamedTuple):
    """The format that a path stands for: its suffix in `FORMATS`, the values of all its options,
    and the sample format of the rows that its writer takes.
    """

    suffix: str
    options: dict[str, Any]
    sample_format: str


def read_target(path: StrPath, options: Options | None = None) -> Target:
    """The format of a path with its options: as given, else the default.

    Raises `UserError` for an unknown format or option, or an invalid value.
    """
    suffix = check_suffix(path)
    chosen = FORMATS[suffix]
    values = fill_in(path, suffix, chosen.options, options)
    kind = DEPTHS.get(str(values.get("depth")), chosen.kinds[0])
    return Target(suffix, values, "data" if values.get("raw") else kind)


def sample_format(path: StrPath, options: Options | None = None) -> str:
    """The sample format of rows for a path's writer: "bytes" (uint8), "words" (uint16), "float"
    (sRGB-encoded, 0..1), "linear" (float32, linear light), or "data" (floats as the recipe computes
    them, not inverted by its finish). Creates no file.
    """
    return read_target(path, options).sample_format


def check(
    path: StrPath, size: tuple[int, int], channels: int, options: Options | None = None
) -> Target:
    """The format of a path, which can hold a picture with these properties and options.

    Raises `SizeError` or `UserError`, naming formats that can. Creates no file; call it before
    rendering.
    """
    target = read_target(path, options)
    suffix, chosen = target.suffix, FORMATS[target.suffix]
    lacks = _lacks(chosen, size, channels, target.options)
    if lacks:
        opacity = "opacity" in lacks
        others = [
            s for s, f in FORMATS.items()
            if (f.streams or opacity)
            and not _lacks(f, size, channels, read_target(f"a{s}").options)
        ]  # fmt: skip
        kind = UserError if opacity else SizeError
        raise kind(f"{path}: {suffix} {lacks}; {', '.join(others)} can")
    if chosen.memory:
        _check_memory(path, suffix, size)
    if chosen.extra:
        load_extra(chosen.extra, f"{path}: {suffix}")
    return target


def _lacks(chosen: Format, size: tuple[int, int], channels: int, values: Options) -> str:
    """Why the format cannot hold such a picture, or ""."""
    across = f"{size[0]:,} x {size[1]:,}"
    if chosen.max_side and max(size) > chosen.max_side:
        return f"cannot hold {across} pixels (at most {chosen.max_side:,} a side)"
    if chosen.max_pixels and size[0] * size[1] > chosen.max_pixels:
        return f"cannot hold {across} pixels (at most {chosen.max_pixels:,} in all)"
    if has_opacity(channels) and not chosen.alpha:
        return "cannot hold the picture's opacity"
    if has_opacity(channels) and values.get("format") == "jpg":
        return "in jpg cannot hold the picture's opacity; the format option format=png can"
    return ""


def _check_memory(path: StrPath, suffix: str, size: tuple[int, int]) -> None:
    need, have = size[0] * size[1] * FORMATS[suffix].memory, machine_memory() // 2
    if need > have:
        others = ", ".join(s for s, f in FORMATS.items() if f.streams)
        raise SizeError(
            f"{path}: {suffix} needs the whole picture in memory, and {size[0]:,} x {size[1]:,} "
            f"pixels take about {need / 1e9:.1f} GB; half of this machine's memory is "
            f"{have / 1e9:.1f} GB. Formats that stream any height: {others}"
        )


def machine_memory() -> int:
    """The machine's memory in bytes; 8 GB if it is unknown."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 << 30


def check_shape(path: StrPath, shape: tuple[int, ...], most: int) -> None:
    """Raise `InputError` unless an array is a picture of up to `most` pixels."""
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] > 4):
        raise InputError(f"{path}: got an array {shape}; expected (height, width, channels)")
    if shape[0] * shape[1] > most:
        raise InputError(f"{path}: {TOO_LARGE}")


def load_extra(extra: str, who: str, module: str = "") -> Any:
    """Import and return the module of an extra, or another one that it provides. Raises `UserError`
    with its install command.
    """
    module = module or EXTRAS[extra]
    try:
        return import_module(module)
    except ImportError as error:
        raise UserError(missing_extra(who, module, extra, error)) from None
