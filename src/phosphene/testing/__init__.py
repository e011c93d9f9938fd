"""The admission test of engines: `check_engine(engine)` is all that an engine has to pass.

Each operation alone on awkward numbers, each formula of the catalogue, whole pictures, and laws.
What IEEE 754 rounds exactly must come out bit for bit. Everything else is held to one rule with no
tolerance to choose (`rule.allowance`): as far from the float64 reference as rounding, and the error
that the transcendental primitives are allowed, can carry that very formula at that very place.
"""

from __future__ import annotations

from collections.abc import Callable

from phosphene.engines import Engine
from phosphene.ir.operations import OPERATIONS
from phosphene.testing.formulas import FORMULAS as FORMULAS
from phosphene.testing.formulas import FUSED_FORMULAS as FUSED_FORMULAS
from phosphene.testing.formulas import check_formula as check_formula
from phosphene.testing.formulas import check_fused as check_fused
from phosphene.testing.laws import LAWS as LAWS
from phosphene.testing.laws import check_law as check_law
from phosphene.testing.operations import check_operation as check_operation
from phosphene.testing.pictures import PICTURES as PICTURES
from phosphene.testing.pictures import check_picture as check_picture
from phosphene.testing.tolerance import ACCURACY as ACCURACY
from phosphene.testing.tolerance import Disagreement as Disagreement

PARTS: dict[str, tuple[Callable[[Engine, str, str], None], tuple[str, ...]]] = {
    "operation": (check_operation, OPERATIONS),
    "fused": (check_fused, tuple(FUSED_FORMULAS)),
    "formula": (check_formula, tuple(FORMULAS)),
    "picture": (check_picture, tuple(PICTURES)),
    "law": (check_law, tuple(LAWS)),
}


def check_engine(engine: Engine) -> None:
    """Raise `Disagreement` unless the engine passes all of `PARTS` in every precision it offers."""
    for precision in engine.precisions:
        for check, names in PARTS.values():
            for name in names:
                check(engine, name, precision)
