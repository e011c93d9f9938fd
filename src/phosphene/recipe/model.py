"""The recipe: everything that determines a picture."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.core.errors import RecipeError, unknown
from phosphene.core.extras import update_advice
from phosphene.core.json_text import read_json
from phosphene.core.limits import require
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS
from phosphene.recipe.base import Named, Part, Seed, check_data
from phosphene.recipe.explain import explain
from phosphene.recipe.fixed_networks import AnyNetwork
from phosphene.recipe.needs import needed_version, read_version
from phosphene.recipe.networks import Network, Weights
from phosphene.recipe.old_keys import key_today
from phosphene.recipe.parts import (
    Finish,
    Palette,
    Shading,
    Shares,
    Surface,
    View,
    closed_directions,
)

EDITION = 1
# The words of the formula language, which a user's names must not hide.
WORDS = frozenset(
    {*PRIMITIVES, *FUNCTIONS, *SPELLINGS, *STATISTICS, *VECTORS, *FEATURES, "vec", "pi", "h"}
)
Name = Annotated[str, Field(pattern=r"^[A-Za-z](_?[A-Za-z])*$", max_length=32)]


# The network of a recipe that specifies none: lively, with outputs usable as colours.
PLAIN = Network(norm="frozen", output="half_tanh", weights=Weights(gain=(1.1, 1.5)))


class Recipe(Part):
    """A picture as data. Deeply frozen; `replace` returns a changed copy.

    `Recipe(seed=7)` is complete: omitted fields have the edition's defaults. Raises `RecipeError`
    with the path of an invalid value, what it was and what was expected. Two recipes are equal if
    their canonical JSON is equal; `digest` is its sha256. `shares` are percentages of the picture
    for the colours of palettes, by the palette's name. `rescued` lists what the quality gate
    changed to rescue a dull seed; it has no effect on pixels. A seed is a number, a text, or a
    table of the keys of random streams, which gives the same numbers without naming the seed.
    """

    phosphene: Literal[1] = EDITION
    seed: Seed = 0
    style: str | None = None
    networks: Annotated[Named[Name, AnyNetwork], Field(min_length=1)] = {"main": PLAIN}
    shading: Shading = Shading(colour_space="rgb", colour=("main0", "main1", "main2"))
    palettes: Named[Name, Palette] = {}
    shares: Named[Name, Shares] = {}
    surface: Surface = Surface()
    view: View = View()
    finish: Finish = Finish()
    precision: Literal["f32", "f64"] = "f32"
    rescued: tuple[str, ...] = ()

    if TYPE_CHECKING:  # parts may be given as models or as dictionaries

        def __init__(self, /, **data: Any) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _edition(cls, data: Any) -> Any:
        edition = data.get("phosphene", EDITION) if isinstance(data, dict) else EDITION
        if edition != EDITION or isinstance(edition, bool):
            newer = isinstance(edition, int) and edition > EDITION
            advice = f"For a newer version, {update_advice()}"
            raise ValueError(
                f"recipe of edition {edition!r:.60}; this version reads edition {EDITION}. "
                + (advice if newer else f'A recipe has "phosphene": {EDITION}')
            )
        if isinstance(data, dict) and "needs" in data:  # derived, see `json`
            read_version(data["needs"])
            data = {key: value for key, value in data.items() if key != "needs"}
        return data

    @model_validator(mode="after")
    def _names_apart(self) -> Recipe:
        """A user's name must be unique and must not hide a word of the formula language."""
        own = [*self.shading.params, *self.shading.let, *self.palettes]
        for name in [*filter(self._is_field, sorted(WORDS)), *own]:
            if name in WORDS:
                raise ValueError(
                    f"'{name}' is reserved by the formula language; choose another name"
                )
        count = Counter(own)
        twice = [name for name in own if count[name] > 1 or self._is_field(name)]
        if twice:
            raise ValueError(
                f"'{twice[0]}' names two things among fields, params, let and palettes"
            )
        return self

    @model_validator(mode="after")
    def _symmetry_closes(self) -> Recipe:
        """On a closed surface a symmetry must repeat with it."""
        symmetry, surface = self.view.symmetry, self.surface
        if symmetry is None:
            return self
        ways = closed_directions(surface.kind, self.view.axes)
        if ways and not symmetry.kind.startswith("mirror"):
            raise ValueError(
                f"view.symmetry: a picture on a {surface.kind} repeats, so it can only be "
                f"mirrored; got {symmetry.kind}. `mirror=xy` mirrors it"
            )
        if symmetry.repeats != ways:
            raise ValueError(
                f"view.symmetry.repeats: got '{symmetry.repeats}'; this picture repeats in '{ways}'"
            )
        return self

    @model_validator(mode="after")
    def _shares_of_palettes(self) -> Recipe:
        """Shares belong to a palette of this recipe, one to each of its colours."""
        for name, shares in self.shares.items():
            if name not in self.palettes:
                raise ValueError(f"shares.{name}: {unknown('palette', name, self.palettes)}")
            colours = len(self.palettes[name])
            if len(shares) != colours:
                raise ValueError(
                    f"shares.{name}: got {len(shares)} shares for {colours} colours; "
                    "expected one for each, or none"
                )
        return self

    def _is_field(self, name: str) -> bool:
        """Whether a name is that of a field: of one of a network's outputs."""
        bare = name.rstrip("0123456789")
        number = name[len(bare) :]
        if bare not in self.networks or not number or number != str(int(number[:9])):
            return False
        return int(number) < self.networks[bare].outputs

    @property
    def json(self) -> str:  # type: ignore[override]
        """The canonical JSON text: keys sorted, no spaces, no defaults.

        It holds only what differs from the defaults of the edition (`phosphene.recipe.defaults`),
        so new fields do not change old texts, and changes to a style or to a constructor's defaults
        do not change the picture. `"needs"` is the oldest version that can read it, if that is not
        the first release.
        """
        return _canonical(self.to_dict())

    def to_dict(self, *, full: bool = False) -> dict[str, Any]:
        """The recipe as plain data, as in its JSON text; with `full`, including all defaults."""
        needs = needed_version(self)
        return self._data(full) | ({"needs": needs} if needs else {})

    def _data(self, full: bool = False) -> dict[str, Any]:
        data = self.model_dump(mode="json", exclude_defaults=not full)
        return _plus_zero({"phosphene": self.phosphene} | data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipe) and self.json == other.json

    def __hash__(self) -> int:
        return hash(self.json)

    @property
    def digest(self) -> str:
        """The sha256 of the canonical JSON text, in hexadecimal. It excludes `needs`, which is
        derived from the other fields.
        """
        return hashlib.sha256(_canonical(self._data()).encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The recipe of a JSON text. Raises `RecipeError` if the text is not a valid recipe, and
        `LimitError` if it is longer than the limits in force allow.
        """
        if not isinstance(text, str | bytes):
            kind = type(text).__name__
            raise RecipeError(f"not a recipe: the JSON cannot be read (got {kind}, expected text)")
        require(text=len(text))
        try:
            data = read_json(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise RecipeError(f"not a recipe: the JSON cannot be read ({error})") from None
        if not isinstance(data, dict) or "phosphene" not in bare_recipe(data):
            raise RecipeError('not a recipe: a recipe is a JSON object with "phosphene": 1')
        return cls.checked(data)

    @classmethod
    def checked(cls, data: Any) -> Self:
        """The recipe of untrusted plain data, or of the JSON that `phosphene show` prints. Raises
        `RecipeError` if the data is not valid.
        """
        data = bare_recipe(data) if isinstance(data, dict) else data
        check_data(data)
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise RecipeError(explain(error, cls, data)) from None

    def replace(self, changes: dict[str, Any]) -> Self:
        """A copy with values set by dotted path, such as `{"networks.main.width": 32}`. Raises
        `RecipeError` for an unknown path or an invalid value.
        """
        if not isinstance(changes, Mapping):
            raise RecipeError(f"got {changes!r:.60}; expected a dictionary of values by path")
        data = self.model_dump()
        for path, value in changes.items():
            _put(data, path, value)
        return self.checked(data)

    def get(self, path: str) -> Any:
        """The value at a dotted path, as plain data. Raises `RecipeError` for an unknown path."""
        return _find(self.model_dump(mode="json"), str(path))

    def __repr__(self) -> str:
        seed = "keys" if isinstance(self.seed, Mapping) else repr(self.seed)
        return f"Recipe(style={self.style!r}, seed={seed}, digest={self.digest[:12]!r})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False)
        summary = f"<summary>{escape(repr(self))}</summary>"
        return f"<details>{summary}<pre>{escape(text)}</pre></details>"


def _canonical(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plus_zero(data: Any) -> Any:
    """Replaces -0.0 by 0.0, so that equal recipes have the same text."""
    if isinstance(data, dict):
        return {k: _plus_zero(v) for k, v in data.items()}
    if isinstance(data, list):
        return [_plus_zero(v) for v in data]
    return data + 0.0 if isinstance(data, float) else data


def _step(data: Any, key: str, path: str) -> Any:
    """The dictionary key or list index in `data` that `key` refers to."""
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
    raise RecipeError(f"{path}: {_no_index(data, key)}")


def _no_index(data: Any, key: str) -> str:
    if not isinstance(data, list | tuple):
        return f"'{key}': the value before it is not an object or a list"
    if not key.isdecimal():
        return f"'{key}' is not an index; the list has {len(data)} entries, numbered from 0"
    return f"index {key} out of range; the list has {len(data)} entries, numbered from 0"


def _find(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data[_step(data, key, path)]
    return data


def normal_seed(seed: Any) -> int | str:
    """The seed as recipes store it: "42" becomes 42, any other string is unchanged. Raises
    `RecipeError` for anything that is not a number or a text.
    """
    found = Recipe(seed=seed).seed
    if isinstance(found, Mapping):
        raise RecipeError(
            "expected a whole number or a string, got a table of keys", argument="seed"
        )
    return found


def bare_recipe(data: dict[str, Any]) -> dict[str, Any]:
    """The recipe in the JSON that `phosphene show` prints; any other data unchanged. A digest next
    to it is not compared: it may be that of an older version.
    """
    inside = data.get("recipe")
    return inside if isinstance(inside, dict) and "phosphene" in inside else data


# Mappings whose keys are the user's own names, so that new keys are allowed.
_OPEN = ("networks", "palettes", "shares", "shading.params", "shading.let")


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
