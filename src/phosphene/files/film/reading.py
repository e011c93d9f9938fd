"""Reading recipes from films. A film's format is known by its first bytes, not its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from phosphene.core.errors import InputError, reading
from phosphene.files.film import frames
from phosphene.files.formats import load_extra
from phosphene.files.options import StrPath
from phosphene.files.png_reading import read_texts as read_png
from phosphene.files.texts import unpack

VIDEOS = {b"\x1aE\xdf\xa3": 0, b"ftyp": 4}  # signatures and their offsets: WebM; MP4 and QuickTime


def read_film_texts(path: StrPath) -> dict[str, str]:
    """The texts inside a film of ours, by name: "phosphene" is the recipe.

    Raises `InputError` if the file cannot be read, or has no recipe inside.
    """
    if os.path.isdir(path):
        return _ours(path, frames.read_texts(Path(path)))
    with reading(path), open(path, "rb") as data:
        return _ours(path, _read(path, data))


def _read(path: StrPath, data: BinaryIO) -> dict[str, str]:
    start = data.read(16)
    data.seek(0)
    if start.startswith(b"\x89PNG"):
        return read_png(str(path), data)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        from phosphene.files.pillow_formats import read_webp  # loads Pillow

        return read_webp(path, data)
    if start.startswith(b"GIF8"):
        from phosphene.files.film import gif  # loads Pillow

        return gif.read_texts(path, data)
    if any(start[at : at + len(mark)] == mark for mark, at in VIDEOS.items()):
        return read_video(path, data)
    raise InputError(
        f"{path}: not a Phosphene film; its first bytes are those of another kind of file"
    )


def read_video(path: StrPath, data: BinaryIO) -> dict[str, str]:
    """The texts of a WebM, MP4 or QuickTime film. Raises `UserError` without PyAV, `InputError` if
    it is damaged.
    """
    av: Any = load_extra("video", f"{path}: the recipe in a film of this kind")
    try:
        with av.open(data, metadata_errors="replace") as film:
            tags: dict[str, str] = {name.lower(): text for name, text in film.metadata.items()}
    except av.error.FFmpegError as error:
        raise InputError(f"{path}: the film is damaged or cut off ({error})") from None
    comment = tags.get("comment", "")
    return unpack(path, comment) if comment.startswith("{") else {}


def _ours(path: StrPath, texts: dict[str, str]) -> dict[str, str]:
    if "phosphene" in texts:
        return texts
    raise InputError(
        f"{path}: a film without a recipe. Films lose it when another program saves them, or were "
        "saved with `metadata=none`; look for the original file"
    )
