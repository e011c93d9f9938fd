"""Dials: parameters of a single style, in addition to the fields that every recipe has.

A style's table of dials maps name -> (default, description). A dial takes precedence over a field
of the same name. A default of None means that the seed draws the number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from phosphene.core.errors import DialError, UserError, unknown
from phosphene.recipe import Recipe

Dials = Mapping[str, tuple[Any, str]]
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Style(NamedTuple):
    """A row of the table of styles.

    `source` is the dotted name of a function `make(seed, **dials)` that returns a recipe, in a
    module loaded on first use; or the function itself, which then has no dials. The other fields
    are documentation: `sweep` is the dial, with its values, that the style's page shows. `metal` is
    a formula in the recipe's names: where texture maps are metal, 0..1; "" is nowhere.
    """

    source: str | Callable[..., Recipe]
    description: str
    year: int | None = None
    famous_for: str = ""
    sweep: str = ""
    metal: str = ""

    @property
    def make(self) -> Callable[..., Recipe]:
        """The function that takes a seed and dials and returns a recipe."""
        if callable(self.source):
            return self.source
        module, _, name = self.source.rpartition(".")
        return getattr(import_module(module), name)

    @property
    def dials(self) -> Dials:
        """The table in the function's module, of its name in capitals; empty if there is none."""
        if callable(self.source):
            return {}
        module, _, name = self.source.rpartition(".")
        return getattr(import_module(module), name.upper(), {})

    def __str__(self) -> str:
        parts = [self.description]
        if self.famous_for:
            parts.append(f"{self.year}; famous for {self.famous_for}")
        if self.dials:
            dials = (f"{n}={_written(default)}" for n, (default, _) in self.dials.items())
            parts.append(f"dials: {', '.join(dials)}")
        return "; ".join(parts)


def _written(value: Any) -> str:
    if value is None:
        return "random"
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_dial(name: str, value: Any, dial: tuple[Any, str]) -> Any:
    """The value converted to the type of the dial's default. Raises `DialError` if it cannot be."""
    default, description = dial
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
    expected = f"yes or no: {description}" if isinstance(default, bool) else description
    raise DialError(f"cannot read {value!r}; expected {expected}", argument=name)


def choose(kind: str, value: str, names: Iterable[str]) -> str:
    """`value` if it is one of `names`; otherwise raises a `UserError` that lists them."""
    names = list(names)
    if value not in names:
        raise UserError(unknown(kind, value, names))
    return value


def whole(name: str, value: float | None, least: int, greatest: int) -> int | None:
    """An integer dial from `least` to `greatest`; None (drawn by the seed) is returned as None."""
    if value is None:
        return None
    if value != int(value):
        raise DialError(
            f"got {value:g}; expected a whole number, {least} to {greatest}", argument=name
        )
    within(name, value, least, greatest)
    return int(value)


def within(name: str, value: float, least: float, greatest: float) -> None:
    """Raises `DialError` unless `value` is from `least` to `greatest`."""
    if not least <= value <= greatest:
        raise DialError(f"got {value:g}; expected {least:g} to {greatest:g}", argument=name)
