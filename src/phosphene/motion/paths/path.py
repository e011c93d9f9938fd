"""The definition of a path, a row of `PATHS`: its arguments, how they are parsed and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.core.rng import AnySeed, seed_text
from phosphene.motion.paths.frame_state import FrameState
from phosphene.recipe import Recipe

Spec = dict[str, Any]  # a path as data: {"path": its name, and every argument}
Move = Callable[[FrameState, float], FrameState]  # the state at a time 0..1
Read = Callable[[str, Any], Any]  # a value from text or data, by "PATH ARGUMENT"
Write = Callable[[str, Any], str]  # the words of an argument by its name


def written(name: str, value: Any) -> str:
    """`name=value` in the grammar of paths."""
    if isinstance(value, bool):
        return f"{name}={'yes' if value else 'no'}"
    if isinstance(value, list | tuple):
        return f"{name}=" + ",".join(f"{v:g}" for v in value)
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


@dataclass(frozen=True)
class Argument:
    """An argument of a path; without a default (`needed`) it must be given. `is_file(value)`:
    whether `read` would open a file of that name.
    """

    description: str
    read: Read
    default: Any = None
    needed: bool = False
    write: Write = written
    is_file: Callable[[Any], bool] = lambda value: False


def _no_blend(spec: Spec) -> None:
    """Most paths do not change into another recipe."""


def _no_notes(recipe: Recipe, spec: Spec, alone: bool) -> list[str]:
    return []


@dataclass(frozen=True)
class Path:
    """A kind of motion, with all that films, their planner and the docs need.

    `make(recipe, spec)` returns the motion; `description` is one line. `example` is what the
    docs show with `phosphene strip`: a style, its seed, a path. `closes(recipe, spec)`: whether it
    ends where it began. `even`: whether its time is adjusted so that the picture changes at
    constant speed. `bare`: the argument set by a word without a name. `open`: the argument, a
    dictionary, that collects all other arguments, and the function that parses them.

    `needs_latent`: it moves z, so a recipe without a latent vector gets one. `speed_sets`: the
    argument that is set by the speed if it is "auto". For a path into another recipe, `blend`
    returns how the two are mixed (one of `BLENDS`, or "endless") and `other` the recipe. `notes`
    returns notes for the user (`alone`: no path leads to another recipe), `flat_hint` advice if
    nothing changes from a share of the film to its end.
    """

    make: Callable[[Recipe, Spec], Move]
    description: str
    example: str = ""
    arguments: dict[str, Argument] = field(default_factory=dict[str, Argument])
    closes: Callable[[Recipe, Spec], bool] = lambda recipe, spec: spec["back"]
    even: bool = False
    bare: str = ""
    open: tuple[str, Read] | None = None
    needs_latent: bool = False
    speed_sets: str = ""
    blend: Callable[[Spec], str | None] = _no_blend
    other: Callable[[Recipe, Spec], Recipe] = lambda recipe, spec: recipe
    notes: Callable[[Recipe, Spec, bool], list[str]] = _no_notes
    flat_hint: Callable[[Spec, float], str] = lambda spec, start: ""


def path_error(problem: str) -> UserError:
    """An error about the argument `path`."""
    return UserError(problem, argument="path")


def read_number(name: str, value: Any) -> float:
    """The value as a float. Raises `UserError` unless it is a number below 1e9 in size."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not abs(number) < 1e9:
        raise path_error(f"{name}: got {value!r}; expected a number")
    return number


def read_whole(name: str, value: Any) -> int:
    number = read_number(name, value)
    if number != int(number):
        raise path_error(f"{name}: got {value!r}; expected a whole number")
    return int(number)


def read_switch(name: str, value: Any) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if str(value).lower() not in words:
        raise path_error(f"{name}: got {value!r}; expected yes or no")
    return words[str(value).lower()]


def read_seed(name: str, value: Any) -> AnySeed:
    return Recipe(seed=value).seed


def one_of(*names: str) -> Read:
    def read(name: str, value: Any) -> str:
        if value not in names:
            raise path_error(f"{name}: {unknown('value', str(value), names)}")
        return str(value)

    return read


def there_and_back(t: float, back: bool) -> float:
    """0..1, or with `back` 0..1..0."""
    if not back:
        return t
    return 2.0 * t if t <= 0.5 else 2.0 - 2.0 * t


BACK = Argument("yes: there and back, so that the film closes", read_switch, False)
EVEN = Argument("yes: the picture changes at a constant speed, not the camera", read_switch, False)


def _write_seed(name: str, value: AnySeed) -> str:
    return written(name, seed_text(value)) if seed_text(value) else ""


SEED = Argument("seed of the random numbers (default: the recipe's)", read_seed, write=_write_seed)
