"""Recipes behind texture maps: the height of a picture, and where it is metal.

Both have the picture's networks and another shading, and are rendered like any picture. They hold
numbers from 0 to 1 that are encoded as sRGB greys, so that anti-aliasing, which averages light,
averages the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phosphene.colour import srgb
from phosphene.compiler import build
from phosphene.core import exact
from phosphene.core.arguments import real_number
from phosphene.core.errors import RecipeError, UserError, unknown
from phosphene.raster.frame import Size
from phosphene.raster.view import extents
from phosphene.recipe import Finish, Recipe
from phosphene.render import render
from phosphene.styles import STYLES

GREEN: dict[str, float] = {"opengl": 1.0, "directx": -1.0}  # up is bright, down is bright
SMOOTH = Finish(antialias="print")
SHOULDER = 0.05  # how much of 0..1 at each end is left to the highest and the lowest 1 %
STEP = 1 / 512  # over which the rms slope is measured, as a share of the shorter side
# The lightness of a colour as a formula of its components.
LIGHTNESS: dict[str, str] = {
    "rgb": srgb.LUMINANCE_TEXT,
    "linear": f"sqrt(max({srgb.LUMINANCE_TEXT}, 0))",
    "grey": "{0}",
    "hsv": "{2}",
    "hsl": "{2}",
    "oklab": "{0}",
    "oklch": "{0}",
}


@dataclass(frozen=True)
class MapSettings:
    """What texture maps are made with.

    `height` and `metal` are formulas in the recipe's names, or None: found in the recipe. `slope`
    is the rms slope of the height (1: 45 degrees on average). `normal` says whether green points up
    ("opengl") or down ("directx"). `roughness` is the mean, 0..1. Occlusion looks as far as
    `ao_reach`, a share of the shorter side, and `ao_strength` is a power: 0 is none, 2 is darker.
    """

    height: str | None = None
    slope: float = 0.6
    normal: str = "opengl"
    roughness: float = 0.6
    metal: str | None = None
    ao_strength: float = 1.0
    ao_reach: float = 0.1

    def __post_init__(self) -> None:
        if self.normal not in GREEN:
            raise UserError(unknown("kind of normals", self.normal, GREEN))
        if not 0 < real_number(self.slope, "slope") <= 100:
            raise UserError(
                f"got {self.slope:g}; expected more than 0 and up to 100", argument="slope"
            )
        for name, most in (("roughness", 1), ("ao_strength", 10)):
            value = real_number(getattr(self, name), name)
            if not 0 <= value <= most:
                raise UserError(f"got {value:g}; expected 0 to {most}", argument=name)
        if not 0.001 <= real_number(self.ao_reach, "ao_reach") <= 0.5:
            raise UserError(f"got {self.ao_reach:g}; expected 0.001 to 0.5", argument="ao_reach")


@dataclass(frozen=True)
class MapRecipes:
    """The recipes of a picture's height and metal (None if nothing is metal), encoded as sRGB, and
    their formulas; `displacement` is the height that 1 means, as a share of the width.
    """

    height: Recipe
    metal: Recipe | None
    formula: str
    metal_formula: str | None
    displacement: float


def map_recipes(recipe: Recipe, size: Size, settings: MapSettings) -> MapRecipes:
    """The recipes behind the maps of a picture with the aspect ratio of `size`.

    The height is a formula, by default the `let` called height, else the lightness of the colour,
    else the first field. It is mapped to 0..1 so that 1 % of the plane lies below 0.05 and 1 %
    above 0.95; both ends approach 0 and 1 without reaching them, so summits stay round. Metal is
    the formula of the style, or the `let` called metal.

    Raises `RecipeError` for an invalid formula.
    """
    wrong: RecipeError | None = None
    for text in [settings.height] if settings.height else _heights(recipe):
        let = _height_let(recipe, text)
        name = f"{_prefix(recipe)}_height"
        made = _data(recipe, let, name)
        try:
            build(made)
            displacement = _displacement(recipe, let, name, size, settings.slope)
        except RecipeError as error:
            wrong = error
            continue
        metal = _metal(recipe, settings.metal)
        return MapRecipes(made, metal[0], text, metal[1], displacement)
    raise RecipeError(f"{wrong}; expected a formula such as main0", argument="height")


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


def _prefix(recipe: Recipe) -> str:
    """The prefix of our names: `map`, or a longer one in the recipe of a map."""
    prefix = "map"
    while any(name.startswith(f"{prefix}_") for name in recipe.shading.let):
        prefix += "s"
    return prefix


def _height_let(recipe: Recipe, formula: str) -> dict[str, str]:
    """The recipe's names, and those of the height. Beyond the quantiles it approaches 0 and 1 like
    a hyperbola, with the slope of the middle where they meet.
    """
    m, s = _prefix(recipe), SHOULDER
    return {
        **recipe.shading.let,
        f"{m}_field": formula,
        f"{m}_even": f"{s} + {1 - 2 * s}*lin({m}_field)",
        f"{m}_over": f"max({m}_even - {1 - s}, 0)",
        f"{m}_under": f"max({s} - {m}_even, 0)",
        f"{m}_height": (
            f"clamp({m}_even, {s}, {1 - s}) + {s}*{m}_over/({s} + {m}_over) "
            f"- {s}*{m}_under/({s} + {m}_under)"
        ),
    }


def _data(recipe: Recipe, let: Mapping[str, str], value: str) -> Recipe:
    """A recipe that paints a number from 0 to 1 as the grey of that light."""
    colour = (
        f"select({value} < {srgb.LIGHT_KNEE!r}, {srgb.SLOPE!r}*({value}), "
        f"{srgb.SCALE!r}*power({value}, {1 / srgb.GAMMA!r}) - {srgb.OFFSET!r})"
    )
    return recipe.replace({"shading": _grey(recipe, let, colour), "finish": SMOOTH.model_dump()})


def _grey(recipe: Recipe, let: Mapping[str, str], colour: str) -> dict[str, Any]:
    kept = {"params": recipe.shading.params, "let": dict(let)}
    return {**kept, "colour_space": "grey", "colour": [colour], "channels": 1}


def _displacement(
    recipe: Recipe, let: Mapping[str, str], height: str, size: Size, slope: float
) -> float:
    """The height of 1, as a share of the width, at which the rms slope over `STEP` is `slope`."""
    step = min(extents(recipe.view, size)) * STEP
    (a, b), (c, d) = _directions(recipe, size)
    sides = [_difference(height, a * step, b * step), _difference(height, c * step, d * step)]
    squares = " + ".join(f"square(({side})/{2 * step!r})" for side in sides)
    measured = f"{slope / 1000!r}/max(sqrt(mean({squares})), 0.000001)"
    made = recipe.replace({"shading": _grey(recipe, let, measured), "finish": {}})
    rise = float(render(made, (1, 1)).float[0, 0, 0]) * 1000
    return round(rise / extents(recipe.view, size)[0], 6)


def _difference(height: str, x: float, y: float) -> str:
    return f"at({height}, {x!r}, {y!r}) - at({height}, {-x!r}, {-y!r})"


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


def _metal(recipe: Recipe, formula: str | None) -> tuple[Recipe | None, str | None]:
    """The recipe of the metal and its formula, or None and None if there is none."""
    shading = recipe.shading
    given = formula is not None
    if formula is None:
        style = STYLES.get(recipe.style or "")
        formula = "metal" if "metal" in shading.let else style.metal if style else ""
    if not formula:
        return None, None
    name = f"{_prefix(recipe)}_metal"
    made = _data(recipe, {**shading.let, name: f"clamp({formula}, 0, 1)"}, name)
    try:
        build(made)
    except RecipeError as error:
        if not given:  # an edited recipe of the style may lack its names
            return None, None
        raise RecipeError(
            f"{error}; expected a formula such as main0 > 0", argument="metal"
        ) from None
    return made, formula
