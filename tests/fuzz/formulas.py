"""Formulas: expressions of the grammar, and texts near it; painted if they are accepted."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

import phosphene as ph
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS
from phosphene.recipe import Recipe

CALLS = sorted({*PRIMITIVES, *FUNCTIONS, *SPELLINGS, *STATISTICS, *VECTORS, "vec", "ember"})
NAMES = [
    *FEATURES,
    "x",
    "y",
    "main0",
    "main1",
    "main2",
    "main9",
    "p",
    "pi",
    "h",
    "z0",
    "zz",
    "low0",
]
JUNK = [
    *"( ) , [ ] . = ; ' \" \\ ** lambda:x if @ x.y x[0] 1_0 0x10 1e999 1j é ª".split(),
    "\0", "\n", "\ud800",
]  # fmt: skip
leaves = st.one_of(
    st.sampled_from(NAMES), st.integers(-9, 99).map(str), st.floats(-1e3, 1e3).map(str),
    st.sampled_from(["1e300", "-1e-300", "0"]),
)  # fmt: skip


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    calls = st.builds(
        lambda name, given: f"{name}({', '.join(given)})",
        st.sampled_from(CALLS), st.lists(inner, min_size=1, max_size=4),
    )  # fmt: skip
    infix = st.builds(
        lambda a, sign, b: f"({a} {sign} {b})",
        inner, st.sampled_from(["+", "-", "*", "/", "<", ">", "**", "%", "//", "and", "=="]), inner,
    )  # fmt: skip
    return calls | infix | inner.map(lambda a: f"-{a}")


grammar = st.recursive(leaves, _grown, max_leaves=20)
nearly = st.builds(
    lambda text, at, junk: text[: at % (len(text) + 1)] + junk + text[at % (len(text) + 1) :],
    grammar, st.integers(0, 200), st.sampled_from(JUNK),
)  # fmt: skip
long = st.builds(
    lambda text, sign, count: sign.join([text] * count),
    leaves, st.sampled_from(["+", "*", "-", "**", ",", "(", "+sin("]),
    st.sampled_from([10, 100, 3000, 100_000]),
)  # fmt: skip
nested = st.builds(
    lambda name, count: f"{name}(" * count + "x" + ")" * count,
    st.sampled_from([*CALLS, "-", ""]), st.sampled_from([3, 20, 90, 400, 5000]),
)  # fmt: skip
inputs: st.SearchStrategy[bytes] = st.one_of(grammar, grammar, nearly, nearly, long, nested).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
PLACES = 3


def check(data: bytes, folder: Path) -> bool:
    """Use the formula as a colour, an input or an activation, by its length."""
    text = data.decode("utf-8", "surrogatepass")
    main = {"width": 4, "depth": 2}
    palettes = {"ember": {"anchors": "ember"}}
    where = [
        {"shading": {"grey": text, "params": {"p": 0.5}}, "palettes": palettes},
        {"networks": {"main": {**main, "inputs": ["x", text]}}},
        {"networks": {"main": {**main, "activations": text}}},
    ][len(text) % PLACES]
    ph.render(Recipe.checked({"phosphene": 1, **where}), (8, 8), threads=1)
    return True
