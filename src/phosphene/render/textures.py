"""Texture maps of a picture: height, normals, roughness, ambient occlusion.

Every map is a recipe, with the picture's networks and another shading, and is rendered like any
picture. So maps are seamless if the picture is, and can have any size.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from itertools import product
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

from phosphene.colour.srgb import LUMINANCE_TEXT
from phosphene.compiler import build
from phosphene.core import exact
from phosphene.core.aliases import old_keywords
from phosphene.core.arguments import check_functions, real_number
from phosphene.core.errors import RecipeError, UserError, unknown
from phosphene.core.rng import Seed
from phosphene.files.atomic_folder import whole_names
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.executors import check_workers, open_executor
from phosphene.jobs.threads import each, on_threads
from phosphene.raster import Picture
from phosphene.raster.frame import Size, parse_size
from phosphene.raster.view import extents
from phosphene.recipe import Finish, Recipe
from phosphene.recipe.texture_maps import MAP_COLOURS, map_colour
from phosphene.render import render, render_file
from phosphene.sources import Source, as_recipe

Normal = Literal["opengl", "directx"]
GREEN: dict[str, float] = {"opengl": 1.0, "directx": -1.0}  # up is bright, down is bright
NAMES = ("albedo", "height", "normal", "roughness", "ao", "orm")
CONTRAST = 0.3  # how much rougher hollows are than heights
REACH, DIRECTIONS = 0.04, 8  # of ambient occlusion; reach as a share of the shorter side
PLAIN = Finish(antialias="none", dither="none")
STEP = 1 / 2048  # of differences in place of derivatives, as a share of the shorter side
# The lightness of a colour as a formula of its components.
LIGHTNESS: dict[str, str] = {
    "rgb": LUMINANCE_TEXT,
    "linear": f"sqrt(max({LUMINANCE_TEXT}, 0))",
    "grey": "{0}",
    "hsv": "{2}",
    "hsl": "{2}",
    "oklab": "{0}",
    "oklch": "{0}",
}

Progress = Callable[[int, int], None]


@old_keywords
def map_recipes(
    recipe: Recipe,
    size: str | int | Size,
    *,
    height: str | None = None,
    slope: float = 0.6,
    normal: str = "opengl",
    roughness: float = 0.6,
) -> dict[str, Recipe]:
    """The recipe of each map in `NAMES`, for pictures with the aspect ratio of `size`.

    `height` is a formula in the recipe's names; its values are stretched so that 1 % of the probe
    lies below 0 and 1 % above 1, and clamped to 0..1. The default is the `let` called height, else
    the lightness of the colour, else the first field. Normals are computed from its derivatives, or
    from differences if it already contains gradients. `slope` is the rms slope of the height (1: 45
    degrees on average); `normal` says whether green points up ("opengl") or down ("directx").
    `roughness` is the mean, 0..1; hollows are rougher, heights smoother. Ambient occlusion compares
    heights in eight directions (after Bavoil & Sainz 2008, "Image-space horizon-based ambient
    occlusion"). `orm` packs occlusion, roughness and metalness (0).

    Raises `RecipeError` for an invalid formula, and for a symmetric picture.
    """
    if normal not in GREEN:
        raise UserError(unknown("kind of normals", normal, GREEN))
    if not 0 < real_number(slope, "slope") <= 100:
        raise UserError(f"got {slope:g}; expected more than 0 and up to 100", argument="slope")
    if not 0 <= real_number(roughness, "roughness") <= 1:
        raise UserError(f"got {roughness:g}; expected 0 to 1", argument="roughness")
    if recipe.view.symmetry is not None:
        raise RecipeError(
            "the normals of a symmetric picture cannot be computed; `mirror=none` removes the "
            "symmetry, and a tile of it repeats without one"
        )
    pixels = parse_size(size)
    wrong: RecipeError | None = None
    for text, exactly in product([height] if height else _heights(recipe), (True, False)):
        settings = (slope, GREEN[normal], roughness)
        shadings = _shadings(recipe, pixels, text, exactly, *settings)
        try:
            made = {name: _with_shading(recipe, shading) for name, shading in shadings.items()}
            build(made["normal"])
        except RecipeError as error:
            wrong = error
            continue
        return {"albedo": recipe, **made}
    raise RecipeError(f"{wrong}; expected a formula such as main0", argument="height")


@old_keywords
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
) -> dict[str, Picture]:
    """The texture maps of a recipe by name: albedo, height, normal, roughness, ao and orm.
    `recipe`, `seed` and `files` as in `as_recipe`, the rest as in `map_recipes`.
    """
    made = map_recipes(
        as_recipe(recipe, seed=seed, files=files), size, height=height, slope=slope, normal=normal,
        roughness=roughness,
    )  # fmt: skip
    return {name: render(r, size) for name, r in made.items()}


def write_maps(
    recipe: Recipe,
    folder: str | PathLike[str],
    size: str | int | Size,
    *,
    depth: int | None = None,
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    engine: str = "cpu",
    overwrite: bool = False,
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **settings: Any,
) -> dict[str, Any]:
    """Write a folder with a PNG of each map and material.json, complete or not at all.

    Height has 16 bits by default, the other maps 8; `depth` sets all. `workers` and `cluster` as in
    `render_file`. Returns the contents of material.json. Raises as `map_recipes` and `render_file`
    do.
    """
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    if depth not in (None, 8, 16):
        raise UserError(f"got {depth}; expected 8 or 16 bits per sample", argument="depth")
    pixels = parse_size(size)
    made = map_recipes(recipe, pixels, **settings)
    material = _material(recipe, made, pixels, settings)
    path = Path(fspath(folder).rstrip("/") or ".")
    with whole_names(path, [path.name], overwrite) as (part,):
        part.mkdir()
        with open_executor(threads, workers, cluster, say) as executor:
            _write_each(made, part, pixels, depth, engine, executor, progress)
        (part / "material.json").write_text(json.dumps(material, indent=1, ensure_ascii=False))
    return material


def _write_each(
    made: dict[str, Recipe],
    folder: Path,
    size: Size,
    depth: int | None,
    engine: str,
    executor: Executor,
    progress: Progress | None,
) -> None:
    """Write the maps: one after the other with threads, all at once with workers."""
    rows = dict.fromkeys(made, 0)

    def write(name: str) -> None:
        def count(done: int, total: int) -> None:
            rows[name] = done
            if progress:
                progress(sum(rows.values()), len(made) * total)

        render_file(
            made[name], folder / f"{name}.png", size, cluster=executor, engine=engine,
            progress=count, depth=depth or (16 if name == "height" else 8),
        )  # fmt: skip

    with closing(on_threads(len(made) if executor.remote else 1)) as side:
        for _ in each(side, write, list(made)):
            pass


def _material(
    recipe: Recipe, made: dict[str, Recipe], size: Size, settings: dict[str, Any]
) -> dict[str, Any]:
    prefix = _prefix(made["normal"], made=True)
    depth = _with_shading(recipe, _grey(made["normal"], f"{prefix}_rise/1000"))
    across, _ = extents(recipe.view, size)
    return {
        "phosphene-maps": 1,
        "files": {name: f"{name}.png" for name in made},
        "size": list(size),
        "normal": settings.get("normal", "opengl"),
        "height": made["normal"].shading.let[f"{prefix}_field"],
        "slope": settings.get("slope", 0.6),
        # the height that 1 in height.png means for the normals, as a share of the width
        "displacement": round(float(render(depth, (1, 1)).float[0, 0, 0]) * 1000 / across, 6),
        "seamless": recipe.surface.kind,
        "recipe": recipe.to_dict(),
    }


def _heights(recipe: Recipe) -> list[str]:
    """Candidates for the height formula, the best first."""
    shading = recipe.shading
    named = ["height"] if "height" in shading.let else []
    light, parts = LIGHTNESS[shading.colour_space], list(shading.colour)
    if len(parts) == 1 and shading.colour_space != "grey":
        whole = f"({parts[0]})"
        parts = [f"dot({whole}, vec({v}))" for v in ("1, 0, 0", "0, 1, 0", "0, 0, 1")]
    fields = [f"{name}0" for name in sorted(recipe.networks, key=lambda n: n != "main")]
    return [*named, light.format(*parts), fields[0]]


def _with_shading(recipe: Recipe, shading: dict[str, Any]) -> Recipe:
    """The recipe with another shading, whose values are data, so without a finish."""
    return recipe.replace({"shading": shading, "finish": PLAIN.model_dump()})


def _prefix(recipe: Recipe, made: bool = False) -> str:
    """The prefix of our names: `map`, or a longer one in the recipe of a map."""
    prefix = "map"
    while any(name.startswith(f"{prefix}_") for name in recipe.shading.let):
        prefix += "s"
    return prefix[:-1] if made else prefix


def _grey(recipe: Recipe, formula: str) -> dict[str, Any]:
    kept = {"params": recipe.shading.params, "let": recipe.shading.let}
    return {**kept, "colour_space": "grey", "colour": [formula], "channels": 1}


def _shadings(
    recipe: Recipe,
    size: Size,
    height: str,
    exactly: bool,
    slope: float,
    green: float,
    roughness: float,
) -> dict[str, dict[str, Any]]:
    """The shading of every map except albedo; `exactly`: by derivatives, else by differences."""
    m = _prefix(recipe)
    right, down = _directions(recipe, size)
    low, span = min(max(roughness - CONTRAST / 2, 0), 1), CONTRAST
    let = {
        **recipe.shading.let,
        f"{m}_field": height,
        f"{m}_height": f"clamp(lin({m}_field), 0, 1)",
        # the height of 1, in units of the plane, at which the rms slope is `slope`
        f"{m}_rise": f"{slope!r}/max(sqrt(mean({m}_dx*{m}_dx + {m}_dy*{m}_dy)), 0.000001)",
        **_slopes(m, exactly, min(extents(recipe.view, size)) * STEP),
        f"{m}_right": f"{m}_rise*({right[0]!r}*{m}_dx + {right[1]!r}*{m}_dy)",
        f"{m}_down": f"{m}_rise*({down[0]!r}*{m}_dx + {down[1]!r}*{m}_dy)",
        f"{m}_normal": f"normalise(vec(-{m}_right, {green!r}*{m}_down, 1))",
        f"{m}_rough": f"clamp({low!r} + {span!r}*(1 - {m}_height), 0, 1)",
        f"{m}_ao": _occlusion(m, min(extents(recipe.view, size)) * REACH),
    }
    made: dict[str, dict[str, Any]] = {}
    for kind in MAP_COLOURS:
        space, colour = map_colour(kind, m)
        made[kind] = {"params": recipe.shading.params, "let": let, "colour_space": space}
        made[kind] |= {"colour": colour} | ({"channels": 1} if space == "grey" else {})
    return made


def _slopes(m: str, exactly: bool, step: float) -> dict[str, str]:
    if exactly:
        return {f"{m}_dx": f"dx({m}_height)", f"{m}_dy": f"dy({m}_height)"}

    def difference(x: float, y: float) -> str:
        there, back = f"at({m}_height, {x!r}, {y!r})", f"at({m}_height, {-x!r}, {-y!r})"
        return f"({there} - {back})/{2 * step!r}"

    return {f"{m}_dx": difference(step, 0.0), f"{m}_dy": difference(0.0, step)}


def _directions(recipe: Recipe, size: Size) -> tuple[tuple[float, float], tuple[float, float]]:
    """The vectors from a pixel to its right and lower neighbours on the plane, in widths of a
    pixel.
    """
    view = recipe.view
    across, down = extents(view, size)
    tall = (down / size[1]) / (across / size[0])
    c, s = float(exact.cos(view.rotation)), float(exact.sin(view.rotation))
    x, y = (c, s), (-s, c)
    if view.axes == "yx":
        x, y = y, x
    return x, (y[0] * tall, y[1] * tall)


def _occlusion(m: str, reach: float) -> str:
    """The visible share of the sky, weighted by cosine, above the horizons of eight neighbours:
    1 / (1 + t^2) for a horizon of slope t.
    """
    angles = [exact.PI * 2 * k / DIRECTIONS for k in range(DIRECTIONS)]
    terms = [
        f"1/(1 + square(max({m}_rise*(at({m}_height, {reach * float(exact.cos(a))!r}, "
        f"{reach * float(exact.sin(a))!r}) - {m}_height)/{reach!r}, 0)))"
        for a in angles
    ]
    return f"({' + '.join(terms)})/{DIRECTIONS}"
