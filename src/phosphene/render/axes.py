"""Axes of a parameter grid: a name and its values, each with the text that a label shows."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from phosphene.core.errors import UserError
from phosphene.core.texts import split_outside
from phosphene.recipe import FIELDS, read_field, read_value

MAX_PICTURES = 4096

Axis = tuple[str, Iterable[Any]] | str
Value = tuple[str, Any]  # as a label shows it, and for the recipe


class Values(NamedTuple):
    """An axis: the field, dial or path that it varies, and its values."""

    name: str
    values: list[Value]

    @property
    def path(self) -> str:
        """The path in the recipe; the name itself of a dial, the seed and the complexity."""
        return FIELDS[self.name].path if self.name in FIELDS else self.name

    @property
    def labels(self) -> list[str]:
        """Each value with the name, such as "latent size 4"."""
        short = self.name.rsplit(".", 1)[-1].replace("_", " ")
        return [f"{short} {shown}" for shown, _ in self.values]


def read_axis(spec: Axis) -> Values:
    """The axis that a text, or a name with its values, stands for. Raises `UserError`."""
    if not isinstance(spec, str):
        try:
            name, values = spec
            found = list(islice(values, MAX_PICTURES + 1))
        except (TypeError, ValueError):
            raise UserError(
                f"axis {spec!r:.60}: expected a name and its values, such as ('depth', [2, 3, 4])"
            ) from None
        return Values(str(name), [(shown(value), value) for value in found])
    name, equals, text = spec.partition("=")
    if not equals or not text:
        raise UserError(
            f"axis '{spec:.60}': expected FIELD=VALUES, such as depth=2..9 or width=4,8,16"
        )
    return Values(name.strip(), _values(name.strip(), text))


def check_apart(x: Values, y: Values | None, given: Iterable[str] = ()) -> None:
    """Raises `UserError` if both axes vary one field, or one varies a field that is `given`."""
    if y is not None and x.path == y.path:
        raise UserError(f"varies {y.name}, which `x` varies too; choose another field",
                        argument="y")  # fmt: skip
    paths = {FIELDS[name].path if name in FIELDS else name: name for name in given}
    for argument, axis in (("x", x), ("y", y)):
        if axis is not None and axis.path in paths:
            problem = f"varies {axis.name}, which is given as well; omit `{paths[axis.path]}`"
            raise UserError(problem, argument=argument)


def shown(value: Any) -> str:
    """A value as it is typed, so that what a label shows makes the picture again."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.15g}"
        case list() | tuple() if all(isinstance(v, str | int | float) for v in value):
            return ",".join(map(shown, value))
        case dict() | list() | tuple():
            return json.dumps(value, default=str)
        case _:
            return str(value)


def _values(name: str, text: str) -> list[Value]:
    """The values between commas or, where values contain commas, between semicolons."""
    several = split_outside(text, ";")
    parts = several if len(several) > 1 else split_outside(text)
    found: list[Value] = []
    for part in parts:
        is_range = ".." in part and "../" not in part  # which is in a path
        found += _range(name, part) if is_range else [(part, _value(name, part))]
        if len(found) > MAX_PICTURES:
            break
    return found


def _value(name: str, text: str) -> Any:
    if name == "seed":
        return text
    if name not in FIELDS:
        return read_value(text)
    bare = text.startswith("[") and text.endswith("]")
    return read_field(name, text[1:-1] if bare else text)


def _range(name: str, text: str) -> list[Value]:
    """Whole numbers from 2..9, or as many numbers at equal steps as 0.5..2/4 says."""
    ends, _, steps = text.partition("/")
    low, _, high = ends.partition("..")
    try:
        if not steps:
            first, last = int(low), int(high)
            step = 1 if first <= last else -1
            numbers: Iterable[Any] = range(first, last + step, step)
        else:
            numbers = _spread(float(low), float(high), int(steps))
    except (ValueError, OverflowError):
        raise UserError(
            f"axis '{name}={text}': expected whole numbers 2..9, or 0.5..2/4 for four values"
        ) from None
    return [(shown(number), number) for number in islice(numbers, MAX_PICTURES + 1)]


def _spread(low: float, high: float, count: int) -> list[float]:
    """Numbers at equal steps, rounded to a thousandth of a step or finer, so that labels are short
    and exact.
    """
    if count > MAX_PICTURES:
        count = MAX_PICTURES + 1
    step = (high - low) / max(count - 1, 1)
    if not step:
        return [low] * count
    digits = 3 - math.floor(math.log10(abs(step)))
    return [round(low + step * k, digits) for k in range(count)]
