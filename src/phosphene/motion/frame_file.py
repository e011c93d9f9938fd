"""Writes one frame of a film to a picture file."""

from __future__ import annotations

import json
from os import PathLike
from typing import Any

from phosphene import files
from phosphene.files.options import Metadata, metadata_level
from phosphene.motion.film import Film
from phosphene.raster import metadata as texts_of
from phosphene.raster.frame import Size
from phosphene.recipe import Finish


def save_frame(
    film: Film,
    k: int,
    path: str | PathLike[str],
    size: Size,
    *,
    overwrite: bool = False,
    dpi: float | None = None,
    engine: str = "cpu",
    threads: int | None = None,
    metadata: Metadata = "full",
    **options: Any,
) -> None:
    """Write frame k as a picture in the format of the path's suffix. The file also stores the film
    and the index of the frame; `metadata` as in `Picture.save`. Raises `UserError`, `OutputError`.
    """
    k, sample_format = film.number(k), files.sample_format(path, options)
    level = metadata_level(metadata)
    states = film.states(k)
    renderer = film.renderer(size, engine, threads)
    finish = (
        renderer.finish_of(states) if sample_format == "bytes" else Finish()
    )  # only bytes are dithered
    shown = film.nameless() if level == "recipe" else film
    texts = texts_of(shown.recipe, size, None, finish, level=level)
    if texts:
        texts["phosphene-film"] = json.dumps(json.loads(shown.json) | {"frame": k}, sort_keys=True)
    how: dict[str, Any] = {"overwrite": overwrite, "options": options, "dpi": dpi}
    with files.create(path, size, renderer.channels, texts, **how) as writer:
        writer.write(renderer.frame(states, sample_format))
