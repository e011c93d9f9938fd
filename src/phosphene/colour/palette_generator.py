"""Palettes generated from a random stream: five anchors with harmonious hues.

Hues follow one of five schemes, shadows and highlights have their own chroma, and chroma is a share
of the largest that sRGB has at that lightness and hue. Dark yellow looks olive, so the whole scheme
is rotated away from it by the smallest angle that helps. Numbers come from `phosphene.core.exact`
and named child streams: the same stream makes the same palette everywhere, and no random number
shifts another.

Hues are degrees of OKLab: about 29 is the red of sRGB, 110 its yellow, 142 its green, 264 its blue.
The constants are not derived from a theory: they were tuned by eye on sheets of generated palettes,
and by statistics of 2,000 of them (lightness increases in all; none leaves sRGB). Constants that
encode a fact have a comment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.gamut import RADIANS, inside_srgb, max_chroma, shown
from phosphene.colour.oklab import chroma as chroma_of
from phosphene.colour.ramps import ENTRIES, anchors_to_oklab, interpolate
from phosphene.core import exact
from phosphene.core.errors import UserError, unknown
from phosphene.core.rng import Stream

Array = NDArray[np.float64]
Anchors = tuple[tuple[float, float, float], ...]

# Lightness of the five anchors, about evenly spaced; each is moved by N(0, 0.012), clamped to 2.5
# standard deviations.
RAMPS: dict[str, tuple[float, ...]] = {
    "full": (0.14, 0.35, 0.57, 0.79, 0.955),
    "dark": (0.08, 0.17, 0.30, 0.52, 0.86),
    "light": (0.42, 0.62, 0.78, 0.89, 0.965),
    "paper": (0.22, 0.52, 0.74, 0.88, 0.965),
    "mid": (0.25, 0.42, 0.57, 0.72, 0.86),
}

# Shares of the largest chroma in sRGB, dark to light: mid-tones are rich, highlights nearly white.
CHROMA = (0.65, 0.85, 0.86, 0.78, 0.42)
MOST_CHROMA = 0.21  # bright blue and magenta reach 0.3 and would dominate the picture


def _pull(hue: float, target: float, most: float) -> float:
    """The hue turned towards a target, by at most `most` degrees."""
    apart = (target - hue + 180.0) % 360.0 - 180.0
    return hue + min(max(apart, -most), most)


def _painter(hue: float, turn: float) -> tuple[float, ...]:
    """Shadows turn towards blue (285), highlights towards yellow (75 to 85), as in daylight."""
    return (
        _pull(hue, 285, 70), _pull(hue, 285, 40), hue, _pull(hue, 75, 30), _pull(hue, 85, 55),
    )  # fmt: skip


# scheme: (share, range of the turn in degrees, chroma of the middle, hues from base and turn)
SCHEMES: dict[str, tuple[float, float, float, float, Callable[[float, float], Any]]] = {
    "mono": (0.12, 8, 8, 1.0, lambda h, t: (h - t, h - t / 2, h, h + t / 2, h + t)),
    "analog": (0.22, 35, 65, 1.0, lambda h, t: (h - t, h - t / 2, h, h + t / 2, h + t)),
    "painter": (0.44, 0, 0, 1.0, _painter),
    "split": (
        0.10, 120, 180, 0.45,
        lambda h, t: (h, h + _side(t) * 8, h + _side(t) * 20, h + t - _side(t) * 10, h + t),
    ),
    "duo": (0.12, 70, 110, 0.8, lambda h, t: (h, h, h + t / 2, h + t, h + t)),
}  # fmt: skip


def _side(turn: float) -> int:
    return -1 if turn < 0 else 1


def generate(
    stream: Stream,
    ramp: str = "full",
    scheme: str | None = None,
    saturation: float | None = None,
) -> Anchors:
    """Five OKLab anchors (L, a, b) from dark to light, rounded to 6 decimals.

    `ramp` is one of `RAMPS`, `scheme` one of `SCHEMES` (None: random), `saturation` 0..1 (None:
    random in 0.72..1). Lightness increases from anchor to anchor, and all are inside sRGB.
    """
    for kind, name, table in (("ramp", ramp, RAMPS), ("scheme", scheme or "mono", SCHEMES)):
        if name not in table:
            raise UserError(unknown(kind, name, table))
    moved = np.minimum(np.maximum(stream.child("lightness").normal(5), -2.5), 2.5)
    lightness = np.array(RAMPS[ramp]) + 0.012 * moved
    if scheme is None:
        scheme = drawn_scheme(float(stream.child("scheme").uniform(1)[0]))
    _, least, most, middle, hues = SCHEMES[scheme]
    turn = float(stream.child("turn").uniform(1, least, most)[0])
    if stream.child("side").uniform(1)[0] < 0.5:
        turn = -turn
    if saturation is None:
        saturation = float(stream.child("saturation").uniform(1, 0.72, 1.0)[0])
    share = np.array(CHROMA)[:, None] * np.array([[1.0], [1.0], [middle], [1.0], [1.0]])
    base = _base_hue(stream.child("hue"))
    turned = np.array([hues(base + shift, turn) for shift in SHIFTS], np.float64).T
    best = [_least_olive(_anchors(lightness[:, None], share, turned))]  # at full saturation
    hue = _clean_darks(lightness[:, None], turned[:, best])
    return plain(_shown(_anchors(lightness[:, None], share * saturation, hue)[:, 0]))


def _least_olive(schemes: Array) -> int:
    """The index of the scheme with the least olive, where a larger rotation counts as a little
    olive. `schemes` are anchors of shape (5, schemes, 3), rotated by `SHIFTS`.
    """
    between = interpolate(schemes.reshape(5, -1), 33).reshape(33, -1, 3)
    return int(np.argmin(olive(between) + np.abs(np.array(SHIFTS)) / 2000))


def curated(palette: str, stream: Stream) -> Anchors:
    """The anchors of a palette, written "#rrggbb #rrggbb ...", with all hues turned by
    N(0, 7 degrees) in the direction with less olive.
    """
    anchors = anchors_to_oklab(palette.split())[:, None]
    turn = 7.0 * RADIANS * stream.child("hue").normal(1)
    turn = np.concatenate([turn, -turn])
    cos, sin = exact.cos(turn), exact.sin(turn)
    lightness, a, b = anchors[..., 0], anchors[..., 1], anchors[..., 2]
    both = np.stack([lightness + 0.0 * turn, a * cos - b * sin, a * sin + b * cos], axis=-1)
    return plain(inside_srgb(both[:, int(np.argmin(olive(both)))]))


def choose(
    stream: Stream,
    palettes: Sequence[str],
    ramp: str = "full",
    share: float = 0.6,
    scheme: str | None = None,
    saturation: float | None = None,
) -> Anchors:
    """With probability `share` one of the palettes, varied by `curated`; else a generated one."""
    if stream.child("kind").uniform(1)[0] < share:
        which = int(stream.child("name").pick(1, len(palettes))[0])
        return curated(palettes[which], stream.child("curated"))
    return generate(stream.child("generated"), ramp, scheme, saturation)


def pair(
    stream: Stream, palettes: Sequence[str] = (), ramp: str = "full", share: float = 0.4
) -> tuple[Anchors, Anchors]:
    """Two palettes for one picture: the first from `choose`, the second the best of four generated.

    The best has the least olive halfway between the two, and differs in hue or chroma.
    """
    first = choose(stream.child("A"), palettes, ramp, share if palettes else 0.0)
    others = [generate(stream.child(f"B{k}"), ramp) for k in range(4)]
    one = interpolate(np.array(first), 33)[:, None]
    many = np.stack([interpolate(np.array(other), 33) for other in others], axis=1)
    apart = one[..., 1:] - many[..., 1:]
    distance = _total(np.sqrt(apart[..., 0] * apart[..., 0] + apart[..., 1] * apart[..., 1])) / 33
    cost = olive((one + many) / 2) + np.maximum(0.07 - distance, 0.0) * 4
    return first, others[int(np.argmin(cost))]


# ---- olive


def olive(lab: Array) -> Array:
    """How much of each ramp is olive or khaki, 0..1; `lab` of shape (places, ramps, 3).

    A colour counts if its chroma is over 0.025, its hue within 32 degrees of 103 and its lightness
    0.22 to 0.82. Its weight rises from 0 at 32 degrees to 1 where the cosine has covered a quarter
    of the way to 1.
    """
    lightness, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
    chroma = chroma_of(lab)
    near = (a * OLIVE_A + b * OLIVE_B) / np.maximum(chroma, 1e-9)  # cosine of the angle
    hue = np.minimum(np.maximum((near - COS_32) / (1 - COS_32) * 4, 0.0), 1.0)
    dull = (lightness > 0.22) & (lightness < 0.82) & (chroma > 0.025)
    return _total(np.where(dull, hue, 0.0)) / len(lab)


def _total(values: Array) -> Array:
    """The sum along the first axis, in index order."""
    return np.add.accumulate(values, axis=0)[-1]


# cos and sin of 103 degrees, the middle of olive; cos of 32 degrees
OLIVE_A, OLIVE_B, COS_32 = -0.22495105434386497, 0.9743700647852352, 0.848048096156426
CHESTNUT, BOTTLE = 30.0, 158.0  # hues, in degrees
# Rotations of a whole scheme, in degrees, smallest first.
SHIFTS = (0, *(side * turn for turn in range(8, 97, 8) for side in (-1, 1)))


# ---- parts


def drawn_scheme(draw: float) -> str:
    """The scheme that a number in 0..1 selects, by the schemes' shares."""
    total = 0.0
    for name, (share, *_) in SCHEMES.items():
        total += share
        if draw < total:
            return name
    return "duo"


def _base_hue(stream: Stream) -> float:
    """A uniform hue in degrees, except that hues of 100..150 are accepted one time in four."""
    draws = stream.uniform(128)
    for hue, keep in zip(draws[::2] * 360.0, draws[1::2], strict=True):
        if not 100 < hue < 150 or keep < 0.25:
            return float(hue)
    return 200.0


def _anchors(lightness: Array, share: Array, hue: Array) -> Array:
    """Anchors of shape (5, ramps, 3).

    Chroma is reduced for limes, which are garish (a bell at 125 degrees), and for remaining olive.
    """
    away = (hue - 125.0) - 360.0 * np.floor((hue - 125.0) / 360.0 + 0.5)
    share = share * (1 - 0.45 * exact.exp(-(away / 30) * (away / 30)))
    # sRGB has little chroma in dark teal, which looks slate with even less: take a larger share.
    dark = np.minimum(np.maximum((0.85 - lightness) / 0.3, 0.0), 1.0)
    teal = exact.exp(-((away - 75) / 40) * ((away - 75) / 40))
    share = np.minimum(share * (1 + 0.3 * dark * teal), 0.92)
    chroma = np.minimum(share * max_chroma(lightness, hue), MOST_CHROMA)
    angle = hue * RADIANS
    a, b = chroma * exact.cos(angle), chroma * exact.sin(angle)
    return np.stack([np.broadcast_to(lightness, a.shape), a, b], axis=-1)


def _clean_darks(lightness: Array, hue: Array) -> Array:
    """Hues of dark yellow, which looks muddy, turned to chestnut or to bottle green, whichever is
    nearer: completely below a lightness of 0.5, not at all above 0.72.
    """
    around = hue - 360.0 * np.floor(hue / 360.0)
    target = np.where(around < 98, CHESTNUT, BOTTLE)
    dark = np.minimum(np.maximum((0.72 - lightness) / 0.22, 0.0), 1.0)
    yellow = (around > CHESTNUT) & (around < BOTTLE)
    return np.where(yellow, around + dark * (target - around), hue)


def _shown(anchors: Array) -> Array:
    """All chroma reduced until the whole ramp, not only its anchors, is inside sRGB."""
    for _ in range(40):
        lab = interpolate(anchors, ENTRIES)
        if shown(lab[:, 0], lab[:, 1], lab[:, 2], -2e-6).all():  # rounding moves it by less
            break
        anchors = anchors * np.array([1.0, 0.97, 0.97])
    return anchors


def plain(anchors: Array) -> Anchors:
    """The anchors rounded to 6 decimals, to keep recipes short."""
    rounded = np.floor(anchors * 1e6 + 0.5) / 1e6
    return tuple((float(lab[0]), float(lab[1]), float(lab[2])) for lab in rounded)
