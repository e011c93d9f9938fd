"""Atomic output of several files and folders: they appear together or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from phosphene.core.errors import OutputError, SizeError, UserError
from phosphene.files.atomic import check_free, clear_parts, copy_permissions, held, hidden_name

OURS = '"phosphene'  # occurs in the .dzi, or in the .json of the folder
FILM = "film.json"  # in a folder of frames
MADE, OLD = ".made", ".old"  # next to the new files: their inodes, and the files they replace


@contextmanager
def whole_names(path: Path, names: Sequence[str], overwrite: bool = False) -> Generator[list[Path]]:
    """A context manager with paths in a temporary folder, at which to create files and folders
    called `names`. They are moved next to `path` when the block ends without an error, the last of
    them last; otherwise nothing is left.

    With `overwrite`, existing ones are replaced, and restored if that fails; a folder only if
    Phosphene made it. If the process is killed while it moves them, the next export of `path` first
    undoes the moves and restores what was replaced.
    """
    places = [path.with_name(name) for name in names]
    clear_parts(path, lambda part: _restore(part, places))
    for place in places:
        _check_place(place, path, overwrite)
    try:
        part = Path(
            tempfile.mkdtemp(prefix=f"{hidden_name(path)}.", suffix=".part", dir=path.parent)
        )
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from None
    done = False
    try:
        made = os.stat(part)
        with held(part):
            yield [part / name for name in names]
            if not os.path.samestat(made, os.stat(part)):  # zarr would recreate it, incomplete
                raise FileNotFoundError(2, "its folder was removed")
            for place in places:
                if not overwrite and os.path.lexists(place):
                    raise UserError(
                        f"{place}: was created in the meantime; choose another name or add "
                        "`overwrite=True`"
                    )
            _give_names(part, places)
            done = True
    except (OutputError, SizeError) as error:  # they name a temporary path
        known = str(error).replace(f"{part}{os.sep}", str(path)[: -len(path.name)])
        raise type(error)(known) from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from None
    finally:
        if done or not _keeps_old(part):
            shutil.rmtree(part, ignore_errors=True)


def check_folder(path: Path, overwrite: bool) -> None:
    """Raise `UserError` unless a folder of pictures may be created or replaced there."""
    _check_place(path, path, overwrite)


def _check_place(place: Path, path: Path, overwrite: bool) -> None:
    if not place.is_dir() or place.is_symlink():
        check_free(place, overwrite)
    elif not overwrite:
        raise UserError(f"{place}: already exists; choose another name or add `overwrite=True`")
    elif not _is_ours(place, path):
        raise UserError(f"{place}: is a folder that Phosphene did not create; choose another name")


def _is_ours(place: Path, path: Path) -> bool:
    """Whether it is a Zarr or frames folder with our recipe, or the tiles of a .dzi with one."""
    marker = place / "zarr.json" if place == path else path
    marker = place / FILM if place == path and not marker.exists() else marker
    marker = place / "material.json" if place == path and not marker.exists() else marker
    try:
        with open(marker, "rb") as file:
            text = file.read(1 << 28).decode(errors="replace")
    except OSError:
        return not any(place.iterdir())
    return OURS in text


def _give_names(part: Path, places: Sequence[Path]) -> None:
    """Move the new files to their places; on failure, restore the files they replaced."""
    made = {place.name: os.lstat(part / place.name).st_ino for place in places}
    (part / MADE).write_text(json.dumps(made), encoding="utf-8")
    (part / OLD).mkdir()
    try:
        for place in reversed(places):  # the file that readers open first is removed first ...
            if os.path.lexists(place):
                os.rename(place, part / OLD / place.name)
        for place in places:  # ... and put in place last
            copy_permissions(part / OLD / place.name, part / place.name)
            os.rename(part / place.name, place)
    except BaseException:
        _restore(part, places)
        raise


def _restore(part: Path, places: Sequence[Path]) -> None:
    """Undo `_give_names`, wherever it stopped, here or in a killed process."""
    try:
        made = json.loads((part / MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # it had not started
    if _is(places[-1], made.get(places[-1].name)):
        return  # it was complete
    for place in reversed(places):
        if _is(place, made.get(place.name)):
            os.rename(place, part / place.name)
    for place in places:
        old = part / OLD / place.name
        if os.path.lexists(old) and not os.path.lexists(place):
            os.rename(old, place)


def _keeps_old(part: Path) -> bool:
    """Whether it holds replaced files that could not be restored."""
    old = part / OLD
    return old.is_dir() and any(old.iterdir())


def _is(place: Path, number: int | None) -> bool:
    """Whether this is the file or folder that was made; nothing else may be removed."""
    return os.path.lexists(place) and os.lstat(place).st_ino == number
