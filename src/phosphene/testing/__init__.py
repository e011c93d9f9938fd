"""The admission test of engines: an engine must pass `check_engine(engine, tier)`.

Tier "exact" tests each operation alone on special numbers, each formula of the catalogue, whole
pictures, and laws. Results that IEEE 754 rounds correctly must be equal bit for bit. Others may
differ from the float64 reference by `tolerance.allowance`, which has no tolerance to choose: it is
how far rounding, and the error allowed for transcendental primitives, can move the result of that
formula at that point.

Tier "close", for engines that cannot be exact, tests pictures and laws by visible differences
(`tolerance.SMOOTH`, `tolerance.JUMPING`): 99.9 % of the values within 1/255 and all within 4/255,
or, in recipes with jumps, 99 % within 1/255.
"""

from __future__ import annotations

from collections.abc import Callable

from phosphene.core.errors import UserError, unknown
from phosphene.engines import Engine
from phosphene.ir.operations import OPERATIONS
from phosphene.testing.formulas import FORMULAS as FORMULAS
from phosphene.testing.formulas import FUSED_FORMULAS as FUSED_FORMULAS
from phosphene.testing.formulas import check_formula as check_formula
from phosphene.testing.formulas import check_fused as check_fused
from phosphene.testing.laws import LAWS as LAWS
from phosphene.testing.laws import check_close_law as check_close_law
from phosphene.testing.laws import check_law as check_law
from phosphene.testing.operations import check_operation as check_operation
from phosphene.testing.pictures import CLOSE_PICTURES as CLOSE_PICTURES
from phosphene.testing.pictures import PICTURES as PICTURES
from phosphene.testing.pictures import check_close_picture as check_close_picture
from phosphene.testing.pictures import check_picture as check_picture
from phosphene.testing.tolerance import ACCURACY as ACCURACY
from phosphene.testing.tolerance import Disagreement as Disagreement

Parts = dict[str, tuple[Callable[[Engine, str, str], None], tuple[str, ...]]]

EXACT: Parts = {
    "operation": (check_operation, OPERATIONS),
    "fused": (check_fused, tuple(FUSED_FORMULAS)),
    "formula": (check_formula, tuple(FORMULAS)),
    "picture": (check_picture, tuple(PICTURES)),
    "law": (check_law, tuple(LAWS)),
}
CLOSE: Parts = {
    "close picture": (check_close_picture, tuple(CLOSE_PICTURES)),
    "close law": (check_close_law, tuple(LAWS)),
}
TIERS: dict[str, Parts] = {"exact": EXACT, "close": CLOSE}


def check_engine(engine: Engine, tier: str = "exact") -> None:
    """Raise `Disagreement` unless the engine passes all parts of the tier in every precision that
    it supports.
    """
    if tier not in TIERS:
        raise UserError(unknown("tier", tier, TIERS))
    for precision in engine.precisions:
        for check, names in TIERS[tier].values():
            for name in names:
                check(engine, name, precision)
