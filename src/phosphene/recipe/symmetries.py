"""The fields mirror, turns and kaleidoscope, which set the symmetry of the whole picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from phosphene.core.errors import UserError
from phosphene.recipe.model import Recipe
from phosphene.recipe.parts import closed_directions

MIRRORS = {"x": "mirror_x", "y": "mirror_y", "xy": "mirror"}
ORDERS = 2, 360
# For inputs and folds of a network, the field that does the same to the whole picture.
INSTEAD = {
    "abs_x": "mirror=x", "x2": "mirror=x", "mirror_x": "mirror=x",
    "abs_y": "mirror=y", "y2": "mirror=y", "mirror_y": "mirror=y",
    "mirror": "mirror=xy", "kaleidoscope": "kaleidoscope={order}", "rotational": "turns={order}",
}  # fmt: skip


def with_mirror(recipe: Recipe, value: Any) -> Recipe:
    """The recipe mirrored in "x", "y" or "xy"; without symmetry if "none"."""
    if value == "none":
        return _with(recipe, None)
    if value not in MIRRORS:
        raise UserError(f"got {value!r:.60}; expected x, y, xy or none", argument="mirror")
    return _with(recipe, {"kind": MIRRORS[value]})


def with_turns(recipe: Recipe, value: Any) -> Recipe:
    """The recipe with rotational symmetry of an order; without symmetry if "none"."""
    return _with(recipe, _order("turns", "rotational", value))


def with_kaleidoscope(recipe: Recipe, value: Any) -> Recipe:
    """The recipe as a kaleidoscope of an order; without symmetry if "none"."""
    return _with(recipe, _order("kaleidoscope", "kaleidoscope", value))


def _order(name: str, kind: str, value: Any) -> dict[str, Any] | None:
    if value == "none":
        return None
    try:
        order = float(value)
    except (TypeError, ValueError):
        order = 0.0
    least, greatest = ORDERS
    if isinstance(value, bool) or not (least <= order <= greatest and order.is_integer()):
        raise UserError(
            f"got {value!r:.60}; expected a whole number, {least} to {greatest}, or none",
            argument=name,
        )
    return {"kind": kind, "order": int(order)}


def _with(recipe: Recipe, symmetry: dict[str, Any] | None) -> Recipe:
    if symmetry is None:
        return recipe.replace({"view.symmetry": None})
    before = recipe.view.symmetry
    symmetry["rounding"] = 0.12 if before is None else before.rounding
    if symmetry["kind"].startswith("mirror"):
        symmetry["repeats"] = closed_directions(recipe.surface.kind, recipe.view.axes)
    return recipe.replace({"view.symmetry": symmetry})


# In the order in which they are applied. Only one may be given.
SYMMETRIES: dict[str, Callable[[Recipe, Any], Recipe]] = {
    "mirror": with_mirror,
    "turns": with_turns,
    "kaleidoscope": with_kaleidoscope,
}


def check_one_symmetry(fields: Mapping[str, Any]) -> None:
    """Raises `UserError` if several of the fields of `SYMMETRIES` are given."""
    given = [name for name in SYMMETRIES if fields.get(name) is not None]
    if len(given) > 1:
        raise UserError(
            f"a picture has one symmetry; omit `{given[0]}` or `{given[1]}`", argument=given[1]
        )


def off_centre_fold(recipe: Recipe) -> str | None:
    """A note if a fold of a network acts about a point that is not the middle of the picture, so
    that the picture is not symmetric; None if all folds are centred.
    """
    view = recipe.view
    if view.symmetry is not None or (view.centre == (0.0, 0.0) and view.origin == "centre"):
        return None
    for name, network in recipe.networks.items():
        if network.warp is not None:
            continue
        texts = " ".join(entry for entry in network.inputs if isinstance(entry, str))
        texts = texts.replace("abs(x)", "abs_x").replace("abs(y)", "abs_y")
        fold = network.fold
        for word in [*([fold.kind] if fold else []), *re.findall(r"\w+", texts)]:
            if word in INSTEAD:
                instead = INSTEAD[word].format(order=fold.order if fold else 6)
                x, y = view.centre
                return (
                    f"'{word}' of the network '{name}' folds the plane at 0, and the middle of "
                    f"this picture is at {x:g}, {y:g}, so the picture is not symmetric; "
                    f"`{instead}` makes the whole picture symmetric about its middle"
                )
    return None
