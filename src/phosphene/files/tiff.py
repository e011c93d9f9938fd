"""TIFF and BigTIFF: tiles, smaller levels in SubIFDs, by tifffile. TIFF 6.0; Adobe TechNote 1.

tifffile pulls the tiles of the full picture while rows arrive. The smaller levels are kept
compressed in temporary files, since the file stores one level after the other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np

from phosphene.colour.channels import has_opacity
from phosphene.colour.display_p3 import converter
from phosphene.colour.icc import icc
from phosphene.core import deflate
from phosphene.core.errors import InputError
from phosphene.files import ifd
from phosphene.files.format_types import Still
from phosphene.files.formats import check_shape, load_extra
from phosphene.files.options import Options, StrPath
from phosphene.files.places import first_good
from phosphene.files.row_buffer import ENCODERS, Bands, Behind, Pixels, Spool, half, halve
from phosphene.files.texts import pack
from phosphene.files.xmp import read_copy, xmp

DEFLATE, BYTE = 8, 1
LENGTH = struct.Struct("<I")
CLASSIC = 1 << 31  # bytes of pixels; larger files are BigTIFF, which has 64-bit offsets
KINDS = {"8": np.uint8, "16": np.uint16, "32f": np.float32}


class TiffWriter:
    """Writes grey or RGB, with or without alpha; 8 or 16 bits or float32, by option `depth`."""

    sample_format = "bytes"

    def __init__(self, file: BinaryIO, still: Still):
        options = still.options
        self.file, self.size, self.channels = file, still.size, still.channels
        self.options, self.tile = options, options["tile"]
        self.kind = np.dtype(KINDS[options["depth"]])
        self.convert = converter(options["profile"])
        self.tags = self._tags(still)
        self.sizes = [still.size]
        while options["pyramid"] and max(self.sizes[-1]) > self.tile:
            self.sizes.append(half(self.sizes[-1]))
        self.spools = [Spool(file) for _ in self.sizes[1:]]
        self.smaller = [Bands(self.tile, lambda band, k=k: self._keep(k, band))
                        for k in range(len(self.spools))]  # fmt: skip
        self.pool = ThreadPoolExecutor(ENCODERS, thread_name_prefix="phosphene-tiff")
        self.behind = Behind(self._write_levels)
        self.bands = Bands(self.tile, self.behind.put)

    @staticmethod
    def step(options: Options) -> int:
        return 0 if options["pyramid"] else options["tile"]

    @staticmethod
    def encode(pixels: Pixels, options: Options) -> bytes:
        """Encode a band of rows (any, width, channels) as a piece for `append`: tiles with
        lengths.
        """
        rows = converter(options["profile"])(pixels.astype(KINDS[options["depth"]], copy=False))
        side = range(0, len(rows), options["tile"]), range(0, rows.shape[1], options["tile"])
        tiles = [_encode(rows[y:, x:], options) for y in side[0] for x in side[1]]
        return b"".join(part for tile in tiles for part in (LENGTH.pack(len(tile)), tile))

    def append(self, piece: bytes) -> None:
        """Append the next rows, encoded by `encode`."""
        tiles, at = list[bytes](), 0
        while at < len(piece):
            (size,) = LENGTH.unpack_from(piece, at)
            at += LENGTH.size
            tiles.append(bytes(piece[at : at + size]))
            at += size
        self.behind.put(tiles)

    def write(self, rows: Pixels) -> None:
        self.bands.write(self.convert(rows.astype(self.kind, copy=False)))

    def finish(self) -> None:
        self.bands.finish()
        self.behind.finish()

    def close(self) -> None:
        self.behind.close()
        self.pool.shutdown()
        for spool in self.spools:
            spool.close()

    def _tags(self, still: Still) -> dict[str, Any]:
        """The tags for tifffile to write with the first level."""
        tags: dict[str, Any] = {"software": "Phosphene", "metadata": None}
        if still.texts:
            packet = xmp(still.texts, copied=True).encode()
            tags["description"] = pack(still.texts)
            tags["extratags"] = [(ifd.XMP, BYTE, len(packet), packet, True)]
        if self.channels > 2 and not still.data:
            tags["iccprofile"] = icc(still.options["profile"])
        if still.dpi:
            tags |= {"resolution": (still.dpi, still.dpi), "resolutionunit": "INCH"}
        return tags

    def _layout(self, size: tuple[int, int]) -> dict[str, Any]:
        layout: dict[str, Any] = {
            "shape": (size[1], size[0], self.channels), "dtype": self.kind,
            "tile": (self.tile, self.tile), "planarconfig": "CONTIG" if self.channels > 1 else None,
            "photometric": "RGB" if self.channels > 2 else "MINISBLACK",
        }  # fmt: skip
        if self.channels == 1:
            layout["shape"] = layout["shape"][:2]
        if has_opacity(self.channels):
            layout["extrasamples"] = ["UNASSALPHA"]
        if self.options["compression"] != "none":
            layout |= {"compression": DEFLATE, "predictor": None if self.kind.kind == "f" else 2}
        return layout

    def _write_levels(self, bands: Iterator[Pixels | list[bytes]]) -> None:
        """Write the whole file; runs in the background thread."""
        tifffile = load_extra("tiff", "TIFF")
        total = sum(w * h for w, h in self.sizes) * self.channels * self.kind.itemsize
        with tifffile.TiffWriter(self.file, bigtiff=total > CLASSIC, byteorder="<") as into:
            into.write(
                self._first(bands), subifds=len(self.spools), **self._layout(self.size), **self.tags
            )
            for bands_below in self.smaller:
                bands_below.finish()
            for size, spool in zip(self.sizes[1:], self.spools, strict=True):
                into.write(iter(spool), subfiletype=1, metadata=None, **self._layout(size))

    def _first(self, bands: Iterator[Pixels | list[bytes]]) -> Iterator[bytes]:
        """Yield the tiles of the full picture, and add halved rows to the smaller levels."""
        for band in bands:
            if isinstance(band, list):
                yield from band
                continue
            tiles = self._tiles(band)  # starts encoding in the pool
            if self.smaller:
                self.smaller[0].write(halve(band))
            yield from tiles
            self.bands.recycle(band)

    def _keep(self, level: int, band: Pixels) -> None:
        for blob in self._tiles(band):
            self.spools[level].add(blob)
        if level + 1 < len(self.smaller):
            self.smaller[level + 1].write(halve(band))
        self.smaller[level].recycle(band)

    def _tiles(self, band: Pixels) -> Iterable[bytes]:
        starts = range(0, band.shape[1], self.tile)
        return self.pool.map(lambda x: _encode(band[:, x:], self.options), starts)


def _encode(rows: Pixels, options: Options) -> bytes:
    """Encode the tile at the top left of the rows, padded where they are smaller."""
    side, kind = options["tile"], np.dtype(KINDS[options["depth"]])
    part = rows[:side, :side]
    height, width, channels = part.shape
    tile = (np.empty if height == width == side else np.zeros)((side, side, channels), kind)
    plain = options["compression"] == "none"
    if kind.kind == "u" and not plain:  # without imagecodecs, tifffile has no float predictor
        tile[:height, 0] = part[:, 0]
        np.subtract(part[:, 1:], part[:, :-1], out=tile[:height, 1:width])
    else:
        tile[:height, :width] = part
    body = tile.astype(kind.newbyteorder("<"), copy=False)
    return body.tobytes() if plain else deflate.compress(body)


def read_texts(path: Any, data: BinaryIO) -> dict[str, str]:
    """The texts of a TIFF, from its description, or copies in its EXIF or XMP."""

    def tag(*tags: int) -> dict[str, str]:
        data.seek(0)
        return ifd.read_tag(path, data, *tags)

    def copy() -> dict[str, str]:
        data.seek(0)
        return read_copy(path, ifd.tag_bytes(path, data, ifd.XMP))

    places = [
        ("ImageDescription", lambda: tag(ifd.DESCRIPTION)),
        ("EXIF", lambda: tag(ifd.EXIF, ifd.USER_COMMENT)),
        ("XMP", copy),
    ]
    return first_good(path, places)


def read_pixels(path: StrPath, most: int) -> Pixels:
    """The samples of a TIFF that Pillow cannot read, such as float RGB. Raises `InputError`, and
    `UserError` if the extra is missing.
    """
    tifffile = load_extra("tiff", f"{path}: a TIFF of this kind")
    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages[0]
            check_shape(path, page.shape, most)
            stored = page.asarray()
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - tifffile raises errors of many kinds
        raise InputError(f"{path}: the TIFF cannot be read ({error})") from None
    return stored if stored.ndim == 3 else stored[..., None]
