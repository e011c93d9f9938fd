"""Film files: one writer per format, and the reader of the recipes inside.

A writer takes whole frames: `write(frame)` with an array (height, width, channels) in the sample
format `sample_format`. To add a format, add one file and one row of `FILMS`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from phosphene.core.errors import OutputError, UserError
from phosphene.files.atomic import is_stream, whole_file
from phosphene.files.atomic_folder import whole_names
from phosphene.files.film import formats
from phosphene.files.film.checking import check as check
from phosphene.files.film.formats import FILMS as FILMS
from phosphene.files.film.formats import FilmFormat as FilmFormat
from phosphene.files.film.formats import check_suffix as check_suffix
from phosphene.files.film.formats import duration as duration
from phosphene.files.film.formats import read_rate as read_rate
from phosphene.files.film.formats import sample_format as sample_format
from phosphene.files.film.reading import read_film_texts as read_film_texts
from phosphene.files.options import Options, StrPath


class FilmWriter(Protocol):
    sample_format: str

    def write(self, frame: Any) -> None: ...


@contextmanager
def create(
    path: StrPath,
    size: tuple[int, int],
    fps: float | Fraction,
    texts: dict[str, str],
    *,
    channels: int = 3,
    overwrite: bool = False,
    options: Options | None = None,
) -> Generator[FilmWriter]:
    """A context manager with a writer for a film of `size`. The file or folder appears under its
    name when the block ends without an error; an existing one is kept until then.

    `writer.sample_format` is `sample_format(path, options)`. Raises as `check` does, `UserError` if
    the path exists (unless `overwrite`), `OutputError` if it cannot be written.
    """
    check(path, size, fps, 1, channels, options)
    suffix, path = check_suffix(path), Path(path)
    chosen, values = FILMS[suffix], formats.read_options(path, options)
    codec = values.get("codec", next(iter(chosen.codecs), ""))
    module, name = chosen.writer
    make = getattr(import_module(module), name)
    with _place(path, chosen.folder, overwrite) as target:
        values |= {"suffix": suffix, "codec": codec}
        clip = formats.Clip(size, formats.read_rate(fps), channels, texts, values)
        writer = _Counted(make(target, clip), (size[1], size[0], channels))
        try:
            yield writer
            writer.finish()
        finally:
            writer.close()


def _place(path: Path, folder: bool, overwrite: bool) -> AbstractContextManager[Path]:
    return _folder(path, overwrite) if folder else _file(path, overwrite)


@contextmanager
def _folder(path: Path, overwrite: bool) -> Generator[Path]:
    with whole_names(path, [path.name], overwrite) as (target,):
        yield target


@contextmanager
def _file(path: Path, overwrite: bool) -> Generator[Path]:
    """A file by name, since film encoders open it themselves and read it back."""
    if is_stream(path):
        raise UserError(f"{path}: is a pipe or a device; a film needs a regular file")
    with whole_file(path, overwrite) as file:
        yield Path(file.name)


class _Counted:
    """A writer that counts frames and checks their shape."""

    def __init__(self, writer: Any, shape: tuple[int, int, int]):
        self.writer, self.shape, self.count = writer, shape, 0
        self.sample_format: str = writer.sample_format

    def write(self, frame: Any) -> None:
        if frame.shape != self.shape:
            raise OutputError(
                f"frame {self.count}: got an array {frame.shape}; expected {self.shape}"
            )
        self.writer.write(frame)
        self.count += 1

    def finish(self) -> None:
        if not self.count:
            raise UserError("a film without frames; expected 1 or more")
        self.writer.finish()

    def close(self) -> None:
        getattr(self.writer, "close", lambda: None)()
