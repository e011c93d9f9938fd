"""Many small pictures, rendered in parallel, each by one worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.core.version import source_digest
from phosphene.jobs.executor import Executor
from phosphene.jobs.job import Piece, Scratch
from phosphene.jobs.threads import Inline
from phosphene.raster.encodings import finisher
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.recipe import Recipe
from phosphene.render.export_job import samples
from phosphene.render.first_pass import plan_and_inputs

SAMPLES = 16  # per pixel of a small picture whose recipe has one
LARGE = 1 << 20  # pixels; larger pictures are rendered one after the other by all threads


@dataclass(frozen=True)
class SheetJob:
    """Square pictures of recipes, `side` pixels wide, in 8 bits. A piece is the index of one; its
    result is the picture's samples.
    """

    recipes: tuple[Recipe, ...]
    side: int
    engine: str

    def pieces(self) -> Iterator[Piece]:
        return ((k,) for k in range(len(self.recipes)))

    def make(self, piece: Piece, scratch: Scratch) -> memoryview:
        return samples(paint(self.recipes[piece[0]], self.side, self.engine, Inline(scratch)))

    def describe(self, piece: Piece) -> str:
        return f"picture {piece[0] + 1}"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.to_bytes() + source_digest().encode()).hexdigest()

    def to_bytes(self) -> bytes:
        recipes = [recipe.json for recipe in self.recipes]
        return json.dumps([recipes, self.side, self.engine]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> SheetJob:
        recipes, side, engine = json.loads(data)
        return cls(tuple(map(Recipe.from_json, recipes)), side, engine)


def smooth(recipe: Recipe) -> Recipe:
    """The recipe for a small picture: with anti-aliasing if it has none. Seed systems have none, as
    their originals, and detail that is fine at full size would look like noise.
    """
    if recipe.finish.antialias != "none":
        return recipe
    return recipe.replace({"finish.antialias": SAMPLES})


def paint(recipe: Recipe, side: int, engine: str, executor: Executor) -> NDArray[np.uint8]:
    """The pixels (side, side, channels) of `render(recipe, side).uint8`, by an executor of this
    process.
    """
    plan, kept = plan_and_inputs(recipe, (side, side), engine, executor=executor)
    painter = Painter(plan, engine, finisher("bytes", plan.finish), kept)
    with closing(painter.strips_on(executor, Rect(0, 0, side, side))) as strips:
        return np.concatenate([*strips])


def paint_each(
    recipes: Sequence[Recipe], side: int, engine: str, executor: Executor
) -> Iterator[NDArray[np.uint8]]:
    """Yield the square pictures of recipes in 8 bits, in order. Small ones are rendered in
    parallel, which is faster than one after the other. Raises as `render` does.
    """
    if side * side > LARGE and not executor.remote:
        yield from (paint(recipe, side, engine, executor) for recipe in recipes)
        return
    job = SheetJob(tuple(recipes), side, engine)
    with closing(executor.run(job, ordered=True)) as made:
        for _, pixels in made:
            yield np.frombuffer(pixels, np.uint8).reshape(side, side, -1)
