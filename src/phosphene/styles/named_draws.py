"""Random numbers of house styles. Each comes from its own named stream, so none shifts another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeVar

from phosphene.catalogue.palettes import PALETTES
from phosphene.colour.palette_generator import Anchors, choose, generate
from phosphene.core.rng import Seed, Stream

T = TypeVar("T")

# The latent vector of house styles: stills have z = 0, films vary it.
LATENT: dict[str, Any] = {"size": 8, "values": [0.0] * 8}
# Schemes of generated palettes with neighbouring hues.
NEIGHBOURS = ("painter", "mono", "analog")


class Draws:
    """The random numbers of one style for one seed."""

    def __init__(self, style: str, seed: Seed):
        self.stream = Stream(seed, f"style/{style}")

    def number(self, name: str, low: float, high: float, dial: float | None = None) -> float:
        """A number from low to high, rounded to 5 decimals; the dial's value if it is given."""
        if dial is not None:
            return float(dial)
        return round(float(self.stream.child(name).uniform(1, low, high)[0]), 5)

    def angle(self, name: str) -> float:
        return self.number(name, 0.0, 2 * math.pi)

    def point(self, name: str, reach: float) -> list[float]:
        """A uniform point in a square of half side `reach`."""
        return [round(float(v), 5) for v in self.stream.child(name).uniform(2, -reach, reach)]

    def pick(self, name: str, choices: Sequence[T], dial: T | None = None) -> T:
        if dial is not None:
            return dial
        return choices[int(self.stream.child(name).pick(1, len(choices))[0])]

    def whole(self, name: str, low: int, high: int, dial: int | None = None) -> int:
        """A whole number from low to high, both included; the dial's value if it is given."""
        if dial is not None:
            return dial
        return low + int(self.stream.child(name).pick(1, high - low + 1)[0])

    def chance(self, name: str, share: float) -> bool:
        return float(self.stream.child(name).uniform(1)[0]) < share

    def palette(
        self,
        name: str,
        names: str,
        ramp: str = "full",
        share: float = 0.6,
        scheme: str | None = None,
        saturation: float | None = None,
    ) -> Anchors:
        """One of the named palettes (names in one text) with probability `share`, else a generated
        one.
        """
        palettes = [PALETTES[each] for each in names.split()]
        return choose(self.stream.child(name), palettes, ramp, share, scheme, saturation)

    def generated(
        self,
        name: str,
        ramp: str = "full",
        scheme: str | None = None,
        saturation: float | None = None,
    ) -> Anchors:
        return generate(self.stream.child(name), ramp, scheme, saturation)

    def plane(self, radius_share: float = 0.0, reach: float = 1.1) -> list[Any]:
        """Inputs x and y, and in some pictures the distance from an off-centre point."""
        if not self.chance("radius", radius_share):
            return ["x", "y"]
        return ["x", "y", {"kind": "radius", "centre": self.point("centre", reach)}]


def network(
    inputs: list[Any],
    width: int,
    gains: Sequence[float],
    activations: Sequence[Any],
    outputs: int,
    biases: float = 0.5,
    **more: Any,
) -> dict[str, Any]:
    """A network with frozen norms: on the probe, every unit has mean 0 and standard deviation
    `gain`.
    """
    return {
        "inputs": inputs,
        "standardise": "each",
        "latent": LATENT,
        "width": width,
        "depth": len(gains),
        "outputs": outputs,
        "activations": list(activations),
        "weights": {"gain": list(gains)},
        "biases": {"gain": biases},
        "norm": "frozen",
        **more,
    }
