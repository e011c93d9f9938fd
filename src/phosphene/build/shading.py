"""A recipe's shading to three expressions (one, for grey), and the statistics they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from phosphene.architectures import plane_features
from phosphene.catalogue.colours import ENDINGS, luminance
from phosphene.catalogue.palettes import palette_tables
from phosphene.errors import FormulaError, RecipeError
from phosphene.formula import (
    Expr,
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
)
from phosphene.formula.parse import MAX_DEPTH
from phosphene.recipe import Recipe


def shade(recipe: Recipe, fields: list[str]) -> list[Expr]:
    """The picture's channels. Gradients and statistics stand in them as open nodes."""
    shading = recipe.shading
    names = _Names(recipe, fields)
    parts = [names.read(f"shading.colour[{i}]", t) for i, t in enumerate(shading.colour)]
    ending = ENDINGS[shading.ending]
    colour = _components(parts, ending.components, "shading.colour")
    channels = list(ending.formula(trace, *colour))
    if shading.channels == 1:
        channels = channels[:1] if ending.components == 1 else [_grey(channels)]
    if shading.alpha is not None:
        opacity = names.read("shading.alpha", shading.alpha)
        channels += _components([opacity], 1, "shading.alpha")
    return channels


def _grey(channels: list[Expr]) -> Expr:
    return luminance(trace, *(trace.clamp(c, const(0.0), const(1.0)) for c in channels))


def _components(parts: list[Value], wanted: int, path: str) -> list[Expr]:
    if len(parts) == 1 and isinstance(parts[0], Vector):
        parts = list(parts[0])
    if len(parts) != wanted or any(isinstance(p, Vector) for p in parts):
        raise RecipeError(f"{path}: expected {wanted} numbers, or one vector of three")
    return [p for p in parts if isinstance(p, Expr)]


class _Names(Mapping[str, Any]):
    """What formula texts of a shading may say. `let` entries are read when they are first
    needed.
    """

    def __init__(self, recipe: Recipe, fields: list[str]):
        self.recipe = recipe
        self.fixed: dict[str, Any] = {
            **MEASURES,
            "pi": const(3.141592653589793),
            **plane_features(var("x"), var("y")),
            **{name: var(name) for name in fields},
            **{name: _palette(name, recipe) for name in recipe.palettes},
            **{name: const(value) for name, value in recipe.shading.params.items()},
        }
        self.open: list[str] = []
        self.done: dict[str, Value] = {}

    def read(self, path: str, text: str) -> Value:
        try:
            return parse(text, self)
        except FormulaError as error:
            raise RecipeError(f"{path}: {error}") from None

    def __contains__(self, name: object) -> bool:
        return name in self.recipe.shading.let or name in self.fixed

    def __iter__(self) -> Iterator[str]:
        yield from (*self.recipe.shading.let, *self.fixed)

    def __len__(self) -> int:
        return len(self.recipe.shading.let) + len(self.fixed)

    def __getitem__(self, name: str) -> Any:
        if name not in self.recipe.shading.let:
            return self.fixed[name]  # KeyError: what a Mapping's `get` expects
        if name in self.open:
            loop = " -> ".join([*self.open[self.open.index(name) :], name])
            raise RecipeError(f"shading.let.{name}: defined by itself ({loop})")
        if len(self.open) == MAX_DEPTH:
            raise RecipeError(f"shading.let.{name}: formulas name each other {MAX_DEPTH} deep")
        if name not in self.done:
            self.open.append(name)
            self.done[name] = self.read(f"shading.let.{name}", self.recipe.shading.let[name])
            self.open.pop()
        return self.done[name]


def _palette(name: str, recipe: Recipe) -> Any:
    def colour(at: Expr) -> Vector:
        if isinstance(at, Vector):
            raise FormulaError(f"{name}() takes a number, not a vector")
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


def _quantile(f: Expr, p: Expr) -> Expr:
    if not isinstance(p, Expr) or p.op != "const" or not 0 <= p.value <= 1:
        raise FormulaError("q(f, p) takes p as a number between 0 and 1")
    return node("statistic", (f,), ("quantile", p.value))


# What computes the words of catalogue/statistics.py.
MEASURES: dict[str, Any] = {
    "dx": _gradient("dx"),
    "dy": _gradient("dy"),
    "slope": lambda f: componentwise(_slope, f),
    "rms_grad": lambda f: componentwise(_rms_slope, f),
    "mean": _statistic("mean"),
    "sd": _statistic("sd"),
    "cdf": _statistic("cdf"),
    "least": _statistic("least"),
    "greatest": _statistic("greatest"),
    "q": _quantile,
}
