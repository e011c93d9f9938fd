"""Values of fields and dials that the seed draws: `random`, or a range such as `4..64`.

What is drawn is written into the recipe, so reading it needs no draw. Each name has its own stream.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from phosphene.core import exact
from phosphene.core.errors import UserError
from phosphene.core.rng import AnySeed, Stream

RANGE = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,9})?)\s*\.\.\s*(-?\d{1,9}(?:\.\d{1,9})?)\s*")


class Spread(NamedTuple):
    """What `random` draws for a field: from `low` to `high`, evenly in the logarithm if `log`."""

    low: float
    high: float
    whole: bool = False
    log: bool = False


RANDOM: dict[str, Spread] = {
    "width": Spread(4, 64, whole=True, log=True),
    "depth": Spread(2, 9, whole=True),
    "scale": Spread(0.5, 3.0, log=True),
    "gain": Spread(0.7, 3.0, log=True),
}
# Fields that also take a range; dials with numbers do too.
RANGED = (*RANDOM, "latent_size", "turns", "kaleidoscope")
# What `activation=random` chooses from: activations that keep most units alive.
LIVELY = (
    "tanh", "sin", "cos", "gauss", "abs", "relu", "leaky_relu", "softplus", "sigmoid", "triangle",
    "sawtooth", "sgn", "sinc", "softsign", "square", "log_abs_p1", "sqrt_abs", "half_sin", "atan",
    "maxmin", "sort",
)  # fmt: skip


def is_range(value: Any) -> bool:
    """Whether a value is a text such as `4..64`."""
    return isinstance(value, str) and ".." in value


def drawn(name: str, value: Any, seed: AnySeed) -> Any:
    """The number that the seed draws for a field or dial; other values are returned as they are.

    A range whose ends are whole numbers gives a whole number, both ends included. Raises
    `UserError` for a range that cannot be read.
    """
    if value == "random" and name in RANDOM:
        return _draw(name, RANDOM[name], seed)
    if not is_range(value):
        return value
    found = RANGE.fullmatch(value)
    if not found:
        raise UserError(
            f"cannot read the range '{value:.40}'; expected such as 4..64 or 0.5..2", argument=name
        )
    low, high = float(found[1]), float(found[2])
    if low > high:
        raise UserError(f"got {value}; expected the smaller number first", argument=name)
    return _draw(name, Spread(low, high, whole="." not in found[1] + found[2]), seed)


def drawn_dial(name: str, value: Any, seed: AnySeed, default: Any) -> Any:
    """As `drawn`, for a dial of a style. `random` is for widths, depths, and dials that the seed
    draws anyway: for these it gives None, their default.
    """
    if value == "random" and default is None:
        return None
    if value == "random" and name not in ("width", "depth"):
        return value
    return value if isinstance(default, str) else drawn(name, value, seed)


def _draw(name: str, spread: Spread, seed: AnySeed) -> int | float:
    share = float(Stream(seed, f"chance/{name}").uniform(1)[0])
    low, high = spread.low, spread.high + spread.whole
    if spread.log:
        value = low * float(exact.exp(share * float(exact.log(high / low))))
    else:
        value = low + share * (high - low)
    return min(int(value // 1), int(spread.high)) if spread.whole else float(f"{value:.4g}")


def drawn_fields(fields: Mapping[str, Any], seed: AnySeed) -> dict[str, Any]:
    """The fields with the numbers that the seed draws in place of `random` and ranges."""
    return {
        name: drawn(name, value, seed) if name in RANGED else value
        for name, value in fields.items()
    }


def drawn_activations(depth: int, seed: AnySeed) -> list[str]:
    """One activation for all hidden layers or, for half of the seeds, one for each of them."""
    stream = Stream(seed, "chance/activation")
    layers = depth if stream.uniform(1)[0] < 0.5 else 1
    return [LIVELY[k] for k in stream.child("names").pick(layers, len(LIVELY))]
