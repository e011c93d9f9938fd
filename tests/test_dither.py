"""Dither: blue noise that keeps the mean, the same for every crop and thread."""

from __future__ import annotations

import json
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

import phosphene as ph
from phosphene.bench.finish import DARK_RAMP, WANTED, banding, seen_error
from phosphene.compiler import build
from phosphene.files import read_metadata
from phosphene.raster import dither, finish, painter, quantise, resolve_finish, to_bytes, to_float
from phosphene.raster.blue_noise import ranks
from phosphene.raster.frame import Rect
from phosphene.recipe import Finish, Recipe
from phosphene.render import render, render_file
from phosphene.styles import STYLES
from tests.blue_noise import void_and_cluster
from tests.tables import few_quick

BLUE = Finish(dither="blue")
EVEN = (ranks() + np.float32(0.5)) / np.float32(4096)

# What auto must tell apart.
SMOOTH = {
    "dark ramp": DARK_RAMP,
    "network": {"networks": {"main": {"norm": "frozen", "output": "half_tanh"}}},
    "opacity apart": {"shading": {"grey": "0.04*(x + 1)", "alpha": "sin(300*x)"}},
}
OTHER = {
    "steps": {"shading": {"rgb": ["floor(3*x)/7", "floor(4*y)/9", "floor(4*x*y)/5"]}},
    "one colour": {"shading": {"rgb": ["0.2", "0.3", "0.4"]}},
    "cut off": {"shading": {"grey": "2 + x"}},
    "noisy": {"shading": {"grey": "0.5 + 0.5*sin(311*x)*sin(287*y)"}},
    "noisy in one channel": {"shading": {"rgb": ["0.1*x + 0.2", "0.5 + 0.5*sin(311*x)", "0.1"]}},
    "a slope of one level": {"shading": {"grey": "0.5 + 0.001*x"}},
}


def recipe(data: dict[str, Any], dither: str = "auto") -> Recipe:
    return Recipe(seed=1, finish={"dither": dither}, **data)


# ---- decided early

ALL_PAIRS = 2 * dither.PLACES**2
THIRD = ALL_PAIRS // 3  # 2730 of 8192: the first share over 1/3 is 2731


@settings(deadline=None, derandomize=True)
@given(st.integers(-3, 3), st.lists(st.integers(0, 1), min_size=8, max_size=8))
@example(0, [1, 1, 1, 0, 0, 0, 0, 0])
@example(1, [0, 0, 0, 0, 0, 1, 1, 1])
def test_dither_is_decided_early_as_it_is_at_the_end(beyond: int, full: list[int]):
    """Shares next to 1/3, in parts that are as smooth as can be or hold what is left."""
    total = THIRD + beyond
    most = ALL_PAIRS // dither.PARTS
    counts, left = [], total
    for k, chosen in enumerate(full):
        rest = dither.PARTS - 1 - k
        low, high = max(0, left - rest * most), min(most, left)
        counts.append(high if chosen else low)
        left -= counts[-1]
    assert sum(counts) == total
    parts, program = iter(counts), cast(Any, None)  # it is not looked at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dither, "_smooth_pairs", lambda *_: next(parts))
        early = dither.is_smooth(Recipe().view, program)
    assert early == (total / ALL_PAIRS > dither.SHARE)


@pytest.mark.parametrize("data", [*SMOOTH.values(), *OTHER.values()], ids=[*SMOOTH, *OTHER])
def test_the_parts_that_are_looked_at_are_all_places_once(data: dict[str, Any]):
    made = recipe(data)
    program = build(made)
    slices = [slice(k, None, dither.PARTS) for k in range(dither.PARTS)]
    parts = [dither._smooth_pairs(made.view, program, part) for part in slices]
    total = dither._smooth_pairs(made.view, program, slice(None))
    assert sum(parts) == total
    assert dither.is_smooth(made.view, program) == (total / ALL_PAIRS > dither.SHARE)


# ---- the noise


def test_the_shipped_ranks_are_what_void_and_cluster_makes():
    np.testing.assert_array_equal(ranks(), void_and_cluster())


def low_energy(order: Any) -> float:
    """Energy below 1/8 cycle per pixel, of what white noise has there."""
    wave = np.fft.fftfreq(64)
    radius = np.hypot(wave[:, None], wave)
    power = np.abs(np.fft.fft2((order + 0.5) / 4096 - 0.5)) ** 2 / 4096 * 12
    return float(power[(radius > 0) & (radius <= 1 / 8)].mean())


def test_the_ranks_are_each_number_once_and_blue():
    np.testing.assert_array_equal(np.sort(ranks(), axis=None), np.arange(4096))
    assert low_energy(ranks()) < 1e-3


def test_white_noise_is_not_blue():
    white = np.random.default_rng(1).permutation(4096).reshape(64, 64)
    assert low_energy(white) > 0.5


# ---- the levels


def by_hand(values: Any, rect: Rect) -> Any:
    """The formula, of three colours."""
    y, x = np.mgrid[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width]
    planes = values.reshape(3, rect.height, rect.width)
    levels = [
        np.floor(v * v.dtype.type(255) + EVEN[(y + 17 * c) % 64, (x + 29 * c) % 64])
        for c, v in enumerate(planes)
    ]
    return np.stack(levels, axis=-1).astype(np.uint8)


rects = st.builds(
    Rect, st.integers(-99, 10**7), st.integers(-99, 10**7), st.integers(1, 150), st.integers(1, 20)
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(rects, st.sampled_from([np.float32, np.float64]))
def test_a_level_is_255_v_and_the_noise_of_its_place_and_channel(rect: Rect, kind: Any):
    values = np.random.default_rng(2).random((3, rect.width * rect.height)).astype(kind)
    wanted = by_hand(values, rect)
    np.testing.assert_array_equal(to_bytes(values, rect, BLUE), wanted)
    np.testing.assert_array_equal(quantise(to_float(values, rect), BLUE, rect[:2]), wanted)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_values_that_8_bits_represent_exactly_are_unchanged(channels: int, kind: Any):
    levels = np.broadcast_to(np.arange(256)[:, None, None], (256, 64, channels))
    pixels = (levels / 255).astype(kind)
    for y in range(64):
        np.testing.assert_array_equal(quantise(pixels, BLUE, (0, y)), levels)
    wild = np.array([[np.nan, -1.0, -np.inf, 2.0, np.inf]], kind)
    held = to_bytes(np.repeat(wild, channels, axis=0), Rect(9, 9, 5, 1), BLUE)
    assert held[0, :, 0].tolist() == [0, 0, 0, 255, 255]


@pytest.mark.parametrize("v", [0.0005, 0.01, 0.123, 0.5, 0.9, 0.9999])
def test_the_mean_of_a_tile_is_the_colour(v: float):
    made = quantise(np.full((64, 64, 3), v, np.float32), BLUE, (5, 7))
    assert np.abs(made.mean(axis=(0, 1)) - 255 * v).max() < 1 / 4096
    assert np.unique(made).size == 2


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_inverting_comes_first_and_opacity_is_only_rounded(channels: int):
    pixels = np.random.default_rng(3).random((30, 70, channels), np.float32)
    turned, colours = pixels.copy(), channels - (channels % 2 == 0)
    turned[..., :colours] = 1 - pixels[..., :colours]
    made = quantise(pixels, Finish(dither="blue", invert=True), (3, 4))
    np.testing.assert_array_equal(made, quantise(turned, BLUE, (3, 4)))
    np.testing.assert_array_equal(made[..., colours:], quantise(pixels)[..., colours:])
    assert (made[..., :colours] != quantise(turned)[..., :colours]).mean() > 0.2


def test_read_only_pixels_are_accepted():
    pixels = np.full((2, 3, 3), 0.3, np.float32)
    wanted = quantise(pixels, BLUE)
    pixels.flags.writeable = False
    np.testing.assert_array_equal(quantise(pixels, BLUE), wanted)


# ---- parts and wholes


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    rect=st.tuples(st.integers(0, 99), st.integers(0, 60), st.integers(1, 90), st.integers(1, 40)),
    threads=st.integers(1, 3),
    antialias=st.sampled_from(["none", "auto"]),
    precision=st.sampled_from(["f32", "f64"]),
)
def test_the_bytes_of_a_crop_are_part_of_the_whole(rect, threads, antialias, precision):
    made = recipe(SMOOTH["network"]).replace(
        {"finish.antialias": antialias, "precision": precision}
    )
    whole = render(made, (190, 100))
    x, y, width, height = rect
    part = render(made, (190, 100), crop=rect, threads=threads)
    np.testing.assert_array_equal(part.uint8, whole.uint8[y : y + height, x : x + width])
    assert np.any(whole.uint8 != quantise(whole.float))


@pytest.mark.parametrize("job", few_quick([1, 3000], 1))
def test_a_saved_crop_is_part_of_the_saved_whole(job: int, tmp_path, monkeypatch):
    made, size, crop = recipe(DARK_RAMP), (150, 90), (70, 33, 75, 41)
    monkeypatch.setattr(painter, "JOB_PIXELS", job)
    render(made, size).save(tmp_path / "whole.png")
    render(made, size, crop=crop).save(tmp_path / "part.png")
    render_file(made, tmp_path / "streamed.png", size, threads=3)
    render_file(made, tmp_path / "piece.png", size, crop=crop, threads=2)
    read = {p.stem: np.asarray(Image.open(p)) for p in tmp_path.glob("*.png")}
    np.testing.assert_array_equal(read["streamed"], read["whole"])
    for part in ("part", "piece"):
        np.testing.assert_array_equal(read[part], read["whole"][33 : 33 + 41, 70 : 70 + 75])


def test_noise_that_restarts_in_a_crop_is_caught(monkeypatch):
    made = recipe(DARK_RAMP)
    whole, part = render(made, 100).uint8, render(made, 100, crop=(70, 33, 20, 20))
    assert np.array_equal(part.uint8, whole[33:53, 70:90])
    monkeypatch.setattr(
        finish, "dithered", lambda planes, _, invert: dither.dithered(planes, (0, 0))
    )
    assert not np.array_equal(part.uint8, whole[33:53, 70:90])


# ---- auto


def decided(made: Recipe) -> str:
    return resolve_finish(made, build(made)).dither


@pytest.mark.parametrize("name", SMOOTH)
def test_auto_dithers_what_is_smooth(name: str):
    assert decided(recipe(SMOOTH[name])) == "blue"


@pytest.mark.parametrize("name", OTHER)
def test_auto_leaves_the_flat_and_the_busy_alone(name: str):
    assert decided(recipe(OTHER[name])) == "none"


def test_the_two_limits_are_what_tells_flat_and_busy(monkeypatch):
    monkeypatch.setattr(dither, "LEAST", -1.0)
    assert decided(recipe(OTHER["steps"])) == "blue"
    monkeypatch.undo()
    monkeypatch.setattr(dither, "MOST", 256.0)
    assert decided(recipe(OTHER["noisy"])) == "blue"


def test_a_closer_view_is_smoother():
    busy = {"shading": {"grey": "0.5 + 0.5*sin(40*x)*sin(40*y)"}}
    assert decided(recipe(busy).replace({"view.span": 20.0})) == "none"
    assert decided(recipe(busy).replace({"view.span": 0.2})) == "blue"


@pytest.mark.parametrize("options", [{}, {"crop": (3, 5, 7, 2)}, {"engine": "reference"}])
@pytest.mark.parametrize("size", [(1, 1), (40, 30), (2000, 6)])
def test_the_decision_is_the_same_for_every_size_crop_and_engine(size, options):
    if "crop" in options and size != (40, 30):
        size = (40, 31)
    for data, wanted in ((SMOOTH["network"], "blue"), (OTHER["noisy"], "none")):
        picture = render(recipe(data), size, **options)
        assert picture.finish and picture.finish.dither == wanted
        assert json.loads(picture.metadata()["phosphene-render"])["dither"] == wanted


def test_extremes_of_the_whole_image_leave_auto_its_choice():
    """The values that a first pass keeps cannot be had at the places that auto looks at."""
    grey = "(main0 - least(main0))/(greatest(main0) - least(main0))"
    made = recipe({"networks": {"main": {"norm": "frozen"}}, "shading": {"grey": grey}})
    picture = render(made, (60, 40))
    assert picture.finish and picture.finish.dither == "blue"
    plain = render(made.replace({"finish.dither": "none"}), (60, 40))
    np.testing.assert_array_equal(picture.float, plain.float)


@pytest.mark.parametrize("chosen", ["none", "blue", "auto"])
def test_the_file_records_the_dither(chosen: str, tmp_path):
    made = recipe(SMOOTH["network"], chosen)
    render_file(made, tmp_path / "a.png", (40, 30))
    render(made, (40, 30)).save(tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        texts = read_metadata(tmp_path / name)
        assert json.loads(texts["phosphene-render"])["dither"] == chosen.replace("auto", "blue")
        assert ph.Recipe.from_json(texts["phosphene"]).finish.dither == chosen


def test_only_bytes_are_dithered(tmp_path):
    made = recipe(SMOOTH["network"], "blue")
    for sample_format in ("float", "words", "linear"):
        assert resolve_finish(made, build(made), sample_format).dither == "none"
    render_file(made, tmp_path / "a.png", (40, 30), depth=16)
    texts = read_metadata(tmp_path / "a.png")
    assert json.loads(texts["phosphene-render"])["dither"] == "none"
    render_file(made, tmp_path / "a.npy", (40, 30))
    plain = render(made.replace({"finish.dither": "none"}), (40, 30))
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), plain.float)


def test_dither_is_off_by_default():
    assert Recipe().finish.dither == "none"
    for name, entry in STYLES.items():
        if entry.year:
            assert ph.style(name, seed=1).finish.dither == "none"
    assert ph.style("silk", seed=1, dither="auto").finish.dither == "auto"


def test_an_unknown_dither_is_an_error():
    with pytest.raises(ph.RecipeError, match="dither"):
        ph.style("silk", seed=1, dither="bayer")


# ---- bands


def test_blue_noise_leaves_no_bands_in_a_dark_ramp():
    seen = banding()
    assert seen["none"] > 0.1
    assert seen["blue"] <= WANTED


def test_white_noise_is_seen_in_a_dark_ramp(monkeypatch):
    white = np.random.default_rng(4).random((1, 64, 128), np.float32)
    monkeypatch.setattr(dither, "noise", lambda channels: white)
    assert seen_error(render(recipe(DARK_RAMP, "blue"), 512)) > 2 * WANTED
