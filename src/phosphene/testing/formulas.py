"""Tests of every formula of the catalogue, at 4096 points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.folds import FOLDS
from phosphene.colour.srgb import luminance
from phosphene.engines import Engine
from phosphene.formula import (
    FUNCTIONS,
    Expr,
    Operand,
    Tape,
    apply,
    const,
    derive,
    lower,
    trace,
    var,
)
from phosphene.ir.assembling import assemble
from phosphene.ir.network import Across
from phosphene.ir.operations import FUSED, OPERATIONS
from phosphene.ir.program import Program
from phosphene.testing.operations import UNITS
from phosphene.testing.points import awkward, kind, ordinary, smooth
from phosphene.testing.tolerance import allowance, compare


@dataclass(frozen=True)
class Formula:
    """Expressions of variables. If the variables are the units of a layer, `across` names the
    function across units.
    """

    roots: tuple[Expr, ...]
    variables: tuple[str, ...]
    across: str = ""

    def program(self, precision: str, *, fused: bool = True) -> Program:
        """The program, with fused operations if there are any; `fused=False`: primitives only."""
        tape = Tape()
        rows = tape.block(len(self.variables))
        if fused and self.across in OPERATIONS:
            tiny = (Across(0, self.across).tiny,) if self.across == "layer_norm" else ()
            made = tape.emit(self.across, tape.block(rows.count), rows, *tiny)
            return assemble(tape, rows, [made.part(i, 1) for i in range(rows.count)], precision)
        values: dict[str, Operand] = {v: rows.part(i, 1) for i, v in enumerate(self.variables)}
        names: frozenset[str] = FUSED if fused else frozenset()
        return assemble(tape, rows, lower(list(self.roots), values, tape, fused=names), precision)


def check_formula(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check one formula of `FORMULAS` by the rule of `allowance`. Raises `Disagreement`."""
    formula = FORMULAS[name]
    program = formula.program(precision)
    places, shape = smooth(len(formula.variables), precision)
    got = engine.evaluate(program, places)
    wanted, allowed = allowance(program, places, shape, got.dtype)
    compare(f"{engine.name} {precision}: formula {name}", places, got, wanted, allowed)


def check_fused(engine: Engine, name: str, precision: str = "f32") -> None:
    """Check that one operation of `FUSED_FORMULAS` equals its formula in primitives, bit for bit.

    An engine that computes in a higher precision than requested need not be equal; it is not
    checked. Raises `Disagreement`.
    """
    for formula in FUSED_FORMULAS[name]:
        fused, plain = formula.program(precision), formula.program(precision, fused=False)
        for places in (awkward(fused.inputs, precision), ordinary(fused.inputs, precision)):
            got, wanted = engine.evaluate(fused, places), engine.evaluate(plain, places)
            if got.dtype == kind(precision):
                compare(f"{engine.name} {precision}: fused {name}", places, got, wanted, 0.0)


def _across(name: str, units: int) -> Formula:
    variables = tuple(f"u{i}" for i in range(units))
    return Formula(tuple(ACROSS[name].formula(trace, [var(v) for v in variables])), variables, name)


def _formulas() -> Iterator[tuple[str, Formula]]:
    h, x, y, three = var("h"), var("x"), var("y"), ("a", "b", "c")
    for name, activation in ACTIVATIONS.items():
        root = activation.formula(trace, h)
        yield f"activation {name}", Formula((root,), ("h",))
        yield f"slope of {name}", Formula(tuple(derive([root], {"h": const(1.0)})), ("h",))
    for name in ACROSS:
        for units in (1, 5, 8):
            yield f"{name} of {units}", _across(name, units)
    for name, feature in FEATURES.items():
        yield f"feature {name}", Formula((feature.formula(trace, x, y),), ("x", "y"))
    for name, fold in FOLDS.items():
        yield f"fold {name}", Formula(tuple(fold.formula(trace, x, y, 6)), ("x", "y"))
    for name, space in COLOUR_SPACES.items():
        parts = three[: space.components]
        yield f"colour space {name}", Formula(tuple(space.formula(trace, *map(var, parts))), parts)
    yield "luminance", Formula((luminance(trace, *map(var, three)),), three)
    for name, function in FUNCTIONS.items():
        parts = three[: function.arity]
        yield f"function {name}", Formula((apply(name, *map(var, parts)),), parts)


FORMULAS: dict[str, Formula] = dict(_formulas())
FUSED_FORMULAS: dict[str, list[Formula]] = {
    **{name: [FORMULAS[f"function {name}"]] for name in sorted(FUSED)},
    **{name: [_across(name, n) for n in UNITS] for name in ACROSS if name in OPERATIONS},
}
