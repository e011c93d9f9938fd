"""Morphs between recipes of different structure: fields are mixed, not pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import phosphene as ph
from phosphene.compiler import prepare
from phosphene.compiler.field_matching import ALIKE, Pair, partners
from phosphene.compiler.merge_shadings import Moving, OtherFormError
from phosphene.compiler.mixing import mix_recipes
from phosphene.compiler.view_mapping import map_planes
from phosphene.core.errors import UserError
from phosphene.engines import get_engine
from phosphene.files.samples import as_wanted
from phosphene.formula import const, var
from phosphene.motion import Film
from phosphene.motion.paths.grammar import read_paths
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.raster import to_float
from phosphene.recipe import Recipe
from phosphene.styles import style

SIZE = (32, 24)
PAIRS = {
    "silk to marble": ("silk", "marble"),
    "contour to ink": ("contour", "ink"),
    "papercut to nebula": ("papercut", "nebula"),
    "one text": ("papercut", "papercut"),
    "another view": ("silk", "ichko"),
    "other inversion": ("drift", "huenermann-browser"),
}


def morph(here: Recipe, there: Recipe, **more: object) -> tuple[Film, FrameRenderer]:
    said = {"path": "morph", "to": there, "blend": "fields", **more}
    found = Film(here, tuple(read_paths([said])), 12, size=SIZE)
    return found, found.renderer(SIZE)


def two(name: str) -> tuple[Recipe, Recipe]:
    here, there = PAIRS[name]
    return style(here, seed=1), style(there, seed=2)


def at(found: tuple[Film, FrameRenderer], t: float, sample_format: str = "float") -> np.ndarray:
    film, renderer = found
    return renderer.frame([film.at(t)], sample_format)


@pytest.mark.parametrize("name", PAIRS)
def test_a_morph_begins_and_ends_with_exactly_the_stills(name: str):
    here, there = two(name)
    found = morph(here, there)
    for t, recipe in ((0.0, here), (1.0, there)):
        assert len(found[1].layers(found[0].at(t))) == 1
        still = ph.render(recipe, SIZE)
        assert np.array_equal(at(found, t), still.float)
        assert np.array_equal(at(found, t, "bytes"), still.uint8)


@pytest.mark.parametrize("name", [*PAIRS, "relief seen otherwise", "shadows seen otherwise"])
def test_between_them_it_moves_from_one_to_the_other(name: str):
    otherwise = {"view.span": 3.0, "view.rotation": 0.7, "view.centre": [0.4, -0.2]}
    if name in PAIRS:
        here, there = two(name)
    else:
        there = style("silk" if "relief" in name else "papercut", seed=4).replace(otherwise)
        here = style("contour", seed=1)
    plain = {"finish.antialias": "none"}
    here, there = here.replace(plain), there.replace(plain)
    found = morph(here, there)
    for t, recipe in ((1e-6, here), (1 - 1e-6, there)):
        still = np.clip(ph.render(recipe, SIZE).float, 0, 1)
        if recipe.finish.invert:
            still = 1 - still
        assert np.abs(at(found, t) - still).mean() < 2e-3
        assert np.abs(at(found, 0.5) - still).mean() > 0.02


def test_a_still_without_anti_aliasing_is_reached_smoothly():
    here, there = style("silk", seed=1), style("huenermann-python", seed=3)
    assert (here.finish.antialias, there.finish.antialias) == ("auto", "none")
    found = morph(here, there)
    end, near = at(found, 1.0), at(found, 1 - 1e-6)
    assert np.abs(near - end).mean() < 2e-3
    blend = found[1].blend
    assert blend is not None
    modes = [blend.modes(found[0].at(t)) for t in (0.0, 0.5, 0.9, 1.0)]
    assert modes[0] == modes[1] == [("auto", 1.0)]
    assert [mode for mode, _ in modes[2]] == ["auto", "none"]
    assert sum(share for _, share in modes[2]) == pytest.approx(1)
    assert modes[3] == [("none", 1.0)]
    (layer, *_), threads = found[1].layers(found[0].at(1 - 1e-6)), found[1].executor
    snapped = found[1]._paint(threads, layer, to_float, "auto")
    assert np.abs(snapped - end).mean() > 2e-2  # the planted fault


def test_a_view_that_does_not_move_is_detected():
    here = style("contour", seed=1).replace({"finish.antialias": "none"})
    there = style("silk", seed=4).replace({"finish.antialias": "none", "view.span": 3.0})
    found = morph(here, there)
    wrong = mix_recipes(prepare(here), prepare(there.replace({"view.span": 2.0})), SIZE)
    blend = found[1].blend
    assert blend is not None
    blend.mixture = wrong
    assert np.abs(at(found, 1 - 1e-6) - ph.render(there, SIZE).float).mean() > 2e-2


@pytest.mark.parametrize("blend", ["auto", "fields", "pixels"])
def test_camera_motion_during_a_morph_moves_the_other_picture_too(blend: str):
    plain = {"finish.antialias": "none"}
    here = style("silk", seed=1).replace(plain)
    seen = {"view.span": 3.0, "view.rotation": 0.5, "view.centre": [0.3, 0.1]}
    there = style("silk", seed=2).replace(plain | seen)
    said = [{"path": "morph", "to": there, "blend": blend}, {"path": "pan", "x": 0.6, "y": -0.3},
            {"path": "zoom", "factor": 2.0}, {"path": "rotate", "turns": 0.1}]  # fmt: skip
    film = Film(here, tuple(read_paths(said)), 12, size=SIZE)
    found = film, film.renderer(SIZE)
    near, end = at(found, 1 - 1e-6), at(found, 1.0)
    assert np.abs(near - end).mean() < 2e-3
    assert np.abs(end - ph.render(there, SIZE).float).mean() > 0.02


# ---- no blur of pixels


def off_fade(middle: np.ndarray, first: np.ndarray, last: np.ndarray) -> float:
    """How far a picture is, in the mean, from every fade of two others in linear light."""
    light = [as_wanted(p, "linear").astype(np.float64) for p in (middle, first, last)]
    fades = (light[1] * (1 - w) + light[2] * w for w in np.linspace(0, 1, 101))
    return min(float(np.abs(light[0] - fade).mean()) for fade in fades)


@pytest.mark.parametrize("name", PAIRS)
def test_the_middle_is_not_a_fade_of_pixels_unless_requested(name: str):
    here, there = two(name)
    plain = {"finish.invert": False, "finish.antialias": "none"}
    here, there = (r.replace(plain) for r in (here, there))
    ends = [np.clip(ph.render(r, SIZE).float, 0, 1) for r in (here, there)]
    assert off_fade(at(morph(here, there), 0.5), *ends) > 0.02
    film, renderer = asked = morph(here, there, blend="pixels")
    assert off_fade(at(asked, 0.5), *ends) < 4e-3  # the planted fault, if it was not asked for
    assert len(renderer.layers(film.at(0.5))) == 2
    assert "fade of pixels" in renderer.notes()[0]


def test_a_morph_of_equal_structures_interpolates_numbers_unless_fields_are_requested():
    here, there = style("silk", seed=1), style("silk", seed=2)
    _, renderer = morph(here, there, blend="auto")
    assert renderer.by_numbers
    assert "every number is interpolated" in renderer.notes()[0]
    _, renderer = morph(here, there)
    assert not renderer.by_numbers
    assert "one shading" in renderer.notes()[0]


def test_a_film_saved_before_the_argument_existed_fades_pixels():
    film, _ = morph(*two("contour to ink"))
    old = {k: v for k, v in film.path[0].items() if k != "blend"}
    assert film.target[1] == "fields"
    assert replace(film, path=(old,)).target[1] == "pixels"


def test_pixels_of_which_one_is_inverted_cannot_be_faded():
    here, there = style("silk", seed=1), style("silk", seed=2).replace({"finish.invert": True})
    with pytest.raises(UserError, match="one picture is inverted"):
        morph(here, there, blend="pixels")


def test_an_unknown_blend_is_refused():
    with pytest.raises(UserError, match="unknown value 'blur'"):
        read_paths("morph silk:8 blend=blur")


# ---- one program of both


RELIEF = {"rgb": ["0.5 + 0.1*main0", "0.5 + 0.01*dx(main0)", "0.5 + 0.01*dy(main0)"]}


def relief(seed: int, width: int) -> Recipe:
    return Recipe(seed=seed, shading=RELIEF).replace({"networks.main.width": width})


def test_gradients_are_those_of_the_mixed_field():
    mixture = mix_recipes(prepare(relief(1, 9)), prepare(relief(2, 12)), SIZE)
    assert mixture.one
    h, n = 2.0**-9, 200
    rng = np.random.default_rng(1)
    middle = rng.uniform(-1, 1, (2, n)).astype(np.float32)
    steps = [np.array([[a], [b]], np.float32) * np.float32(h) for a, b in ((1, 0), (0, 1))]
    cpu = get_engine("cpu")

    def read(t: float, points: np.ndarray) -> np.ndarray:
        return cpu.evaluate(mixture.program(t), points).copy()

    slopes = [(read(0.5, middle + s)[0] - read(0.5, middle - s)[0]) / (2 * h) for s in steps]
    said = (read(0.5, middle)[1:] - 0.5) / 0.1
    assert np.abs(said - slopes).mean() < 0.02 * np.abs(slopes).mean()
    alone = (read(1e-9, middle)[1:] - 0.5) / 0.1  # of the first field only: a planted fault
    assert np.abs(alone - slopes).mean() > 0.2 * np.abs(slopes).mean()


def test_a_mixed_field_keeps_its_spread_all_the_way():
    mixture = mix_recipes(prepare(relief(1, 9)), prepare(relief(2, 12)), SIZE)
    pair = mixture.mixes["mix0"].pair
    points = np.random.default_rng(1).uniform(-1, 1, (2, 4000)).astype(np.float32)
    fields = [get_engine("cpu").evaluate(mixture.program(t), points)[0].std() * 10
              for t in (1e-9, 0.25, 0.5, 0.75, 1 - 1e-9)]  # fmt: skip
    between = np.linspace(fields[0], fields[-1], 5)
    assert np.abs(fields / between - 1).max() < 0.15
    flat = replace(pair, correlation=1.0)  # as if the two were one: a plain mean of both
    assert (
        sum(w * s for w, s in zip(flat.weights(0.5, 0.0, 1.0), pair.spreads, strict=False)) < 1.01
    )
    assert sum(w * s for w, s in zip(pair.weights(0.5, 0.0, 1.0), pair.spreads, strict=False)) > 1.1


@pytest.mark.parametrize("name", PAIRS)
def test_from_frame_to_frame_only_numbers_move_and_by_little(name: str):
    mixture = mix_recipes(*(prepare(r) for r in two(name)), SIZE)
    programs = [mixture.program(t) for t in (0.4, 0.4001, 0.6)]
    assert all(np.array_equal(p.code[:, 0], programs[0].code[:, 0]) for p in programs)
    points = np.random.default_rng(1).uniform(-1, 1, (2, 500)).astype(np.float32)
    values = [np.clip(get_engine("cpu").evaluate(p, points), 0, 1) for p in programs]
    assert np.abs(values[1] - values[0]).mean() < 0.05 * np.abs(values[2] - values[0]).mean()


def test_statistics_are_those_of_the_stills():
    here, there = two("silk to marble")
    found = [prepare(r) for r in (here, there)]
    first = mix_recipes(found[0], found[1], SIZE).program(0.5)
    taken = found[0].measured.found
    k = next(i for i, (what, _) in enumerate(taken) if what != "standardise" and what[0] != "norm")
    taken[k] = (taken[k][0], [value * 1.5 for value in taken[k][1]])
    assert mix_recipes(found[0], found[1], SIZE).program(0.5).digest != first.digest


def test_z_moves_both_recipes_while_they_morph():
    here, there = two("silk to marble")
    mixture = mix_recipes(prepare(here), prepare(there), SIZE)
    assert mixture.program(0.5, {"main.z0": 0.0}).digest == mixture.program(0.5).digest
    paths = [{"path": "morph", "to": there}, {"path": "loop", "radius": 0.5}]
    moved = Film(here, tuple(read_paths(paths)), 12, size=SIZE)
    still = morph(here, there)
    frame = moved.renderer(SIZE).frame([moved.at(0.5)], "float")
    assert np.abs(frame - at(still, 0.5)).mean() > 0.01


def test_a_sweep_changes_the_first_recipe_while_it_morphs():
    here, there = two("silk to marble")
    paths = [{"path": "morph", "to": there}, {"path": "sweep", "shading.params.relief": [1.3, 3.0]}]
    found = Film(here, tuple(read_paths(paths)), 12, size=SIZE)
    renderer = found.renderer(SIZE)
    frame = renderer.frame([found.at(0.5)], "float")
    assert np.abs(frame - at(morph(here, there), 0.5)).mean() > 0.003


@pytest.mark.parametrize("changes", [
    {"shading.channels": 1}, {"shading.alpha": "clamp(main0, 0, 1)"},
])  # fmt: skip
def test_grey_and_opacity_are_mixed_too(changes: dict[str, object]):
    plain = {"finish.antialias": "none"}
    here, there = (r.replace(plain | changes) for r in two("silk to marble"))
    found = morph(here, there)
    middle = at(found, 0.5)
    assert middle.shape[2] == (1 if "shading.channels" in changes else 4)
    assert np.isfinite(middle).all()
    assert 0 <= middle.min() < middle.max() <= 1.0001
    near, still = at(found, 1 - 1e-6), np.clip(ph.render(there, SIZE).float, 0, 1)
    if still.shape[2] == 4:  # where nothing is seen, its colour is of no account
        near, still = (p[..., :3] * p[..., 3:] for p in (near, still))
    assert np.abs(near - still).mean() < 1e-4


# ---- parts


def test_each_field_is_mixed_with_the_next_similar_one():
    octaves = {"a": 2.0, "b": 2.1, "c": 2.0, "d": 2.2, "fine": 2.2 + 2 * ALIKE}
    assert partners(["a", "b", "fine"], ["c", "d"], octaves) == {"a": "c", "b": "d"}
    assert partners(["a", "b", "c"], ["d"], octaves) == {"a": "d", "b": "d", "c": "d"}
    assert partners(["fine", "a"], [], octaves) == {}
    assert partners(["fine"], ["c", "d"], octaves) == {"fine": "c"}  # none alike: the first two


def test_the_weights_of_a_pair_are_the_fields_themselves_at_the_ends():
    pair = Pair("a", "b", (1.0, -2.0), (0.5, 3.0), 0.2)
    assert pair.weights(0.0, *pair.unit(0)) == pytest.approx((1.0, 0.0, 0.0))
    assert pair.weights(1.0, *pair.unit(1)) == pytest.approx((0.0, 1.0, 0.0))


def test_formulas_of_one_form_become_one_and_others_do_not():
    moving = Moving(var("t"))
    x = var("x")
    merged = moving.merge([x * 2.0 + 1.0, x], [x * 3.0 + 1.0, x])
    assert merged == [x * var("number.0") + 1.0, x]
    assert moving.ends == {"number.0": (2.0, 3.0)}
    for other in (x + 2.0, var("y") * 2.0, const(2.0)):
        with pytest.raises(OtherFormError):
            Moving(var("t")).merge([x * 2.0], [other])


def test_a_plane_mapping_makes_equal_pixels_coincide():
    views = [style(n, seed=1).view for n in ("silk", "ichko", "neale")]
    turned = views[0].model_copy(update={"rotation": 0.3, "span": 5.0})
    assert map_planes(views[0], views[0], SIZE) is None
    for first, second in ((views[0], views[1]), (views[1], turned), (turned, views[2])):
        mapping = map_planes(first, second, SIZE)
        assert mapping is not None
        from phosphene.raster.frame import Rect
        from phosphene.raster.view import points

        rect = Rect(3, 2, 9, 7)
        at_first, at_second = (points(v, SIZE, rect, np.empty((2, 63))) for v in (first, second))
        mapped = np.array(mapping.matrix) @ at_first + np.array(mapping.offset)[:, None]
        assert np.abs(mapped - at_second).max() < 1e-9
        assert np.allclose(np.array(mapping.matrix) @ np.array(mapping.inverse), np.eye(2))
