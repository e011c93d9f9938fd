"""Dials: parameters that only one style has, beside the fields that every recipe has.

A style's table of dials gives name -> (default, what it means). A dial of a field's name stands
before the field. A default of None is a number that the seed draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from phosphene.core.errors import UserError, unknown
from phosphene.recipe import Recipe

Dials = Mapping[str, tuple[Any, str]]
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Style(NamedTuple):
    """A row of the table of styles.

    `source` is the dotted name of a function `make(seed, **dials)` that gives a recipe, in a module
    that is loaded when it is first needed; or the function itself, which then has no dials. The
    rest is for people: `sweep` is the dial, with its values, that the documentation shows.
    """

    source: str | Callable[..., Recipe]
    says: str
    year: int | None = None
    famous_for: str = ""
    sweep: str = ""

    @property
    def make(self) -> Callable[..., Recipe]:
        """The function from a seed and the dials to a recipe."""
        if callable(self.source):
            return self.source
        module, _, name = self.source.rpartition(".")
        return getattr(import_module(module), name)

    @property
    def dials(self) -> Dials:
        """The table beside the function, which has its name in capitals; empty if there is none."""
        if callable(self.source):
            return {}
        module, _, name = self.source.rpartition(".")
        return getattr(import_module(module), name.upper(), {})

    def __str__(self) -> str:
        parts = [self.says]
        if self.famous_for:
            parts.append(f"{self.year}; famous for {self.famous_for}")
        if self.dials:
            takes = (f"{n}={_written(default)}" for n, (default, _) in self.dials.items())
            parts.append(f"takes {', '.join(takes)}")
        return "; ".join(parts)


def _written(value: Any) -> str:
    if value is None:
        return "(drawn)"
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_dial(name: str, value: Any, dial: tuple[Any, str]) -> Any:
    """A dial's value, of the kind of its default. Raises `UserError` for what it cannot be."""
    default, says = dial
    try:
        match default:
            case bool():
                return value if isinstance(value, bool) else WORDS[str(value).lower()]
            case int():
                if float(value) == int(float(value)):
                    return int(float(value))
            case float() | None:
                number = float(value)
                if number - number == 0.0:
                    return number
            case str():
                return str(value)
    except (KeyError, TypeError, ValueError, OverflowError):
        pass
    raise UserError(f"cannot read {value!r}; expected {says}", argument=name)


def choose(kind: str, value: str, names: Iterable[str]) -> str:
    """`value` if it is among `names`; else a `UserError` that names them."""
    names = list(names)
    if value not in names:
        raise UserError(unknown(kind, value, names))
    return value


def whole(name: str, value: float | None, least: int, greatest: int) -> int | None:
    """A dial that is counted; None, which the seed draws, stays None."""
    if value is None:
        return None
    if value != int(value):
        raise UserError(
            f"got {value:g}; expected a whole number, {least} to {greatest}", argument=name
        )
    within(name, value, least, greatest)
    return int(value)


def within(name: str, value: float, least: float, greatest: float) -> None:
    if not least <= value <= greatest:
        raise UserError(f"got {value:g}; expected {least:g} to {greatest:g}", argument=name)
