"""Recipe fields by short names, as used by command line options and keyword arguments.

Each entry has a name, its path in the recipe, its meaning, and how its text is parsed. Network
fields act on the network `main`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from phosphene.core.aliases import aliases, warn_renamed
from phosphene.core.errors import RecipeError, UserError, unknown
from phosphene.core.json_text import DuplicateKeyError, read_json
from phosphene.core.rng import AnySeed
from phosphene.core.texts import split_outside
from phosphene.recipe.chance import drawn_activations, drawn_fields
from phosphene.recipe.model import Recipe, normal_seed
from phosphene.recipe.networks import read_activations
from phosphene.recipe.recolour import invert_palettes, recolour, with_palettes
from phosphene.recipe.symmetries import SYMMETRIES, check_one_symmetry


class Field(NamedTuple):
    path: str
    description: str
    read: Callable[[str], Any] = json.loads


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _z(text: str) -> list[float] | str:
    return text if text == "random" else _numbers(text)


def _samples(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def yes_or_no(text: str) -> bool:
    """Parses the text of a flag: yes, true, no or false. Raises `ValueError` for other text."""
    try:
        return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
    except KeyError:
        raise ValueError(f"not yes or no: {text}") from None


FIELDS: dict[str, Field] = {
    "width": Field(
        "networks.main.width", "units in each hidden layer; drawn from the seed: 4..64, random", int
    ),
    "depth": Field("networks.main.depth", "hidden layers; drawn from the seed: 2..9, random", int),
    "activation": Field(
        "networks.main.activations",
        "tanh; per layer: tanh,sin; shared among units: tanh+sin; random: names drawn from the "
        "seed; or random:once, random:layer, random:unit",
        read_activations,
    ),
    "features": Field(
        "networks.main.inputs", "inputs of the network, such as x,y,r,cos(10*r)", split_outside
    ),
    "scale": Field(
        "networks.main.scale", "zoom of the network's coordinates; drawn: 0.5..2.0, random", float
    ),
    "latent_size": Field("networks.main.latent.size", "length of the latent vector z", int),
    "z": Field("networks.main.latent.values", "the latent vector z: 0.1,0.2,... or random", _z),
    "gain": Field(
        "networks.main.weights.gain",
        "spread of the weights; per layer: 0.9,1.3; drawn: 0.7..2.0, random",
        _numbers,
    ),
    "mirror": Field(
        "view.symmetry",
        "mirrors the whole picture, light included: x (left and right), y (up and down), xy; none",
        str,
    ),
    "turns": Field(
        "view.symmetry", "rotational symmetry of the whole picture: its order, 2 to 360; none", str
    ),
    "kaleidoscope": Field(
        "view.symmetry",
        "the whole picture as a kaleidoscope: the number of its mirrored sectors, 2 to 360; none",
        str,
    ),
    "channels": Field("shading.channels", "3 for colour, 1 for grey", int),
    "antialias": Field(
        "finish.antialias",
        "none, draft, auto, print, or samples per pixel: 4, 9, 16, ...",
        _samples,
    ),
    "dither": Field("finish.dither", "none, auto (where gradients would show bands) or blue", str),
    "palette": Field(
        "palettes.A",
        "one for the whole picture: a name, colours #hex,#hex,... (#hex:20 for 20 % of it), or a "
        "file (.gpl, .ase, .css, .json, .hex, .pal, a picture); or one for each palette: A;B",
        str,
    ),
    "shares": Field(
        "shares",
        "colours of `palette` that all appear: auto (of colours, not of a name), even (of a name "
        "too), or no",
        str,
    ),
    "recolour": Field(
        "shading.colour",
        "colour the network's fields by palettes instead of the style's shading: auto, or palettes "
        "as above",
        str,
    ),
    "invert_palettes": Field(
        "palettes", "invert the lightness of every palette: light becomes dark", yes_or_no
    ),
    "precision": Field("precision", "f32, or f64 to match programs that compute in float64", str),
}


def flat_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields and dials in one dictionary, with the entries of `dials` merged in. Raises `UserError`
    if `dials` or `set` is no dictionary.
    """
    for name in ("dials", "set"):
        value = fields.get(name)
        if value is not None and not isinstance(value, Mapping):
            kind = type(value).__name__
            raise UserError(f"got {value!r:.60} ({kind}); expected a dictionary", argument=name)
    own = {name: value for name, value in fields.items() if name != "dials"}
    return own | dict(fields.get("dials") or {})


def read_field(name: str, text: str) -> Any:
    """The value of a field given as text. Raises `UserError` if the text cannot be parsed."""
    try:
        return FIELDS[name].read(text)
    except ValueError:
        expected = "yes or no" if FIELDS[name].read is yes_or_no else FIELDS[name].description
        raise UserError(f"cannot read '{text}'; expected {expected}", argument=name) from None


def read_value(text: str) -> Any:
    """The text parsed as JSON if it is JSON, otherwise the text itself. Raises `UserError` for an
    object with a key twice.
    """
    try:
        return read_json(text)
    except DuplicateKeyError as error:
        raise UserError(f"got {text:.60}; {error}") from None
    except ValueError:
        return text


def with_fields(recipe: Recipe, fields: Mapping[str, Any]) -> Recipe:
    """A copy of the recipe with fields set by their short names, given as texts or as values.

    The recipe's seed draws `random` and ranges such as `4..64` (`phosphene.recipe.chance`). `set`
    may hold further values by dotted path; they are applied last. Raises `UserError` for an
    unknown field, `RecipeError` for a value that the recipe does not accept.
    """
    fields = drawn_fields(with_new_names(fields), recipe.seed)
    check_one_symmetry(fields)
    changes: dict[str, Any] = {}
    paths = dict(fields.get("set") or {})
    for name, value in fields.items():
        if value is None or name in ("set", "shares", *TRANSFORMS):
            continue
        if name not in FIELDS:
            raise UserError(unknown("field", name, FIELDS))
        field = FIELDS[name]
        if field.path.startswith("networks.main.") and "main" not in recipe.networks:
            others = ", ".join(recipe.networks)
            raise RecipeError(
                f"{name} changes the network 'main', which this recipe lacks (it has {others}); "
                f"use `set={{'networks.NAME.{field.path.removeprefix('networks.main.')}': VALUE}}`"
            )
        if (name, value) != ("activation", "random"):
            changes[field.path] = read_field(name, value) if isinstance(value, str) else value
    if fields.get("activation") == "random":
        recipe.get(FIELDS["activation"].path)  # raises if the network has none
        depth = changes.get(FIELDS["depth"].path) or recipe.get(FIELDS["depth"].path)
        changes[FIELDS["activation"].path] = drawn_activations(int(depth), recipe.seed)
    recipe = recipe.replace(_with_latent(recipe, changes)) if changes else recipe
    shares = fields.get("shares")
    if shares is not None and fields.get("palette") is None:
        raise UserError("shares are those of a given palette; set `palette` too", argument="shares")
    for name, change in TRANSFORMS.items():
        if fields.get(name) is not None:
            more = (shares,) if name == "palette" else ()
            recipe = change(recipe, fields[name], *more)
    return recipe.replace(paths) if paths else recipe


def with_new_names(fields: Mapping[str, Any], *, depth: int = 3) -> dict[str, Any]:
    """The fields with old names replaced by new ones. Warns for each, at the caller's caller (with
    `depth` 4, one frame further out).
    """
    renamed = {old: new for old, new in aliases("keyword").items()
               if old in fields and new in FIELDS}  # fmt: skip
    for old, new in renamed.items():
        warn_renamed(f"{old}=", f"{new}=", depth=depth)
    return {renamed.get(name, name): value for name, value in fields.items()}


def _invert_palettes(recipe: Recipe, wanted: Any) -> Recipe:
    return invert_palettes(recipe) if read_field("invert_palettes", str(wanted)) else recipe


# Fields that transform the whole recipe, applied in this order after the others.
TRANSFORMS: dict[str, Callable[..., Recipe]] = {
    **SYMMETRIES,
    "recolour": recolour,
    "palette": with_palettes,
    "invert_palettes": _invert_palettes,
}


def seed_after(seed: AnySeed, k: int) -> int | str:
    """The k-th seed after this one: 7, 8, 9, ... or moss, moss-1, moss-2, ... After a table of
    keys, which has no name: 0, 1, 2, ...
    """
    first = 0 if isinstance(seed, Mapping) else normal_seed(seed)
    if isinstance(first, int):
        return first + k
    return f"{first}-{k}" if k else first


def _with_latent(recipe: Recipe, changes: dict[str, Any]) -> dict[str, Any]:
    """Keeps the size and the values of z consistent: the one that is given decides the other."""
    values, size = "networks.main.latent.values", "networks.main.latent.size"
    if values in changes and changes[values] is not None and not isinstance(changes[values], str):
        try:
            changes = changes | {values: [float(v) for v in changes[values]]}
        except (TypeError, ValueError):
            problem = f"got {changes[values]!r:.60}; expected numbers, or 'random'"
            raise UserError(problem, argument="z") from None
    if values in changes and isinstance(changes[values], str):
        have = changes.get(size, recipe.get(size))
        fresh = {values: None, size: have or 8, "networks.main.latent.seed": fresh_seed()}
        return changes | fresh
    if values in changes and size not in changes and changes[values] is not None:
        return changes | {size: len(changes[values])}
    if size in changes and values not in changes and changes[size] != recipe.get(size):
        return changes | {values: None}
    return changes


def fresh_seed() -> int:
    """A random seed: a whole number of up to 9 digits."""
    return secrets.randbelow(10**9)
