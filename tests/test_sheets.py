"""Contact sheets and grids."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.picture import quantise


def test_a_sheet_shows_the_pictures_of_its_seeds(tmp_path):
    page = ph.sheet("silk", count=5, seed=10, cell=32)
    assert [label for label, _ in page.pictures] == [f"silk {s}" for s in range(10, 15)]
    assert page.pictures[0][1] == ph.style("silk", seed=10)
    first = quantise(ph.render(ph.style("silk", seed=10), (32, 32)).pixels)
    assert np.array_equal(page.pixels[6:38, 6:38], first)
    page.save(tmp_path / "s.png")
    assert ph.open(tmp_path / "s.png", pick=4) == ph.style("silk", seed=13)
    with pytest.raises(ph.UserError, match="choose one with --pick 1..5"):
        ph.open(tmp_path / "s.png")


def test_varying_z_keeps_the_weights_and_varying_weights_keeps_z():
    base = ph.style("silk", seed=1, z="random")
    latent, weights = (ph.sheet(base, vary=v, count=2, cell=8) for v in ("latent", "weights"))
    changed = [r.networks["main"] for _, r in latent.pictures]
    assert all(n.weights == base.networks["main"].weights for n in changed)
    assert changed[0].latent != changed[1].latent
    changed = [r.networks["main"] for _, r in weights.pictures]
    assert all(n.latent == base.networks["main"].latent for n in changed)
    assert changed[0].weights != changed[1].weights
    for page in (latent, weights):
        first, second = (ph.render(r, 8).pixels for _, r in page.pictures)
        assert not np.array_equal(first, second)


def test_a_grid_shares_weights_so_that_it_changes_smoothly_along_width():
    """Neighbours along a fine width axis are nearer than pictures of different weights."""
    style = {"set": {"networks.main.norm": "frozen"}}
    page = ph.grid("classic", x=("width", [60, 61, 62]), cell=16, depth=2, **style)
    a, b, c = (ph.render(r, 32).pixels for _, r in page.pictures)
    other = ph.render(ph.style("classic", seed=99, width=61, depth=2, **style), 32).pixels
    step = max(np.abs(a - b).mean(), np.abs(b - c).mean())
    assert step < np.abs(b - other).mean() / 3


@pytest.mark.parametrize(
    ("axis", "values"),
    [
        ("depth=2..4", [2, 3, 4]),
        ("depth=4..2", [4, 3, 2]),
        ("scale=0..1/3", [0.0, 0.5, 1.0]),
        ("activation=sin,tanh", [("sin",), ("tanh",)]),
        ("networks.main.biases.gain=0.5,2", [0.5, 2]),
    ],
)
def test_an_axis_reads_ranges_lists_and_paths(axis, values):
    page = ph.grid("classic", x=axis, cell=8)
    name = axis.split("=")[0]
    path = {"activation": "networks.main.activations"}.get(name, f"networks.main.{name}")
    path = name if "." in name else path
    got = [r.get(path) for _, r in page.pictures]
    assert [tuple(v) if isinstance(v, list) else v for v in got] == values
