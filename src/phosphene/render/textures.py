"""Texture maps of a picture: height, normals, roughness, metalness, ambient occlusion.

The picture's height is rendered once, anti-aliased, and all maps are computed from its pixels, so
they agree with each other at every size. They are seamless if the picture is.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from phosphene.core.aliases import old_keywords
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.files.samples import as_wanted
from phosphene.raster import Picture
from phosphene.raster.frame import Size, parse_size
from phosphene.recipe import Finish, Recipe
from phosphene.render import render
from phosphene.render.map_pixels import Heights, border, maps_of
from phosphene.render.map_recipes import MapSettings, map_recipes
from phosphene.render.tiling import tiling_problem
from phosphene.sources import Source, as_recipe

Normal = Literal["opengl", "directx"]
HeightFormat = Literal["png", "exr"]
PLAIN = Finish()


@old_keywords
@with_limits
def textures(
    recipe: Source,
    size: str | int | Size = (1024, 1024),
    *,
    seed: Seed | None = None,
    files: bool = True,
    height: str | None = None,
    slope: float = 0.6,
    normal: str = "opengl",
    roughness: float = 0.6,
    metal: str | None = None,
    ao_strength: float = 1.0,
    ao_reach: float = 0.1,
    limits: Limits | None = None,
) -> dict[str, Picture]:
    """The texture maps of a recipe by name: albedo, height, normal, roughness, metalness, ao and
    orm, which packs occlusion, roughness and metalness. All but albedo are data, not colours.

    `recipe`, `seed` and `files` as in `as_recipe`. `height` and `metal` are formulas, by default
    found in the recipe. `slope` is the rms slope of the height (1: 45 degrees on average), `normal`
    says whether green points up ("opengl") or down ("directx"), `roughness` is the mean, 0..1.
    Occlusion looks as far as `ao_reach`, a share of the shorter side from 0.001 to 0.5;
    `ao_strength`, 0..10, is a power. Raises `UserError`, `RecipeError` for an invalid formula.
    """
    settings = MapSettings(height, slope, normal, roughness, metal, ao_strength, ao_reach)
    return pictures(as_recipe(recipe, seed=seed, files=files), parse_size(size), settings)


def pictures(recipe: Recipe, size: Size, settings: MapSettings) -> dict[str, Picture]:
    """The texture maps of a recipe, in memory."""
    made = map_recipes(recipe, size, settings)
    reach = settings.ao_reach * min(size)
    edge = border(reach, size)
    if wraps(recipe, size):
        heights = np.pad(_plain(made.height, size), edge, mode="wrap")
    else:
        heights = _plain(made.height, size, edge)
    metal = made.metal and _plain(made.metal, size)
    maps = maps_of(heights, metal, edge, made.displacement * size[0], reach, settings)
    data = {
        name: Picture(pixels, recipe, size, finish=PLAIN, map=name) for name, pixels in maps.items()
    }
    return {"albedo": render(recipe, size), **data}


def wraps(recipe: Recipe, size: Size) -> bool:
    """Whether the picture of this size repeats in both directions."""
    return recipe.surface.kind == "torus" and tiling_problem(recipe, size) is None


def _plain(recipe: Recipe, size: Size, edge: int = 0) -> Heights:
    """The numbers that a recipe of `map_recipes` paints, with a border."""
    return as_wanted(render(recipe, size, bleed=edge or None).float, "linear")[..., 0]
