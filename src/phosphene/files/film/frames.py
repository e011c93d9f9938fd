"""A folder of frames: frame-00000.png (or .exr) and so on, and film.json with the texts.

The recipe is in film.json, not in each frame: the film's recipe in a frame would render as another
picture than the frame.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from phosphene import files
from phosphene.core.errors import InputError
from phosphene.files.atomic_folder import FILM
from phosphene.files.bounded import read_text
from phosphene.files.film.formats import Clip
from phosphene.files.texts import unpack
from phosphene.files.xmp import SOURCE, SOURCE_KEY


class FramesWriter:
    """Writes frames (height, width, 3 or 4): uint8, uint16 with depth=16, linear float32 as EXR."""

    def __init__(self, target: Path, clip: Clip):
        self.folder, self.clip, self.count = target, clip, 0
        self.suffix = clip.options["frames"]
        self.options = {"depth": clip.options["depth"]} if self.suffix == "png" else {}
        self.sample_format = files.sample_format(f"a.{self.suffix}", self.options)
        target.mkdir()

    def write(self, frame: NDArray[Any]) -> None:
        """Write the next frame."""
        number = self.clip.options["first_frame"] + self.count
        size, path = self.clip.size, self.folder / f"frame-{number:05}.{self.suffix}"
        with files.create(path, size, self.clip.channels, {}, options=self.options) as writer:
            writer.write(frame)
        self.count += 1

    def finish(self) -> None:
        about = {
            "frames": self.count, "fps": str(self.clip.rate), "size": list(self.clip.size),
            "names": f"frame-%05d.{self.suffix}", "first": self.clip.options["first_frame"],
        }  # fmt: skip
        texts = {**self.clip.texts, "phosphene-frames": json.dumps(about)}
        data = {name: _data(text) for name, text in texts.items()}
        data |= {SOURCE_KEY: SOURCE} if self.clip.texts else {}
        text = json.dumps(data, indent=1, ensure_ascii=False)
        (self.folder / FILM).write_text(text + "\n", encoding="utf-8")


def _data(text: str) -> Any:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, dict) else text


def read_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder of frames. Raises `InputError` if it is not one of ours."""
    try:
        with open(folder / FILM, "rb") as file:
            return unpack(folder, read_text(folder, file))
    except OSError as error:
        raise InputError(
            f"{folder}: a folder without {FILM}, which describes the film ({error.strerror})"
        ) from None
