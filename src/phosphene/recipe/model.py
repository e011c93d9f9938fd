"""The recipe: everything that decides a picture."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.core.errors import RecipeError, unknown
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS
from phosphene.recipe.base import Part, Seed
from phosphene.recipe.explain import explain
from phosphene.recipe.fixed_networks import NetworkRecipe
from phosphene.recipe.old_keys import key_today
from phosphene.recipe.parts import Finish, Generated, Palette, Shading, Surface, View, Weights

EDITION = 1
# What formula texts say already; "z0" is a part of the latent vector.
WORDS = frozenset(
    {*PRIMITIVES, *FUNCTIONS, *SPELLINGS, *STATISTICS, *VECTORS, *FEATURES, "vec", "pi", "h"}
)
Name = Annotated[str, Field(pattern=r"^[A-Za-z](_?[A-Za-z])*$", max_length=32)]


# The network of a recipe that names none: lively, and its outputs are colours.
PLAIN = Generated(norm="frozen", output="half_tanh", weights=Weights(gain=(1.1, 1.5)))


class Recipe(Part):
    """A picture as data. Frozen; every default is written out on construction.

    `Recipe(seed=7)` is complete. Raises `RecipeError`, which names the path of what cannot be, what
    came and what was expected. Two recipes are equal when they make the same picture by the same
    words; `digest` is the sha256 of the canonical JSON. `rescued` tells what the gate did to a dull
    seed; it changes no pixel.
    """

    phosphene: Literal[1] = EDITION
    seed: Seed = 0
    style: str | None = None
    networks: Annotated[dict[Name, NetworkRecipe], Field(min_length=1)] = {"main": PLAIN}
    shading: Shading = Shading(colour_space="rgb", colour=("main0", "main1", "main2"))
    palettes: dict[Name, Palette] = {}
    surface: Surface = Surface()
    view: View = View()
    finish: Finish = Finish()
    precision: Literal["f32", "f64"] = "f32"
    rescued: tuple[str, ...] = ()

    def __init__(self, /, **data: Any):
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise RecipeError(explain(error, Recipe)) from None

    @model_validator(mode="before")
    @classmethod
    def _edition(cls, data: Any) -> Any:
        edition = data.get("phosphene", EDITION) if isinstance(data, dict) else EDITION
        if edition != EDITION or isinstance(edition, bool):
            raise ValueError(
                f"recipe of edition {edition!r}; this version reads edition {EDITION}. "
                "Install a newer phosphene: pip install -U phosphene"
            )
        return data

    @model_validator(mode="after")
    def _names_apart(self) -> Recipe:
        """No name of the user's means two things, or hides a word of the language."""
        fields = {f"{n}{i}" for n, network in self.networks.items() for i in range(network.outputs)}
        own = [*self.shading.params, *self.shading.let, *self.palettes]
        for name in [*sorted(fields), *own]:
            if name in WORDS:
                raise ValueError(f"'{name}' is a word of the formula language; choose another name")
        twice = [name for name in own if own.count(name) > 1 or name in fields]
        if twice:
            raise ValueError(
                f"'{twice[0]}' names two things among fields, params, let and palettes"
            )
        return self

    @property
    def json(self) -> str:  # type: ignore[override]
        """The canonical JSON text: keys sorted, no spaces, every default written out."""
        data = _plus_zero(self.model_dump(mode="json"))
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self.json == other.json

    def __hash__(self) -> int:
        return hash(self.json)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json.encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str | bytes) -> Recipe:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RecipeError(f"not a recipe: the JSON cannot be read ({error})") from None
        if not isinstance(data, dict) or "phosphene" not in data:
            raise RecipeError('not a recipe: a recipe is a JSON object with "phosphene": 1')
        return cls.checked(data)

    @classmethod
    def checked(cls, data: Any) -> Recipe:
        """A recipe of plain data that may hold anything."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RecipeError(explain(error, cls)) from None

    def replace(self, changes: dict[str, Any]) -> Recipe:
        """The recipe with values put in at dotted paths, such as `{"networks.main.width": 32}`."""
        data = self.model_dump()
        for path, value in changes.items():
            _put(data, path, value)
        return Recipe.checked(data)

    def get(self, path: str) -> Any:
        """The value at a dotted path, as plain data."""
        return _find(self.model_dump(mode="json"), path)

    def __repr__(self) -> str:
        return f"Recipe(style={self.style!r}, seed={self.seed!r}, digest={self.digest[:12]!r})"

    def _repr_html_(self) -> str:
        text = json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        return f"<details><summary>{self!r}</summary><pre>{escaped}</pre></details>"


def _plus_zero(data: Any) -> Any:
    """-0.0 is 0.0: equal recipes have one text."""
    if isinstance(data, dict):
        return {k: _plus_zero(v) for k, v in data.items()}
    if isinstance(data, list):
        return [_plus_zero(v) for v in data]
    return data + 0.0 if isinstance(data, float) else data


def _step(data: Any, key: str, path: str) -> Any:
    """The key or index under which `key` stands in `data`."""
    if isinstance(data, dict):
        key = key_today(key, data)
        if key not in data:
            raise RecipeError(f"{path}: {unknown('field', key, data)}")
        return key
    if (
        isinstance(data, list | tuple)
        and key.isascii()
        and key.isdecimal()
        and int(key[:9]) < len(data)
    ):
        return int(key)
    raise RecipeError(f"{path}: nothing stands at '{key}'")


def _find(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data[_step(data, key, path)]
    return data


# Where a new key is the user's own name, not a field.
_OPEN = ("networks", "palettes", "shading.params", "shading.let")


def _put(data: Any, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    place = data
    for key in parents:
        found = _step(place, key, path)
        if isinstance(place[found], tuple):
            place[found] = list(place[found])
        place = place[found]
    if isinstance(place, dict) and ".".join(parents) in _OPEN:
        place[last] = value
    else:
        place[_step(place, last, path)] = value
