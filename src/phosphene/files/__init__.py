"""Picture files: one writer per format, and the reader of the recipes inside.

A writer takes rows from top to bottom in pieces of any height: `write(rows)`, then `finish()`.
`sample_format` is that of the rows (see `formats.sample_format`). To add a format, add one file and
one row of `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from phosphene.files.atomic import whole_file
from phosphene.files.atomic_folder import whole_names
from phosphene.files.format_types import Format as Format
from phosphene.files.format_types import Still as Still
from phosphene.files.formats import ALIASES as ALIASES
from phosphene.files.formats import FORMATS as FORMATS
from phosphene.files.formats import check as check
from phosphene.files.formats import check_suffix as check_suffix
from phosphene.files.formats import format_suffix as format_suffix
from phosphene.files.formats import sample_format as sample_format
from phosphene.files.options import Option as Option
from phosphene.files.options import Options, StrPath, output_path
from phosphene.files.reading import open_recipe as open_recipe
from phosphene.files.reading import read_metadata as read_metadata
from phosphene.files.reading import recorded_map as recorded_map
from phosphene.files.reading import recorded_size as recorded_size
from phosphene.files.recipes import write_recipe as write_recipe
from phosphene.files.recipes import write_sidecar as write_sidecar
from phosphene.files.texts import rendering as rendering


class Writer(Protocol):
    sample_format: str

    def write(self, pixels: Any) -> None: ...

    def finish(self) -> None: ...


@contextmanager
def create(
    path: StrPath,
    size: tuple[int, int],
    channels: int,
    texts: dict[str, str],
    *,
    overwrite: bool = False,
    options: Options | None = None,
    dpi: float | None = None,
    paper: tuple[float, float] | None = None,
    data: bool = False,
    bleed: float = 0.0,
    file: BinaryIO | None = None,
) -> Generator[Writer]:
    """A context manager with a writer for a picture of `size`. The file or folder appears under its
    name when the block ends without an error.

    `writer.sample_format` is `sample_format(path, options)`. With `file`, an open binary file, the
    picture is written there, and `path` only selects the format. `paper` is the width and height in
    millimetres; with `data`, no colour space is recorded. Raises as `check` does,
    `UserError` if the path exists (unless `overwrite`), `OutputError` if it cannot be written.
    """
    path = output_path(path)
    target = check(path, size, channels, options)
    chosen = FORMATS[target.suffix]
    module, name = chosen.writer
    make = getattr(import_module(module), name)
    with _destination(path, chosen, overwrite) if file is None else nullcontext(file) as where:
        still = Still(size, channels, texts, target.options, dpi, paper, data, bleed)
        writer = make(where, still)
        writer.sample_format = target.sample_format
        try:
            yield writer
            writer.finish()
        finally:
            getattr(writer, "close", lambda: None)()  # threads and temporary files


def _destination(path: Path, chosen: Format, overwrite: bool) -> AbstractContextManager[Any]:
    """The file, or the files of a folder, that appear under their names when all is written."""
    names = [part.format(name=path.name, stem=path.stem) for part in chosen.folder]
    return whole_names(path, names, overwrite) if names else whole_file(path, overwrite)
