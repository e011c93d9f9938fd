"""Several files and folders appear together or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from phosphene.errors import OutputError, UserError
from phosphene.files.atomic import check_free, clear_parts, held

OURS = '"phosphene'  # what the .dzi, or the .json in the folder, says somewhere
FILM = "film.json"  # in a folder of frames


@contextmanager
def whole_names(path: Path, names: Sequence[str], force: bool = False) -> Generator[list[Path]]:
    """Where to make files and folders called `names`, in a new folder; they stand beside `path`
    when the block ends without an error, the last of them last, and nothing is left otherwise.

    With `force` what stands there is replaced, and comes back if that fails; a folder only if it
    is one of Phosphene's.
    """
    places = [path.with_name(name) for name in names]
    for place in places:
        _check_place(place, path, force)
    clear_parts(path)
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    try:
        made = os.stat(part)
        with held(part):
            yield [part / name for name in names]
        if not os.path.samestat(made, os.stat(part)):  # zarr would make it anew, and half of it
            raise FileNotFoundError(2, "its folder vanished")
        for place in places:
            if not force and os.path.lexists(place):
                raise UserError(f"{place}: appeared meanwhile; choose another name or add --force")
        _give_names(part, places)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_place(place: Path, path: Path, force: bool) -> None:
    if not place.is_dir() or place.is_symlink():
        check_free(place, force)
    elif not force:
        raise UserError(f"{place}: exists already; choose another name or add --force")
    elif not _is_ours(place, path):
        raise UserError(f"{place}: is a folder that Phosphene did not make; choose another name")


def _is_ours(place: Path, path: Path) -> bool:
    """A folder of zarr or frames with our recipe in it, or the tiles of a .dzi file with it."""
    said = place / "zarr.json" if place == path else path
    said = place / FILM if place == path and not said.exists() else said
    said = place / "material.json" if place == path and not said.exists() else said
    try:
        with open(said, "rb") as file:
            text = file.read(1 << 28).decode(errors="replace")
    except OSError:
        return not any(place.iterdir())
    return OURS in text


def _give_names(part: Path, places: Sequence[Path]) -> None:
    """Move what was made to its places; on a failure, put back what stood there."""
    old = part / ".old"
    old.mkdir()
    moved: list[Path] = []
    try:
        for place in reversed(places):  # the file that others read first goes first ...
            if os.path.lexists(place):
                os.rename(place, old / place.name)
        for place in places:  # ... and comes last
            os.chmod(part / place.name, _mode(part / place.name))
            os.rename(part / place.name, place)
            moved.append(place)
    except OSError:
        for place in reversed(moved):
            os.rename(place, part / place.name)
        for place in places:
            if (old / place.name).exists():
                os.rename(old / place.name, place)
        raise


def _mode(path: Path) -> int:
    mask = os.umask(0)
    os.umask(mask)
    return (0o777 if path.is_dir() else 0o666) & ~mask
