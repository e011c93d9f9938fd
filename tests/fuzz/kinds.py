"""The table of fuzzers: what makes their inputs, and what uses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from tests.fuzz import files, formulas, lines, recipes
from tests.fuzz.bounds import Check


class Kind(NamedTuple):
    inputs: st.SearchStrategy[bytes]
    check: Check
    suffix: str  # of a failing input that is kept; "" if the input begins with one of 8 letters
    prepare: Callable[[], object] = bool  # makes what all inputs start from


KINDS = {
    "recipe": Kind(recipes.inputs, recipes.check, ".json", recipes.corpus),
    "formula": Kind(formulas.inputs, formulas.check, ".txt"),
    "file": Kind(files.inputs, files.check, "", files.corpus),
    "line": Kind(lines.inputs, lines.check, ".line"),
}
