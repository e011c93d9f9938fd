"""The table of styles: rows that load what they name, when it is needed."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from phosphene.recipe.dials import Style
from phosphene.styles import STYLES


def mismatch(style: Style) -> set[str]:
    """Dials that the function does not take, and keywords of it that are no dials."""
    parameters = inspect.signature(style.make).parameters.values()
    taken = {p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
    return taken ^ set(style.dials)


@pytest.mark.parametrize("name", STYLES)
def test_the_dials_of_a_style_are_the_keywords_of_its_function(name: str):
    assert mismatch(STYLES[name]) == set()


def test_a_function_without_its_table_of_dials_is_found():
    silk = Style(STYLES["silk"].make, "the function alone has no dials")
    assert mismatch(silk) == set(STYLES["silk"].dials)


def test_styles_are_loaded_when_they_are_used():
    text = "import sys, phosphene as ph\nph.style('silk', seed=7)\nprint(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "phosphene.styles.silk" in found
    assert {"phosphene.styles.marble", "phosphene.systems"} & set(found) == set()
