"""The table of paths, and their grammar: `loop radius=0.5 + zoom factor=4`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.files import open_recipe
from phosphene.motion.paths.camera import (
    is_endless,
    pan,
    pan_closes,
    rotate,
    rotate_closes,
    zoom,
    zoom_closes,
)
from phosphene.motion.paths.frame_state import (
    FrameState,
    Move,
    Spec,
    one_of,
    read_number,
    read_switch,
    read_whole,
)
from phosphene.motion.paths.keyframes import keys, keys_close, read_keys
from phosphene.motion.paths.latent import BETWEEN, loop, walk, walk_closes
from phosphene.motion.paths.sweep_morph import BLENDS, morph, read_ends, sweep
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style

Read = Callable[[str, Any], Any]
Closes = Callable[[Recipe, Spec], bool]


@dataclass(frozen=True)
class Argument:
    """An argument of a path; without a default (`needed`) it must be given."""

    says: str
    read: Read
    default: Any = None
    needed: bool = False


@dataclass(frozen=True)
class Path:
    """A way through what a recipe can show. `even`: its time is measured so that the picture
    changes at one speed. `bare`: the argument that a word without a name is. `more`: any other
    argument is one of `more`, a dict of what `open` reads.
    """

    make: Callable[[Recipe, Spec], Move]
    says: str
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])
    closes: Closes = lambda recipe, spec: spec["back"]
    even: bool = False
    bare: str | None = None
    open: tuple[str, Read] | None = None


def _latents(name: str, given: Any) -> list[list[float]]:
    """`0,0,1/1,1,1`, or lists."""
    lists = [part.split(",") for part in given.split("/")] if isinstance(given, str) else given
    return [[read_number(name, number) for number in z] for z in lists]


def _point(name: str, given: Any) -> list[float]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    if len(parts) != 2:
        raise UserError(f"--path {name}={given}: expected two numbers, such as centre=0.3,0.2")
    return [read_number(name, part) for part in parts]


def _seed(name: str, given: Any) -> int | str:
    return Recipe(seed=given).seed


def _radius(name: str, given: Any) -> float | str:
    if given == "auto":
        return given
    radius = read_number(name, given)
    if not 0 < radius <= 100:
        raise UserError(f"--path {name}={radius:g}: expected more than 0, at most 100, or auto")
    return radius


def _other(name: str, given: Any) -> dict[str, Any]:
    """The recipe of a file, of `STYLE:SEED`, or one that is given, as data."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, Recipe):
        text, _, seed = str(given).partition(":")
        known = text in STYLES and not FilePath(str(given)).exists()
        given = style(text, seed=seed or 0) if known else open_recipe(str(given))
    return given.model_dump(mode="json")


BACK = Argument("yes: there and back, so that the film closes", read_switch, False)
EVEN = Argument("yes: even change, instead of an even camera", read_switch, False)
SEED = Argument("another one than the recipe's for what is drawn", _seed)

PATHS: dict[str, Path] = {
    "loop": Path(
        loop, "a circle in latent space: closed",
        {
            "radius": Argument("of the circle, or auto: as the speed asks", _radius, "auto"),
            "torus": Argument("a second circle, gone round so many times", read_whole, 0),
            "seed": SEED,
        },
        closes=lambda recipe, spec: True, even=True,
    ),
    "walk": Path(
        walk, "through latents, given or random",
        {
            "through": Argument("how many random latents", read_whole, 4),
            "z": Argument("latents instead: 0,0,1/1,0,0", _latents),
            "how": Argument(", ".join(BETWEEN), one_of(*BETWEEN), "catmull-rom"),
            "closed": Argument("no: ends at the last latent", read_switch, True),
            "spread": Argument("standard deviation of random latents", read_number, 1.0),
            "back": BACK, "seed": SEED,
        },
        closes=walk_closes, even=True,
    ),
    "zoom": Path(
        zoom, "into the picture, or out of it, at one rate",
        {
            "factor": Argument("how much larger at the end; below 1 out of it", read_number, 4.0),
            "centre": Argument("the point that stays in place: 0.3,0.2", _point),
            "x": Argument("the same, across", read_number),
            "y": Argument("the same, down", read_number),
            "endless": Argument(
                "yes: the end is the beginning; the picture becomes itself from further away",
                read_switch, False,
            ),
            "back": BACK, "even": EVEN,
        },
        closes=zoom_closes, bare="factor",
    ),
    "pan": Path(
        pan, "along the plane; a picture that repeats closes after its period",
        {
            "x": Argument("how far, in units of the plane", read_number, 1.0),
            "y": Argument("the same, down", read_number, 0.0), "back": BACK, "even": EVEN,
        },
        closes=pan_closes,
    ),
    "rotate": Path(
        rotate, "about the view's centre",
        {
            "turns": Argument("how many; whole ones close", read_number, 1.0),
            "back": BACK, "even": EVEN,
        },
        closes=rotate_closes, bare="turns",
    ),
    "sweep": Path(
        sweep, "any numbers of the recipe: scale=1..3, depth=2..8; a list by a factor: gain=0.5..2",
        {"values": Argument("by path", lambda name, given: given, needed=True), "back": BACK},
        even=True, open=("values", read_ends),
    ),
    "morph": Path(
        morph, "into another recipe: of one structure by its numbers, else a cross-fade of fields",
        {
            "to": Argument("a file, or STYLE:SEED", _other, needed=True),
            "blend": Argument(
                "auto; fields: mixed in one picture, in any case; pixels: a plain fade",
                one_of(*BLENDS), "auto",
            ),
            "back": BACK,
        },
        even=True, bare="to",
    ),
    "keys": Path(
        keys, "from key to key of a TOML or JSON file, each with its ease",
        {"keys": Argument("the file", read_keys, needed=True)},
        closes=keys_close, bare="keys",
    ),
}  # fmt: skip

Given = str | Spec | Sequence[str | Spec]


def read_paths(given: Given) -> list[Spec]:
    """Paths as data, every argument said: of text, of tables, or a list of either.

    Raises `UserError` for what is no path.
    """
    parts = [given] if isinstance(given, str | dict) else list(given)
    found: list[Spec] = []
    for part in parts:
        texts = _split(part) if isinstance(part, str) else [part]
        found += [_read(_words(t) if isinstance(t, str) else t) for t in texts]
    if not found:
        raise UserError(f"--path: got nothing; expected one of {', '.join(PATHS)}")
    twice = ["an endless zoom" if is_endless(s) else "morph" for s in found if is_towards(s)]
    if twice[1:]:
        raise UserError(
            f"--path: {twice[0]} and {twice[1]}: each becomes another picture, and a film becomes "
            "one at a time; make one film after the other"
            if twice[0] != twice[1]
            else f"--path: {twice[0]} twice; make one film after the other"
        )
    return found


def _split(text: str) -> list[str]:
    """At every + before the name of a path, or before what might be meant for one."""
    return [part.strip() for part in re.split(r"\+(?=\s*[A-Za-z]+(?:[ :+;]|$))", text)]


def _words(text: str) -> Spec:
    name, _, rest = re.sub(r"^(\w+):", r"\1 ", text).partition(" ")
    spec: Spec = {"path": name}
    try:
        words = shlex.split(rest.replace(";", " "))
    except ValueError as error:
        raise UserError(f"--path {text}: {error}") from None
    for word in words:
        key, equals, value = word.partition("=")
        bare = PATHS[name].bare if name in PATHS else None
        bare = bare or ""
        if not equals and not bare:
            raise UserError(f"--path {text}: '{word}': expected name=value")
        spec |= {key: value} if equals else {bare: word}
    return spec


def _read(spec: Spec) -> Spec:
    name = spec.get("path")
    if name not in PATHS:
        raise UserError(f"--path: {unknown('path', str(name), PATHS)}")
    path = PATHS[name]
    made: Spec = {"path": name, **{n: a.default for n, a in path.arguments.items()}}
    for key, value in spec.items():
        if key in path.arguments:
            default = path.arguments[key].default
            same = value is None or value == default
            made[key] = default if same else path.arguments[key].read(f"{name} {key}", value)
        elif key != "path" and path.open:
            where, read = path.open
            made[where] = {**(made[where] or {}), key: read(key, value)}
        elif key != "path":
            raise UserError(f"--path {name}: {unknown('argument', key, path.arguments)}")
    for key, argument in path.arguments.items():
        if argument.needed and not made[key]:
            raise UserError(f"--path {name}: lacks '{key}': {argument.says} ({path.says})")
    return made


def path_text(spec: Spec) -> str:
    """A path in the grammar, without what is the default; another recipe by style and seed."""
    path = PATHS[spec["path"]]
    words = [str(spec["path"])]
    for name, argument in path.arguments.items():
        value = spec.get(name)
        if value is None or value == argument.default:
            continue
        if path.open and name == path.open[0]:
            words += [f"{key}={low:g}..{high:g}" for key, (low, high) in value.items()]
        elif name == "to":
            words.append(f"to={value.get('style') or 'recipe'}:{value.get('seed', 0)}")
        elif name == "keys":
            words.append(f"of {len(value)} keys")
        elif name == "z":
            words.append("z=" + "/".join(",".join(f"{v:g}" for v in z) for z in value))
        elif isinstance(value, list):
            words.append(f"{name}=" + ",".join(f"{v:g}" for v in value))
        elif isinstance(value, bool):
            words.append(f"{name}={'yes' if value else 'no'}")
        else:
            words.append(f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}")
    return " ".join(words)


def is_even(spec: Spec) -> bool:
    """Is it timed so that the picture changes at one speed?"""
    return bool(spec.get("even", PATHS[spec["path"]].even))


def is_towards(spec: Spec) -> bool:
    """Does it become another picture?"""
    return spec["path"] == "morph" or is_endless(spec)


Timing = Callable[[float], float]


def together(recipe: Recipe, specs: Sequence[Spec], even: Timing = lambda t: t) -> Move:
    """All paths one after the other, those that are even in the time that `even` gives."""
    moves = [(PATHS[s["path"]].make(recipe, s), is_even(s)) for s in specs]

    def move(state: FrameState, t: float) -> FrameState:
        for step, evened in moves:
            state = step(state, even(t) if evened else t)
        return state

    return move


def closes(recipe: Recipe, specs: Sequence[Spec]) -> bool:
    """Does the film end where it began?"""
    return all(PATHS[s["path"]].closes(recipe, s) for s in specs)


__all__ = ["PATHS", "Argument", "Given", "Path", "closes", "path_text", "read_paths", "together"]
