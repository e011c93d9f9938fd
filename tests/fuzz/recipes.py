"""Recipes: those of the goldens and the styles with values changed; painted if accepted."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import phosphene as ph
from phosphene.recipe import Recipe
from phosphene.styles import STYLES
from tests.fuzz.bounds import Failure
from tests.fuzz.values import NUMBERS, changed
from tests.goldens.recipes import RECIPES

SIZE = (8, 8)


@cache
def corpus() -> list[dict[str, Any]]:
    styles = [ph.style(name, seed=1).to_dict() for name in STYLES]
    full = [ph.style(name, seed=1).to_dict(full=True) for name in ("silk", "classic")]
    goldens = [made.to_dict() if isinstance(made, Recipe) else made for made in RECIPES.values()]
    return [*styles, *full, *goldens]


def _known(number: int) -> dict[str, Any]:
    return json.loads(json.dumps(corpus()[number], default=list))


large = st.builds(
    lambda width, depth, outputs, norm, kind: {
        "networks": {"main": {"kind": kind, "width": width, "depth": depth, "outputs": outputs,
                              "norm": norm}}
    },
    *[st.sampled_from([n for n in NUMBERS if isinstance(n, int)])] * 3,
    st.sampled_from(["none", "frozen", "batch", "layer"]),
    st.sampled_from(["mlp", "densenet", "residual", "skip", "tied"]),
)  # fmt: skip
numbers = st.integers(0, len(RECIPES) + len(STYLES) + 1)
inputs: st.SearchStrategy[bytes] = st.one_of(
    numbers.map(_known).flatmap(changed),
    numbers.map(_known).flatmap(changed),
    large,
).map(lambda data: json.dumps({"phosphene": 1, **data}).encode() if isinstance(data, dict) else b"")


def check(data: bytes, folder: Path) -> bool:
    """Read the recipe, paint it, and read back what it writes."""
    recipe = Recipe.from_json(data)
    picture = ph.render(recipe, SIZE, threads=1)
    if Recipe.from_json(recipe.json) != recipe:
        raise Failure("its JSON is another recipe")
    if not (picture.float >= 0).all() or not (picture.float <= 1).all():
        raise Failure("a pixel is not a number from 0 to 1")
    return True
