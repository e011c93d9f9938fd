"""Pairs of palettes for one picture, chosen by eye to contrast and to mix well."""

from __future__ import annotations

from phosphene.colour.palette_generator import Anchors, pair
from phosphene.styles.named_draws import Draws

PAIRS = (
    "teal_rust peach", "orchid abyss", "dusk ember", "abyss persimmon", "sky peach",
    "wine_mint dusk", "lilac orchid", "ultramarine persimmon", "rose teal_rust",
    "glacier persimmon", "plum abyss", "ultramarine peach", "saffron wine_mint", "cherry sky",
    "indigo orchid",
    "kelp glacier", "dusk sky", "abyss lilac", "indigo teal_rust", "plum sky",
    "ultramarine ember", "rose dusk", "persimmon sky", "glacier plum", "orchid saffron",
    "indigo abyss", "cherry peach", "kelp lilac", "cherry glacier", "wine_mint rose",
)  # fmt: skip


def two_palettes(draws: Draws, drawn: float = 0.0) -> tuple[Anchors, Anchors]:
    """A pair of `PAIRS` in random order, with slightly varied hues; with probability `drawn` a
    generated pair.
    """
    if draws.chance("drawn", drawn):
        return pair(draws.stream.child("pair"))
    names = draws.pick("names", PAIRS).split()
    first, second = (draws.palette(f"palette/{k}", name, share=1.0) for k, name in enumerate(names))
    return (second, first) if draws.chance("swapped", 0.5) else (first, second)
