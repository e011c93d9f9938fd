"""The inputs of a network: formula texts of a point, and generators of several features."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from phosphene.catalogue.features import FEATURES, GENERATORS
from phosphene.catalogue.other_words import catalogue_name
from phosphene.recipe.base import KindPart, Period, Point, Seed


class Radius(KindPart):
    """Distance from `centre`."""

    kind: Literal["radius"]
    centre: Point = (0.0, 0.0)


class Rings(KindPart):
    """cos(frequency * r + phase), with r the distance from `centre`."""

    kind: Literal["rings"]
    frequency: float = 10.0
    phase: float = 0.0
    centre: Point = (0.0, 0.0)


class Waves(KindPart):
    """sin and cos of frequency * x, then of frequency * y, each frequency in radians per unit."""

    kind: Literal["waves"]
    frequencies: Annotated[tuple[float, ...], Field(min_length=1, max_length=64)]


class Fourier(KindPart):
    """Sines in random directions, of frequencies from `low` to `high` in geometric progression
    (half-cycles per unit).

    Amplitudes fall as (frequency / low)^-falloff. `stretch`, from 0 to 1, aligns the waves with
    `angle` (radians). A `seed` of null means the recipe's seed.
    """

    kind: Literal["fourier"]
    count: Annotated[int, Field(ge=1, le=256)] = 24
    low: Annotated[float, Field(ge=1e-6, le=1e6)] = 0.5
    high: Annotated[float, Field(ge=1e-6, le=1e6)] = 9.0
    falloff: float = 1.1
    stretch: Annotated[float, Field(ge=0, le=1)] = 0.0
    angle: float = 0.0
    seed: Seed | None = None


class Torus(KindPart):
    """cos and sin of x, then of y, at k = 1, 2, ... `order` waves per `period`, divided by k.

    A network with no other inputs makes a seamlessly repeating picture.
    """

    kind: Literal["torus"]
    order: Annotated[int, Field(ge=1, le=32)] = 2
    period: Period = (2.0, 2.0)


def _input_kind(value: Any) -> str:
    if isinstance(value, str):
        return value if value in GENERATORS else "formula"
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return kind if isinstance(kind, str) else "formula"


def _feature(text: str) -> str:
    return catalogue_name("features", text, FEATURES) if text.isidentifier() else text


Input = Annotated[
    Annotated[str, AfterValidator(_feature), Tag("formula")]
    | Annotated[Radius, Tag("radius")]
    | Annotated[Rings, Tag("rings")]
    | Annotated[Waves, Tag("waves")]
    | Annotated[Fourier, Tag("fourier")]
    | Annotated[Torus, Tag("torus")],
    Discriminator(_input_kind),
]
