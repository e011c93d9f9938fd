"""The words of shadings mean what they say."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.colour.gamut import inside, inside_srgb
from phosphene.colour.oklab import hex_to_oklab, linear_to_oklab, oklab_to_light
from phosphene.compiler import build
from phosphene.core.errors import RecipeError
from phosphene.formula import arrays
from phosphene.recipe import Recipe, Surface
from phosphene.render import render

NETWORK: dict[str, Any] = {
    "width": 8, "depth": 2, "outputs": 3, "norm": "frozen", "weights": {"gain": [1.0, 1.2]},
    "inputs": ["x", "y"],
}  # fmt: skip


def made(shading: dict[str, Any], **rest: Any) -> Recipe:
    return Recipe(**({"seed": 5, "networks": {"main": NETWORK}, "shading": shading} | rest))


def values(text: str, size: Any = (48, 32), **rest: Any) -> Any:
    """Of one formula, held to 0..1 as pixels are."""
    return render(made({"grey": text, "channels": 1}, **rest), size).float[..., 0]


# ---- fields at other places


@pytest.mark.parametrize("shift", [(0.25, 0.0), (0.0, -0.5), (0.125, 0.375)])
def test_a_shifted_field_is_the_field_of_a_moved_view(shift: tuple[float, float]):
    here = values(f"0.5 + 0.2*at(main0, {shift[0]}, {shift[1]})")
    there = values("0.5 + 0.2*main0", view={"centre": shift})
    np.testing.assert_allclose(here, there, atol=2e-6)
    assert np.abs(here - values("0.5 + 0.2*main0")).max() > 0.01


def test_a_shift_carries_the_networks_that_a_network_reads_and_their_warps():
    networks = {
        "main": NETWORK | {"warp": ["x + 0.2*low0", "y - 0.1*low1"], "fold": "mirror_x"},
        "low": NETWORK | {"latent": {"size": 2}, "outputs": 2},
    }
    here = values("0.5 + 0.2*at(main0, 0.3, 0.2)", networks=networks)
    there = values("0.5 + 0.2*main0", networks=networks, view={"centre": (0.3, 0.2)})
    np.testing.assert_allclose(here, there, atol=3e-6)


def test_a_shift_may_differ_from_place_to_place():
    here = values("0.5 + 0.2*at(main0, -0.5*x, -0.5*y)")
    there = values("0.5 + 0.2*main0", view={"span": 1.0})
    np.testing.assert_allclose(here, there, atol=2e-6)


def test_statistics_of_a_shifted_field_are_those_of_the_field():
    here = values("at(cdf(main0), 0.2, 0)")
    there = values("cdf(main0)", view={"centre": (0.2, 0.0)})
    np.testing.assert_allclose(here, there, atol=2e-5)


def test_a_gradient_of_a_shifted_field_is_its_differences():
    step = 1e-3
    slope = values("0.5 + 0.05*dx(at(main0, 0.3*y, 0.1))", precision="f64")
    ahead = values(f"0.5 + 0.05*at(main0, 0.3*y + {step}, 0.1)", precision="f64")
    behind = values(f"0.5 + 0.05*at(main0, 0.3*y - {step}, 0.1)", precision="f64")
    np.testing.assert_allclose(slope - 0.5, (ahead - behind) / (2 * step), atol=1e-5)


def test_a_gradient_inside_an_uneven_shift_is_refused():
    with pytest.raises(RecipeError, match="take the gradient of at"):
        build(made({"grey": "at(dx(main0), 0.1*x, 0)"}))


# ---- relief, levels, lines


def test_the_distance_to_a_line_is_the_distance():
    straight = values("distance(0.3*x + 0.4*y, 0)")
    rows, columns = np.mgrid[0:32, 0:48]
    x, y = (columns + 0.5) / 16 - 1.5, (rows + 0.5) / 16 - 1
    wanted = np.minimum(np.abs(0.3 * x + 0.4 * y) / 0.5, 1)
    np.testing.assert_allclose(straight, wanted, atol=1e-6)


def test_a_level_field_is_spread_from_0_to_1():
    level = values("level(main0**3, 1)", (96, 96))
    assert abs(np.mean(level < 0.25) - 0.25) < 0.01 and abs(np.mean(level < 0.75) - 0.75) < 0.01


def test_a_relief_is_lit_from_the_side_of_the_light():
    bump = "exp(-4*(x*x + y*y))"
    lit = values(f"0.5 + 0.5*dot(normal({bump}, 1), toward(3.14159265, 0.3))", (64, 64))
    assert lit[32, 20] > lit[32, 44] + 0.3  # the light stands on the left


def test_the_relief_and_levels_of_a_constant_are_numbers():
    flat = values("0.5*dot(normal(0*x + 3, 2), vec(0, 0, 1)) + level(0*x + 3, 0.5)")
    assert np.ptp(flat) == 0 and np.isfinite(flat).all()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("normal(vec(x, y, 1), 1)", "normal"),
        ("distance(vec(x, y, 1), 0)", "distance"),
        ("length(x)", "a vector as argument 1"),
        ("dot(vec(1, 2, 3), x)", "a vector as argument 2"),
        ("oklch(vec(1, 2, 3), 0, 0)", "a number as argument 1"),
        ("at(x, vec(1, 2, 3), 0)", "dx and dy as numbers"),
        ("toward(1)", "takes 2 arguments, got 1"),
        ("at(x, 1)", "takes 3 arguments, got 2"),
    ],
)
def test_a_function_error_names_its_arguments(text: str, word: str):
    with pytest.raises(RecipeError, match=word):
        build(made({"grey": text}))


# ---- colours


NUMBERS, VECTOR = ("main0", "0.5"), "vec(x, y, r)"


@pytest.mark.parametrize("word", [*STATISTICS, *VECTORS])
def test_vectors_and_numbers_in_any_place_make_a_picture_or_our_error(word: str):
    """Q(vector, p) and normal(f, vector) raised AttributeError and TypeError."""
    tried = 0
    for count in (1, 2, 3):
        for arguments in itertools.product((*NUMBERS, VECTOR), repeat=count):
            for space in ("grey", "rgb"):
                try:
                    render(made({space: f"{word}({', '.join(arguments)})"}), 4)
                    tried += 1
                except RecipeError:
                    pass
    assert tried


def test_colours_outside_srgb_lose_chroma_and_keep_lightness_and_hue():
    draw = np.random.default_rng(1).uniform(size=(3, 4000))
    lab = np.stack([0.05 + 0.92 * draw[0], 0.5 * draw[1] - 0.25, 0.5 * draw[2] - 0.25])
    kept = np.stack(inside(arrays, *lab))
    rgb = np.stack(oklab_to_light(*kept))
    assert rgb.min() > -0.03 and rgb.max() < 1.03  # what is left is clipped without a visible turn
    np.testing.assert_allclose(kept[0], lab[0])
    np.testing.assert_allclose(kept[1] * lab[2], kept[2] * lab[1], atol=1e-12)
    assert (np.hypot(kept[1], kept[2]) <= np.hypot(lab[1], lab[2]) + 1e-12).all()
    was = np.stack(oklab_to_light(*lab))
    fits = ((was >= 0) & (was <= 1)).all(axis=0)
    assert fits.sum() > 200
    np.testing.assert_array_equal(kept[:, fits], lab[:, fits])


def test_colours_keep_most_of_the_chroma_of_srgb():
    draw = np.random.default_rng(2).uniform(size=(3, 2000))
    lab = np.stack([0.1 + 0.85 * draw[0], 0.6 * draw[1] - 0.3, 0.6 * draw[2] - 0.3])
    kept = np.stack(inside(arrays, *lab))
    wanted = inside_srgb(lab.T).T
    apart = np.hypot(*(kept - wanted)[1:])
    assert apart.mean() < 0.002 and np.quantile(apart, 0.99) < 0.02


def test_linear_light_of_a_colour_is_the_colour():
    lab = hex_to_oklab("#3b8ac4")
    text = f"vec({', '.join(f'{v:.12f}' for v in lab)})"
    direct = render(made({"oklab": text}), (8, 8)).uint8
    through = render(made({"linear": f"linear({text})"}), (8, 8)).uint8
    assert direct.tolist() == through.tolist() == [[[0x3B, 0x8A, 0xC4]] * 8] * 8


def test_oklch_is_oklab_in_polar_coordinates():
    lab = linear_to_oklab(np.array([0.2, 0.4, 0.3]))
    chroma, hue = np.hypot(lab[1], lab[2]), np.arctan2(lab[2], lab[1]) / (2 * np.pi)
    direct = render(made({"oklab": [f"{v:.12f}" for v in lab]}), (4, 4)).float
    polar = render(made({"oklch": [f"{lab[0]:.12f}", f"{chroma:.12f}", f"{hue:.12f}"]}), (4, 4))
    np.testing.assert_allclose(direct, polar.float, atol=1e-5)


# ---- surfaces


def edges(picture: Any) -> tuple[float, float]:
    """The largest step across the left-right and the top-bottom seam, over that inside."""
    across = np.abs(picture[:, 0] - picture[:, -1]).max() / np.abs(np.diff(picture, axis=1)).max()
    down = np.abs(picture[0] - picture[-1]).max() / np.abs(np.diff(picture, axis=0)).max()
    return float(across), float(down)


COLOUR = {
    "let": {"lit": "dot(normal(main0, 1), toward(4, 0.5))"},
    "rgb": ["level(main0, 0.5)", "0.5 + 0.4*lit", "level(main1 + x*r, 0.5)"],
}
FLAT = {"rgb": ["level(main0, 0.5)", "level(main1, 0.5)", "level(main2, 0.5)"]}


@pytest.mark.parametrize("kind", ["mlp", "tied", "residual", "densenet", "skip"])
@pytest.mark.parametrize("fold", [None, "kaleidoscope"])
def test_a_torus_has_no_seam_for_any_architecture(kind: str, fold: str | None):
    recipe = made(
        COLOUR if fold is None else FLAT,
        networks={"main": NETWORK | {"kind": kind, "fold": fold, "inputs": ["x", "y", "r"]}},
        surface={"kind": "torus", "period": (4.0, 2.0)},
    )
    across, down = edges(render(recipe, (200, 100)).float)
    assert across <= 1.02 and down <= 1.02


def test_a_torus_with_fixed_weights_has_no_seam():
    network = {
        "kind": "explicit", "inputs": ["x", "y", "x*y"],
        "layers": [
            {"weights": [[4, 1, 2], [-3, 2, 1]], "activation": "sin"},
            {"weights": [[1, 1], [1, -1], [0.5, 1]]},
        ],
    }  # fmt: skip
    recipe = made(COLOUR, networks={"main": network}, surface={"kind": "torus"})
    across, down = edges(render(recipe, (100, 100)).float)
    assert across <= 1.02 and down <= 1.02


@pytest.mark.parametrize(
    ("kind", "seams"), [("torus_x", (False, True)), ("torus_y", (True, False))]
)
def test_a_surface_closed_in_one_direction_has_a_seam_in_the_other(
    kind: str, seams: tuple[bool, bool]
):
    found = edges(render(made(COLOUR, surface={"kind": kind}), (100, 100)).float)
    assert tuple(edge > 1.5 for edge in found) == seams


def test_a_picture_on_the_plane_has_seams():
    assert min(edges(render(made(COLOUR), (100, 100)).float)) > 1.5


def test_a_sphere_goes_around_and_its_poles_are_points():
    recipe = made(FLAT, surface={"kind": "sphere", "period": (4.0, 2.0)})
    picture = render(recipe, (800, 400)).float
    assert edges(picture)[0] <= 1.02
    assert np.ptp(picture[0], axis=0).max() < 0.05 and np.ptp(picture[-1], axis=0).max() < 0.05


def test_a_torus_is_not_a_mirror_image_of_itself():
    """Not a mirror of itself: places that look alike in one view differ in the other."""
    picture = render(made(COLOUR, surface={"kind": "torus"}), (64, 64)).float
    for mirrored in (picture[:, ::-1], picture[::-1], np.roll(picture[:, ::-1], 32, axis=1)):
        assert np.abs(picture - mirrored).mean() > 0.02


def test_a_period_is_a_length():
    with pytest.raises(RecipeError, match="period"):
        Recipe(surface={"kind": "torus", "period": (0.0, 2.0)})
    assert Surface().kind == "plane"
