"""Zarr, version 3: a folder of chunks, several in each file (shard), by the zarr library.

The array is (y, x, channel); the recipe is in its attributes, in the top zarr.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.core.errors import InputError
from phosphene.core.json_text import read_json
from phosphene.files.bounded import read_text
from phosphene.files.format_types import Still
from phosphene.files.formats import check_shape, load_extra
from phosphene.files.options import StrPath
from phosphene.files.row_buffer import Bands, Behind, Pixels
from phosphene.files.texts import UNSAID, pack, unpack
from phosphene.files.xmp import SOURCE, SOURCE_KEY

ABOUT = "zarr.json"
KINDS = {"8": np.uint8, "16": np.uint16, "32f": np.float32}


class ZarrWriter:
    """Writes whole rows of shards in a background thread; `target` is the path of the folder."""

    sample_format = "bytes"

    def __init__(self, target: Sequence[Path], still: Still):
        zarr = load_extra("zarr", "Zarr")
        self.kind = np.dtype(KINDS[still.options["depth"]])
        (width, height), channels = still.size, still.channels
        side, shard = still.options["chunk"], still.options["chunk"] * still.options["shard"]
        self.array: Any = zarr.create_array(
            store=str(target[0]), shape=(height, width, channels), dtype=self.kind,
            chunks=(side, side, channels),
            shards=(shard, shard, channels), dimension_names=("y", "x", "c"),
            attributes=_attributes(still), fill_value=0,
        )  # fmt: skip
        self.behind = Behind(self._write_shards, ahead=1)
        self.bands = Bands(shard, self.behind.put)

    def write(self, rows: Pixels) -> None:
        self.bands.write(rows.astype(self.kind, copy=False))

    def finish(self) -> None:
        self.bands.finish()
        self.behind.finish()

    def close(self) -> None:
        self.behind.close()

    def _write_shards(self, bands: Iterator[Pixels]) -> None:
        top = 0
        for band in bands:
            self.array[top : top + len(band)] = band
            top += len(band)


def _attributes(still: Still) -> dict[str, Any]:
    texts = json.loads(pack(still.texts or UNSAID))
    return texts | ({SOURCE_KEY: SOURCE} if still.texts else {})


def read_texts(folder: Path) -> dict[str, str]:
    """The texts in the attributes of a Zarr folder. Raises `InputError` if it is not one."""
    try:
        with open(folder / ABOUT, "rb") as file:
            return attributes(folder, read_json(read_text(folder, file)))
    except OSError:
        raise InputError(f"{folder}: is a folder, not a Zarr array; name a file in it") from None
    except (ValueError, RecursionError):
        raise InputError(f"{folder}: the zarr.json cannot be read") from None


def attributes(path: Any, about: Any) -> dict[str, str]:
    """The texts in the contents of a zarr.json; empty if another program wrote it."""
    try:
        found = about.get("attributes") or {}
        ours = {name: value for name, value in found.items() if name.startswith("phosphene")}
    except AttributeError:
        raise InputError(f"{path}: the zarr.json cannot be read") from None
    return unpack(path, json.dumps(ours))


def read_pixels(path: StrPath, most: int) -> Pixels:
    """The array in a folder, (height, width, channels). Raises `InputError`, and `UserError` if the
    extra is missing.
    """
    if not (Path(path) / ABOUT).exists():
        raise InputError(f"{path}: is a folder, not a Zarr array; name a picture in it")
    zarr = load_extra("zarr", f"{path}: Zarr")
    try:
        array = zarr.open_array(str(path), mode="r")
        check_shape(path, array.shape, most)
        return array[:]
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - zarr raises errors of many kinds
        raise InputError(f"{path}: the Zarr array cannot be read ({error})") from None
