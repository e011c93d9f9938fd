"""Painting a recipe in given colours, each with a share of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.brand_shadings import BRAND, Brand
from phosphene.colour.ramps import anchors_to_oklab
from phosphene.core.errors import RecipeError
from phosphene.recipe.model import Recipe
from phosphene.recipe.parts import Anchor

FLAT = 60.0  # per cent of the picture for the colours themselves if no share is given
FLATTER = 85.0  # the same if some shares are given
LEAST = 3.0  # per cent for a colour without a given share


def split_share(colour: Any) -> tuple[Any, float | None]:
    """A colour and its share in per cent: of "#0b1d39:20", of ("#0b1d39", 20) or of a colour
    without one (None). Raises `RecipeError` for a share that is not 0 to 100.
    """
    text = colour
    if isinstance(colour, str) and ":" in colour:
        colour, _, share = (part.strip() for part in colour.partition(":"))
        share = share.removesuffix("%")
    elif isinstance(colour, tuple | list) and len(colour) == 2 and isinstance(colour[0], str):
        colour, share = colour
    else:
        return colour, None
    try:
        percent = float(share)
    except (TypeError, ValueError):
        percent = -1.0
    if not 0 < percent <= 100:
        raise RecipeError(
            f"{text!r:.60}: expected a colour and its share in per cent, such as #0b1d39:20",
            argument="palette",
        )
    return colour, percent


def even_out(given: Sequence[float | None]) -> list[float]:
    """The shares of all colours in per cent: those given, and the others divide the rest.

    Some of the picture is kept for the transitions between colours. Raises `RecipeError` if the
    shares add up to more than 100, or leave less than `LEAST` for each of the others.
    """
    asked = [share for share in given if share is not None]
    others = len(given) - len(asked)
    total = sum(asked)
    if total + LEAST * others > 100.001 and asked:
        left = f", and at least {LEAST:g} % for each other colour" if others else ""
        raise RecipeError(
            f"shares of {total:g} % in all{left}; expected up to 100 %", argument="palette"
        )
    flat = FLATTER if asked else FLAT
    rest = max(LEAST, flat * (1 - total / 100) / others) if others else 0.0
    made = [rest if share is None else share for share in given]
    too_much = max(1.0, sum(made) / 96.0)
    return [round(share / too_much, 4) for share in made]


def in_brand_colours(
    recipe: Recipe, colours: Sequence[Anchor], shares: Sequence[float | None]
) -> Recipe:
    """A copy of the recipe in the given colours only, each with its share in per cent (None: an
    equal part of what is left, at least 3 %).

    The colours are put in order from dark to light, unless they are given from light to dark. A
    style with two palettes divides them between both by hue. A house style softens its light, see
    `BRAND`. Shares are those of the colours before light and shadow.
    """
    row = BRAND.get(recipe.style or "", Brand())
    anchors = anchors_to_oklab(Recipe.checked({"palettes": {"A": list(colours)}}).palettes["A"])
    order = _order(anchors[:, 0])
    parts = _parts(anchors, order)
    percent = even_out(shares)
    data = recipe.model_dump()
    data["shares"] = {}
    for name in {**recipe.palettes, **row.palettes}:
        role = row.palettes.get(name) or _role(name, recipe)
        if role == "nearest":
            chosen = _nearest(anchors, anchors_to_oklab(recipe.palettes[name]))
        else:
            chosen = parts[role]
        data["palettes"][name] = [colours[k] for k in chosen]
        if role not in ("nearest", "light"):
            data["shares"][name] = _shares_of(chosen, parts, percent, role)
    _rewrite(data["shading"], row)
    params = data["shading"]["params"]
    for name, more in row.at_least.items():
        params[name] = max(params.get(name, 0.0), len(colours) + more)
    return Recipe.checked(data)


def _order(lightness: NDArray[np.float64]) -> list[int]:
    """The colours from dark to light; as given if they go from light to dark."""
    falling = bool((np.diff(lightness) < 0).all())
    return list(range(len(lightness))) if falling else np.argsort(lightness, kind="stable").tolist()


def _parts(anchors: NDArray[np.float64], order: list[int]) -> dict[str, list[int]]:
    """The colours by the parts that `Brand` names."""
    ends, middle = {order[0], order[-1]}, order[1:-1]
    cool = sorted(middle, key=lambda k: (float(anchors[k, 1] + anchors[k, 2]), k))
    first, second = set(cool[: len(cool) // 2]), set(cool[len(cool) // 2 :])
    if not first:
        first = second
    return {
        "all": order,
        "first": [k for k in order if k in first | ends],
        "second": [k for k in order if k in second | ends],
        "dark": order[:-1] if len(order) > 2 else [order[0], order[0]],
        "light": [order[-1], order[-1]],
    }


def _role(name: str, recipe: Recipe) -> str:
    """The part of a palette without a row: letters name ramps, words the colours of things."""
    ramps = sorted(n for n in recipe.palettes if len(n) == 1) or [min(recipe.palettes)]
    if name not in ramps:
        return "nearest"
    if len(ramps) == 1:
        return "all"
    return "first" if ramps.index(name) % 2 == 0 else "second"


def _nearest(anchors: NDArray[np.float64], others: NDArray[np.float64]) -> list[int]:
    """For each of the other colours the nearest of `anchors` in lightness and chroma."""
    chroma = [np.sqrt(c[:, 1] * c[:, 1] + c[:, 2] * c[:, 2]) for c in (anchors, others)]
    off = anchors[:, 0, None] - others[:, 0], chroma[0][:, None] - chroma[1]
    return np.argmin(off[0] * off[0] + off[1] * off[1], axis=0).tolist()


def _shares_of(
    chosen: list[int], parts: dict[str, list[int]], percent: list[float], role: str
) -> list[float]:
    """The shares in a palette of some of the colours: twice their own if only one half has them."""
    both = set(parts["first"]) & set(parts["second"])
    half = role in ("first", "second")
    found = [percent[k] * (2 if half and k not in both else 1) for k in chosen]
    scale = max(1.0, sum(found) / 96.0)
    return [round(share / scale, 4) for share in found]


def _rewrite(shading: dict[str, Any], row: Brand) -> None:
    """Change the formulas of a shading's data; a formula that was edited may keep its text."""
    for name, before, after in row.texts:
        if name == "colour":
            shading["colour"] = [text.replace(before, after) for text in shading["colour"]]
        elif name in shading["let"]:
            shading["let"][name] = shading["let"][name].replace(before, after)
