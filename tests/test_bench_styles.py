"""The bench of house styles measures what it says. Figures are not tested: machines differ."""

from __future__ import annotations

import json

import numpy as np
import pytest

from phosphene.bench import styles as bench
from phosphene.core.errors import InputError
from phosphene.judge import house_styles
from phosphene.render import render
from phosphene.styles import STYLES, Style, style
from tests.tables import HOUSE, few_quick


def off(recipe, other) -> float:
    """Mean difference of ours and NumPy's, in levels of 255."""
    ours = render(recipe.replace({"finish.antialias": 4}), 48).float
    return float(np.abs(bench.numpy_picture(other, 48) - ours).mean() * 255)


@pytest.mark.parametrize("name", few_quick(HOUSE))
def test_numpy_paints_the_same_picture(name):
    recipe = style(name, seed=bench.TIMED)
    # A quarter, not nothing: NumPy's forward differences blur the facets of agate and crystal.
    assert off(recipe, recipe) < 0.25 * off(recipe, style(name, seed="another"))


def test_pass_rates_count_dull_seeds_and_those_that_stay_dull(monkeypatch):
    good, flat = style("silk", seed=1), {"shading": {"grey": "0.5"}}

    def make(seed):
        number = int(str(seed).split("~")[0].split("-")[1])
        lost = number == 3 or (number == 2 and "~" not in str(seed))
        recipe = good.replace(flat) if lost else good
        return recipe.replace({"seed": seed, "style": "half"})

    monkeypatch.setitem(STYLES, "half", Style(make, ""))
    found = bench.pass_rates("half", 5)
    assert found == {"seeds": 5, "dull": ["fresh-2", "fresh-3"], "lost": ["fresh-3"]}


PROTOTYPE = """\
ST = {"silk": lambda seed: seed}
def seedrng(style, seed): return seed
def render(colours, size, ss): return [colours] * size * ss
def to8(pixels): return pixels
"""


@pytest.mark.slow  # a process of its own, and pictures of 128x128 by NumPy in every style
def test_every_style_has_its_row_and_every_aim_its_line(tmp_path):
    (tmp_path / "art_styles.py").write_text(PROTOTYPE)
    figures = bench.bench_styles(len(house_styles()), 1, tmp_path, size=64)
    assert json.loads(json.dumps(figures)) == figures
    assert set(figures["styles"]) == set(house_styles())
    assert [n for n, row in figures["styles"].items() if "times prototype" in row] == ["silk"]
    assert set(figures["all"]) == set(bench.AIMS)
    lines = bench.styles_text(figures).splitlines()
    for name in [*house_styles(), *bench.AIMS]:
        assert any(line.startswith(name) for line in lines)
    assert [p.name for p in tmp_path.iterdir()] == ["art_styles.py"]


def test_a_folder_without_a_prototype_of_styles_is_named(tmp_path):
    with pytest.raises(InputError, match="expected the prototype's art_styles.py"):
        bench.bench_styles(1, 1, tmp_path)


def test_a_missed_aim_is_reported():
    row = {"seeds": 10, "dull": ["fresh-1"], "lost": [], "seconds": 1.3, "build ms": 9.0,
           "times NumPy": 12.0}  # fmt: skip
    text = bench.styles_text(
        {"size": 64, "styles": {"silk": row}, "all": bench._summary({"silk": row})}
    )
    found = {line.split("  ")[0]: line for line in text.splitlines()}
    assert found["passed"].endswith("0.900  aim >= 0.97: missed")
    assert found["slowest seconds"].endswith("missed")
    assert found["passed after rescue"].endswith("met")
    assert "dull: fresh-1" in text
