"""What is accepted as a recipe: a `Recipe`, a mapping, JSON text, a style's name, a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypedDict

from phosphene import recipe as recipes
from phosphene.core.errors import RecipeError, UserError, unknown
from phosphene.core.limits import Limits, with_limits
from phosphene.core.rng import Seed
from phosphene.files import ALIASES, FORMATS, open_recipe
from phosphene.files.film import FILMS
from phosphene.recipe import FIELDS, Recipe, flat_fields, with_fields, with_new_names
from phosphene.recipe.recolour import files_in
from phosphene.styles import STYLES, dial_owners, style

Source = Recipe | Mapping[str, Any] | str | PathLike[str]

# A text with such a suffix is a path; .html is the page of a Deep Zoom.
SUFFIXES = frozenset({*FORMATS, *ALIASES, *FILMS, ".json", ".html"})


class Fields(TypedDict, total=False):
    """The keywords that set values of a recipe; `FIELDS` describes them.

    Texts are parsed like command line options. `set` holds values by dotted path, `dials` values of
    a style's dials, which may also be given as keywords of their own.
    """

    width: int | str
    depth: int | str
    activation: str | Sequence[str | Sequence[str]] | Mapping[str, str]
    features: str | Sequence[Any]
    scale: float | str
    latent_size: int | str
    z: str | Sequence[float]
    gain: float | str | Sequence[float]
    mirror: str
    turns: int | str
    kaleidoscope: int | str
    channels: int
    antialias: str | int
    dither: str
    palette: str | PathLike[str] | Sequence[Any]
    shares: str
    recolour: bool | str | PathLike[str] | Sequence[Any]
    invert_palettes: bool | str
    precision: str
    set: Mapping[str, Any]
    dials: Mapping[str, Any]


def read_keywords(function: Callable[..., Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The `**fields` of a function under their current names. An old name causes a warning at the
    line that called the function.

    Raises `UserError`, with the nearest known name, for a name that is neither a keyword of the
    function nor a field nor a dial of any style.
    """
    found, known = with_new_names(fields, depth=5), [*FIELDS, "set", "dials"]
    for name in found:
        if name not in known and not dial_owners(name):
            own = {*(function.__kwdefaults__ or {}), *known}
            dials = {dial for row in STYLES.values() for dial in row.dials}
            near = get_close_matches(name, own | dials, n=1, cutoff=0.7)
            if near and near[0] not in own:
                owners = ", ".join(dial_owners(near[0]))
                hint = f"Did you mean '{near[0]}', a dial of {owners}?"
                raise UserError(f"unknown keyword '{name}'. {hint}")
            raise UserError(unknown("keyword", name, own))
    return found


@with_limits
def as_recipe(
    given: Source,
    *,
    seed: Seed | None = None,
    fields: Mapping[str, Any] | None = None,
    files: bool = True,
    limits: Limits | None = None,
) -> Recipe:
    """The recipe that `given` stands for.

    A `Recipe` is returned as it is; a mapping is a recipe as data. A string is JSON if it begins
    with "{", a path if it ends in a known suffix, and otherwise a style's name. Any file may be
    given as a `pathlib.Path`: the result is the recipe stored inside, of a film that of its still.
    `seed` is the seed of the style (default 0) or replaces the recipe's; `fields` are set by name,
    as in `style`. With `files=False` no file is opened.

    Raises `RecipeError` for what cannot be a recipe, `UserError` for an unknown style or field,
    `InputError` for a file that cannot be read.
    """
    put = flat_fields(fields or {})
    for field in ("palette", "recolour"):
        if not files and files_in(put.get(field)):
            raise RecipeError(
                f"got the path {str(put[field])!r:.80}, but `files=False` opens no file",
                argument=field,
            )
    name = style_name(given)
    if name is not None:
        return style(name, seed=0 if seed is None else seed, **put)
    recipe = _read(given, files)
    for field in put:
        refuse_dial(recipe, field)
    if seed is not None:
        recipe = recipe.replace({"seed": seed, "rescued": ()})
    return with_fields(recipe, put)


def style_name(given: object) -> str | None:
    """The style named by a string; None for JSON, a path, or anything that is not a string.

    Raises `UserError` for any other string.
    """
    if not isinstance(given, str) or _is_json(given) or _is_path(given):
        return None
    if given in STYLES:
        return given
    text = unknown("style", f"{given:.60}", STYLES, list_with="styles")
    if set(given) & set("./\\"):
        text += f" Is it a file? Give a path: pathlib.Path({given[:60]!r})."
    raise UserError(text)


def refuse_dial(recipe: Recipe, name: str, value: str = "VALUE") -> None:
    """Raises `UserError` if `name`, meant for a finished recipe, is a dial of a style."""
    owners = [] if name in FIELDS or "." in name else dial_owners(name)
    if owners:
        owner = recipe.style if recipe.style in owners else owners[0]
        raise UserError(
            f"a dial of {owner}; a finished recipe has no dials. Name the style instead: "
            f"'{owner}', with `seed={recipe.seed}` and `{name}={value}`",
            argument=name,
        )


def recolour(
    recipe: Source, palettes: Any = None, seed: Seed | None = None, *, files: bool = True
) -> Recipe:
    """A recipe that colours the fields of `recipe` by `palettes` instead of its own shading.

    `recipe` is anything that `as_recipe` accepts; `palettes` is "ember", "ember;abyss" or a list of
    colours, or None for a pair drawn from `seed` (None: the recipe's). Details are in
    `phosphene.recipe.recolour`.
    """
    return recipes.recolour(as_recipe(recipe, files=files), palettes, seed)


def invert_palettes(recipe: Source, *, seed: Seed | None = None, files: bool = True) -> Recipe:
    """The recipe with the lightness of every palette inverted, hues unchanged.

    Raises `RecipeError` for a recipe without palettes.
    """
    return recipes.invert_palettes(as_recipe(recipe, seed=seed, files=files))


def _read(given: object, files: bool) -> Recipe:
    match given:
        case Recipe():
            return given
        case Mapping():
            return Recipe.checked(dict(given))
        case str() if _is_json(given):
            return Recipe.from_json(given)
        case str() | PathLike():
            if files:
                return open_recipe(given)
            path = fspath(given)
            raise RecipeError(
                f"got the path {path!r:.80}, but `files=False` opens no file", argument="recipe"
            )
        case _:
            kind = type(given).__name__
            raise RecipeError(
                f"got {given!r:.60} ({kind}); expected a Recipe, a dict, JSON text, a style's name "
                "such as 'silk', or a path",
                argument="recipe",
            )


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")


def _is_path(text: str) -> bool:
    return Path(text).suffix.lower() in SUFFIXES
