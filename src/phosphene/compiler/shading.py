"""A recipe's shading as expressions: three, or one for grey, and one more for opacity."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.vectors import VECTORS, Word
from phosphene.colour.ramps import ENTRIES, anchors_to_oklab, ramp
from phosphene.colour.srgb import luminance
from phosphene.core.errors import FormulaError, RecipeError
from phosphene.formula import (
    Expr,
    Table,
    Value,
    Vector,
    apply,
    componentwise,
    const,
    node,
    parse,
    read,
    trace,
    var,
    variables,
    walk,
)
from phosphene.formula.parse import MAX_DEPTH
from phosphene.networks import Number, as_written, charts, plane_features
from phosphene.recipe import Recipe


class DecidesFormError(Exception):
    """The numbers `names` must be known when compiling: they determine what is measured."""

    def __init__(self, names: set[str]):
        super().__init__(", ".join(sorted(names)))
        self.names = names


def shade(
    recipe: Recipe,
    fields: Collection[str],
    number: Number = as_written,
    seen: Callable[[Value], None] | None = None,
) -> list[Expr]:
    """The picture's channels, with gradients and statistics as unresolved nodes.

    `number` turns a parameter into an expression; `seen` is called with the value of every formula.
    Raises `RecipeError` for an invalid formula.
    """
    shading = recipe.shading
    names = _Names(recipe, fields, number, seen)
    for let in shading.let:  # report errors in unused ones too
        names[let]
    path, space = f"shading.{shading.colour_space}", COLOUR_SPACES[shading.colour_space]
    places = [path] if len(shading.colour) == 1 else [f"{path}[{i}]" for i in range(3)]
    parts = [names.read(at, text) for at, text in zip(places, shading.colour, strict=True)]
    colour = _components(parts, space.components, path)
    channels = list(space.formula(trace, *colour))
    if shading.channels == 1:
        channels = channels[:1] if space.components == 1 else [_grey(channels)]
    if shading.alpha is not None:
        opacity = names.read("shading.alpha", shading.alpha)
        channels += _components([opacity], 1, "shading.alpha")
    return channels


def _grey(channels: list[Expr]) -> Expr:
    return luminance(trace, *(trace.clamp(c, const(0.0), const(1.0)) for c in channels))


def _components(parts: list[Value], wanted: int, path: str) -> list[Expr]:
    came = " and ".join("a vector" if isinstance(p, Vector) else "a number" for p in parts)
    if len(parts) == 1 and isinstance(parts[0], Vector):
        parts = list(parts[0])
    if len(parts) != wanted or any(isinstance(p, Vector) for p in parts):
        asked = "one number" if wanted == 1 else "three numbers, or one vector of three"
        raise RecipeError(f"{path}: the formula gives {came}; expected {asked}")
    return [p for p in parts if isinstance(p, Expr)]


class _Names(Mapping[str, Any]):
    """The names that formulas of a shading may use. `let` entries are parsed on first use."""

    def __init__(
        self,
        recipe: Recipe,
        fields: Collection[str],
        number: Number,
        seen: Callable[[Value], None] | None,
    ):
        self.recipe, self.fields, self.seen = recipe, fields, seen
        self.fixed: dict[str, Any] = {
            **MEASURES,
            **{name: _vector_word(name, word) for name, word in VECTORS.items()},
            **plane_features(*charts(recipe.surface, var("x"), var("y"))[0]),
            **{name: _palette(name, recipe) for name in recipe.palettes},
            **{name: number(name, value) for name, value in recipe.shading.params.items()},
        }
        self.open: list[str] = []
        self.done: dict[str, Value] = {}

    def read(self, path: str, text: str) -> Value:
        try:
            value = parse(text, self)
        except FormulaError as error:
            raise RecipeError(f"{path}: {error}") from None
        if self.seen:
            self.seen(value)
        return value

    def value_names(self) -> list[str]:
        """The names of values: `let` entries, coordinates, fields, parameters."""
        fixed = (name for name, value in self.fixed.items() if not callable(value))
        return [*self.recipe.shading.let, *fixed, *self.fields]

    def __contains__(self, name: object) -> bool:
        return name in self.recipe.shading.let or name in self.fixed or name in self.fields

    def __iter__(self) -> Iterator[str]:
        yield from (*self.recipe.shading.let, *self.fixed, *self.fields)

    def __len__(self) -> int:
        return len(self.recipe.shading.let) + len(self.fixed) + len(self.fields)

    def __getitem__(self, name: str) -> Any:
        if name not in self.recipe.shading.let:
            if name not in self.fixed and name in self.fields:
                return var(name)
            return self.fixed[name]  # KeyError: what a Mapping's `get` expects
        if name in self.open:
            loop = " -> ".join([*self.open[self.open.index(name) :], name])
            raise FormulaError(f"'{name}' is defined in terms of itself ({loop})")
        if len(self.open) == MAX_DEPTH:
            raise FormulaError(f"formulas refer to each other more than {MAX_DEPTH} deep")
        if name not in self.done:
            self.open.append(name)
            self.done[name] = self.read(f"shading.let.{name}", self.recipe.shading.let[name])
            self.open.pop()
        return self.done[name]


def _palette(name: str, recipe: Recipe) -> Any:
    def colour(at: Expr) -> Vector:
        if isinstance(at, Vector):
            raise FormulaError(f"{name}() takes a number, not a vector")
        if name in recipe.shares and variables(at):
            at = node("statistic", (at,), ("place", name))
        return Vector(read(table, at) for table in palette_tables(recipe.palettes[name]))

    return colour


def _gradient(axis: str) -> Any:
    return lambda f: componentwise(lambda e: node("gradient", (e,), axis), f)


def _slope(f: Expr) -> Expr:
    return apply("hypot", node("gradient", (f,), "dx"), node("gradient", (f,), "dy"))


def _rms_slope(f: Expr) -> Expr:
    dx, dy = node("gradient", (f,), "dx"), node("gradient", (f,), "dy")
    return apply("sqrt", node("statistic", (dx * dx + dy * dy,), ("mean", 0.0)))


def _statistic(kind: str) -> Any:
    return lambda f: componentwise(lambda e: node("statistic", (e,), (kind, 0.0)), f)


def _vector_word(name: str, word: Word) -> Any:
    def value(*args: Value) -> Value:
        if len(args) != len(word.takes):
            raise FormulaError(
                f"{word.description}; takes {len(word.takes)} arguments, got {len(args)}"
            )
        for index, (arg, size) in enumerate(zip(args, word.takes, strict=True)):
            if isinstance(arg, Vector) != (size == 3):
                wanted = "a vector" if size == 3 else "a number"
                raise FormulaError(
                    f"{name}() takes {wanted} as argument {index + 1}: {word.description}"
                )
        parts = [p for arg in args for p in (arg if isinstance(arg, Vector) else (arg,))]
        made = word.formula(trace, *parts)
        return Vector(made) if word.gives == 3 else made

    return value


def _grad(f: Expr) -> Vector:
    _number("grad", f)
    return Vector((node("gradient", (f,), "dx"), node("gradient", (f,), "dy"), const(0.0)))


def _normal(f: Expr, k: Expr) -> Vector:
    _number("normal", f, k)
    steep = -k / _not_zero(_rms_slope(f))
    dx, dy, _ = _grad(f)
    return Vector(VECTORS["normalise"].formula(trace, steep * dx, steep * dy, const(1.0)))


def _distance(f: Expr, s: Expr) -> Expr:
    _number("distance", f, s)
    dx, dy, _ = _grad(f)
    floor = s * _rms_slope(f)
    return trace.abs(f) / trace.maximum(trace.sqrt(dx * dx + dy * dy + floor * floor), 1e-9)


def _lin(f: Expr) -> Expr:
    low, high = (node("statistic", (f,), ("quantile", p)) for p in (0.01, 0.99))
    return (f - low) / _not_zero(high - low)


def _level(f: Expr, k: Expr) -> Expr:
    straight = trace.clamp(_lin(f), 0.0, 1.0)
    return trace.mix(straight, node("statistic", (f,), ("cdf", 0.0)), k)


def _at(f: Value, dx: Expr, dy: Expr) -> Value:
    if isinstance(dx, Vector) or isinstance(dy, Vector):
        raise FormulaError("at(f, dx, dy) takes dx and dy as numbers")
    return componentwise(lambda e: node("shifted", (e, dx, dy)), f)


def _not_zero(spread: Expr) -> Expr:
    """1 for the spread of a constant field: its relief is flat and its levels are 0."""
    return trace.select(trace.less(1e-9, spread), spread, 1.0)


def _number(word: str, *values: Value) -> None:
    if any(isinstance(value, Vector) for value in values):
        raise FormulaError(f"{word}() takes a number, not a vector")


def _quantile(f: Value, p: Value) -> Value:
    if isinstance(p, Expr) and (names := {e.value for e in walk(p) if e.op == "slot"}):
        raise DecidesFormError(names)
    if not isinstance(p, Expr) or p.op != "const" or not 0 <= p.value <= 1:
        raise FormulaError("q(f, p) takes p as a number between 0 and 1")
    return componentwise(lambda e: node("statistic", (e,), ("quantile", p.value)), f)


# The implementations of the words in catalogue/statistics.py.
MEASURES: dict[str, Any] = {
    "dx": _gradient("dx"),
    "dy": _gradient("dy"),
    "grad": _grad,
    "slope": lambda f: componentwise(_slope, f),
    "normal": _normal,
    "distance": _distance,
    "at": _at,
    "lin": lambda f: componentwise(_lin, f),
    "level": lambda f, k: componentwise(_level, f, k),
    "rms_grad": lambda f: componentwise(_rms_slope, f),
    "mean": _statistic("mean"),
    "sd": _statistic("sd"),
    "cdf": _statistic("cdf"),
    "least": _statistic("least"),
    "greatest": _statistic("greatest"),
    "q": _quantile,
}


PALETTE_ENTRIES = 3 * ENTRIES


@lru_cache(1024)
def palette_tables(anchors: tuple[str | tuple[float, float, float], ...]) -> tuple[Table, ...]:
    """The L, a and b of a palette as three tables over 0..1."""
    table = ramp(anchors_to_oklab(anchors))
    return tuple(Table(f"palette_{c}", table[:, i].copy()) for i, c in enumerate("Lab"))
