"""The parts of a recipe other than networks: shading, palettes, surface, view and finish."""

from __future__ import annotations

import keyword
import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.palettes import PALETTES
from phosphene.colour.oklab import hex_to_oklab
from phosphene.core.errors import RecipeError, UnknownNameError, unknown
from phosphene.recipe.base import KindPart, Named, Part, Period, Point, known, listed
from phosphene.recipe.old_keys import rename_old_keys


class Shading(Part):
    """From fields to a colour: one formula for each component of a colour space.

    `colour_space` is one of `phosphene list colour-spaces`, `colour` its components as formula
    texts. `params` are numbers, `let` names shared formulas (in any order). `channels` 1 writes
    grey: the luminance of a colour. `alpha`, a formula from 0 to 1, adds an opacity channel. With
    `fixed_latent`, statistics are measured at the picture's own z; otherwise over many z, as films
    need.
    """

    params: Named[str, float] = {}
    let: Named[str, str] = {}
    colour_space: Annotated[str, known("colour space", COLOUR_SPACES)] = "rgb"
    colour: Annotated[tuple[str, ...], BeforeValidator(listed)]
    alpha: str | None = None
    channels: Literal[1, 3] = 3
    fixed_latent: bool = False

    if TYPE_CHECKING:  # any colour space may be a keyword: Shading(oklab=[...])

        def __init__(self, /, **data: Any) -> None: ...

    @property
    def all_channels(self) -> int:
        """The number of channels of a pixel, opacity included."""
        return self.channels + (self.alpha is not None)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        """`{"oklab": [...]}` is short for `{"colour_space": "oklab", "colour": [...]}`."""
        if not isinstance(data, dict):
            return data
        data = rename_old_keys(cls, data)
        named = [name for name in COLOUR_SPACES if name in data]
        if len(named) == 1 and "colour" not in data:
            rest = {k: v for k, v in data.items() if k != named[0]}
            return {**rest, "colour_space": named[0], "colour": data[named[0]]}
        if "colour" in data:
            return data
        if named:
            raise ValueError(f"got {' and '.join(named)}; a shading has one colour space")
        odd = [name for name in data if name not in cls.model_fields]
        if odd:
            raise ValueError(unknown("colour space", odd[0], COLOUR_SPACES))
        raise ValueError(
            f"expected a colour space with its formulas, one of {', '.join(COLOUR_SPACES)}"
        )

    @model_validator(mode="after")
    def _complete(self) -> Shading:
        for name in [*self.params, *self.let]:
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ValueError(f"'{name}' is not a name for formulas; use letters, digits and _")
        wanted = COLOUR_SPACES[self.colour_space].components
        if len(self.colour) not in (1, wanted):
            raise ValueError(
                f"'{self.colour_space}' takes {wanted} formulas, or one that gives a vector; "
                f"got {len(self.colour)}"
            )
        return self


class Surface(KindPart):
    """The surface that the picture is drawn on, which makes it repeat or not.

    "plane" does not repeat. "torus" repeats in x and y with `period` (plane units), "torus_x" and
    "torus_y" in x or y only. "sphere" is a full panorama: period[0] spans once around, period[1]
    from pole to pole.
    """

    kind: Literal["plane", "torus", "torus_x", "torus_y", "sphere"] = "plane"
    period: Period = (2.0, 2.0)


def closed_directions(surface: str, axes: str) -> str:
    """The directions of the picture in which a surface closes: "x" across, "y" down, "xy" or ""."""
    if surface in ("torus_x", "torus_y"):
        return "x" if (surface == "torus_x") == (axes == "xy") else "y"
    return {"torus": "xy", "sphere": "x"}.get(surface, "")


class Symmetry(Part):
    """A symmetry of the whole picture about its middle: its networks, shading and light.

    `kind` is the name of a fold; `order` is the number of sectors of kaleidoscope and rotational.
    `rounding` is the distance from an axis within which a fold is rounded, so that it leaves no
    crease, in halves of the picture's shorter side; 0 is a sharp fold. `repeats` names the
    directions in which a mirrored picture repeats after its whole width ("x") or height ("y").
    """

    kind: Annotated[str, known("symmetry", FOLDS, "folds")]
    order: Annotated[int, Field(ge=2, le=360)] = 6
    rounding: Annotated[float, Field(ge=0, le=1)] = 0.12
    repeats: Literal["", "x", "y", "xy"] = ""

    @model_validator(mode="after")
    def _closes(self) -> Symmetry:
        if self.repeats and not self.kind.startswith("mirror"):
            raise ValueError(f"only mirrored pictures can repeat; this symmetry is {self.kind}")
        return self


OptionalSymmetry = Annotated[
    Symmetry | None, BeforeValidator(lambda v: {"kind": v} if isinstance(v, str) else v)
]


class View(Part):
    """Which window of the plane a picture of any size shows, and where its samples are.

    `span` is the extent, in plane units, of what `aspect` names: the shorter side, the longer,
    their mean, the height, both ("stretch") or one pixel ("pixel"). `sampling`: at pixel centres,
    from edge to edge with both ends ("ends"), or without the far end ("start"). `origin`: `centre`
    is the middle of the picture, or the middle of a square of side `span` in its corner. `axes`
    "yx" makes x run down and y across. `rotation` is in radians. `positions` "f32" rounds
    coordinates to float32 even in f64 pictures. `symmetry` makes the whole picture symmetric.
    """

    centre: Point = (0.0, 0.0)
    span: Annotated[float, Field(gt=0, le=1e9)] = 2.0
    rotation: Annotated[float, Field(ge=-1e6, le=1e6)] = 0.0
    sampling: Literal["centre", "ends", "start"] = "centre"
    aspect: Literal["short", "long", "mean", "height", "stretch", "pixel"] = "short"
    origin: Literal["centre", "corner"] = "centre"
    axes: Literal["xy", "yx"] = "xy"
    positions: Literal["engine", "f32"] = "engine"
    symmetry: OptionalSymmetry = None


def _antialias(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        if not 4 <= value <= 256 or math.isqrt(value) ** 2 != value:
            raise ValueError(f"got {value}; a number of samples must be a square: 4, 9, ... 256")
    elif value not in MODES:
        modes = "', '".join(MODES)
        raise ValueError(f"got {value!r}; expected '{modes}' or a square number of samples")
    return value


MODES = ("none", "draft", "auto", "print")
Antialias = Annotated[
    Literal["none", "draft", "auto", "print"] | Annotated[int, Field(ge=4, le=256)],
    BeforeValidator(_antialias),
]


class Finish(Part):
    """From colours to bytes.

    `antialias`: "none" (one sample per pixel), "draft", "auto" and "print" (more samples where
    neighbouring pixels differ), or a square number of samples for every pixel.

    `dither` of 8-bit pictures: "none", "blue" (blue noise instead of rounding), or "auto" (blue
    noise where the picture is smooth enough to show bands). Deeper files are not dithered.

    `rounding` of 255 v: "nearest" (halves up), "truncate" (down), or "half_even" (as a browser's
    canvas does). `invert` writes 1 - v.
    """

    antialias: Antialias = "none"
    dither: Literal["none", "auto", "blue"] = "none"
    rounding: Literal["nearest", "truncate", "half_even"] = "nearest"
    invert: bool = False


def _anchors(value: Any) -> Any:
    """The anchors of a palette's name, of a text such as "#102030,#ffeedd", or of a list."""
    if isinstance(value, str):
        if value in PALETTES:
            return PALETTES[value].split()
        if not value.startswith("#"):
            raise UnknownNameError("palette", value, PALETTES, list_with="palettes")
        value = value.replace(",", " ").split()
    if not isinstance(value, list | tuple):
        raise ValueError(f"got {value!r}; expected a palette's name or 2 to 64 colours")
    for index, anchor in enumerate(value):
        _check_anchor(index, anchor)
    if not 2 <= len(value) <= 64:
        raise ValueError(f"got {len(value)} colours; a palette has 2 to 64")
    return value


def _check_anchor(index: int, anchor: Any) -> None:
    """Accepts `#rrggbb`, or OKLab with lightness 0..1 and |a|, |b| up to 0.5; else `ValueError`."""
    if isinstance(anchor, str):
        try:
            hex_to_oklab(anchor)
        except RecipeError as error:
            raise ValueError(f"colour {index + 1}: {error}") from None
        return
    numbers = isinstance(anchor, list | tuple) and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in anchor
    )
    if not numbers or len(anchor) != 3:
        raise ValueError(f"colour {index + 1}: got {anchor!r}; expected '#rrggbb' or [L, a, b]")
    if not (-1e-6 <= anchor[0] <= 1.000001 and max(abs(anchor[1]), abs(anchor[2])) <= 0.5):
        raise ValueError(
            f"colour {index + 1}: {list(anchor)} is not an OKLab colour: "
            "expected lightness 0 to 1, a and b -0.5 to 0.5"
        )


def _shares(value: tuple[float, ...]) -> tuple[float, ...]:
    if sum(value) > 100.001:
        raise ValueError(f"the shares add up to {sum(value):g} %; expected up to 100")
    return value


# The percentages of the picture that the colours of a palette get.
Shares = Annotated[
    tuple[Annotated[float, Field(gt=0, le=100)], ...],
    Field(min_length=2, max_length=64),
    AfterValidator(_shares),
]

Anchor = str | tuple[float, float, float]
Palette = Annotated[
    tuple[Anchor, ...], BeforeValidator(_anchors), Field(min_length=2, max_length=64)
]
