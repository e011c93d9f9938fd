"""Render plans: pictures as data, by engines that do all of it and by those that evaluate."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from phosphene.core.errors import ProgramError
from phosphene.engines import get_engine
from phosphene.engines.cpu.engine import CpuEngine
from phosphene.engines.plan import PREFIX, RenderPlan, plan_from_bytes
from phosphene.jobs.job import Scratch
from phosphene.raster import antialias
from phosphene.raster.finish import to_bytes, to_float
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_values
from phosphene.raster.view import places
from phosphene.recipe import Recipe, View
from phosphene.render import render
from phosphene.render.first_pass import make_plan
from phosphene.styles import style

SIZE = (61, 47)
RECT = Rect(0, 0, *SIZE)
VIEWS: list[dict[str, Any]] = [
    {}, {"span": 0.7, "centre": (0.3, -2.0)}, {"rotation": 0.9}, {"axes": "yx", "rotation": -2.0},
    {"aspect": "stretch"}, {"aspect": "pixel", "span": 0.02}, {"sampling": "start"},
    {"origin": "corner", "sampling": "ends"}, {"positions": "f32"},
]  # fmt: skip


def values(plan: RenderPlan, engine: Any = None, rect: Rect = RECT) -> np.ndarray:
    return render_values(engine or get_engine("cpu"), plan, rect, Scratch()).copy()


@pytest.mark.parametrize("mode", ["none", "draft", "auto", "print", 4, 16])
@pytest.mark.parametrize("name", ["silk", "riley", "neural-painter"])
def test_a_plan_that_has_been_bytes_gives_the_picture(name: str, mode: Any):
    recipe = style(name, seed=3).replace({"finish.antialias": mode})
    plan = make_plan(recipe, SIZE)
    again = plan_from_bytes(plan.to_bytes())
    picture = render(recipe, SIZE)
    made = values(again)
    np.testing.assert_array_equal(to_float(made, RECT), picture.float)
    np.testing.assert_array_equal(to_bytes(made, RECT, again.finish), picture.uint8)
    for part in ("size", "view", "affine", "samples", "steps", "finish", "first_pass"):
        assert getattr(again, part) == getattr(plan, part)
    assert again.program.digest == plan.program.digest


def test_a_plan_says_whether_it_is_for_this_size_only():
    whole = Recipe(seed=1, shading={"rgb": ["main0 - least(main0)", "main1", "main2"]})
    assert make_plan(whole, SIZE).first_pass
    assert not make_plan(style("silk", seed=1), SIZE).first_pass


def test_the_plan_of_a_live_program_has_its_labels():
    plan = plan_from_bytes(make_plan(style("silk", seed=1), SIZE, live=True).to_bytes())
    assert plan.program.labels


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("size", [SIZE, (1, 1), (1, 9), (4000, 3)])
def test_six_numbers_are_the_view(kind: dict[str, Any], size: tuple[int, int]):
    recipe = Recipe(seed=1, view=kind)
    a, b, c, d, e, f = make_plan(recipe, size).affine
    i, j = np.meshgrid([-3.0, 0.0, 0.375, size[0] - 1.0], [-1.0, 0.0, 0.625, size[1] - 1.0])
    exact = np.empty((2, *i.shape))
    places(View(**{**kind, "positions": "engine"}), size, i, j, exact)
    made = np.stack([a * i + b * j + c, d * i + e * j + f])
    np.testing.assert_allclose(made, exact, rtol=1e-13, atol=1e-13 * np.abs(exact).max())


class Device(CpuEngine):
    """An engine that needs nothing of the view but six numbers, and anti-aliasing as steps."""

    name = "device"

    def __init__(self) -> None:
        super().__init__()
        self.rects: list[Any] = []

    def render(self, plan: RenderPlan, rect: Any) -> np.ndarray:
        self.rects.append(rect)
        a, b, c, d, e, f = plan.affine

        def sample(columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
            at = np.stack([a * columns + b * rows + c, d * columns + e * rows + f])
            return self.evaluate(plan.program, at.reshape(2, -1).astype(np.float32))

        if plan.samples > 1:
            return antialias.every_pixel(sample, rect, plan.samples)
        if plan.steps:
            return antialias.where_colours_bend(sample, rect, plan.steps)[0]
        columns, rows = np.arange(rect[2]) + float(rect[0]), np.arange(rect[3]) + float(rect[1])
        return sample(columns[None, :], rows[:, None])


@pytest.mark.parametrize("mode", ["none", "auto", 4])
def test_an_engine_with_render_makes_the_picture_from_the_plan_alone(
    mode: Any, monkeypatch: pytest.MonkeyPatch
):
    recipe = style("silk", seed=3).replace({"finish.antialias": mode, "view.rotation": 0.4})
    device = Device()
    monkeypatch.setattr("phosphene.raster.painter.get_engine", lambda name: device)
    painter = Painter(make_plan(recipe, SIZE), "device", to_float)
    made = painter.paint(RECT)
    assert device.rects == list(painter.tiles(RECT))
    wanted = render(recipe, SIZE).float
    assert np.quantile(np.abs(made - wanted), 0.999) < 1 / 255


def test_an_engine_without_render_is_asked_for_values_at_places():
    plan = make_plan(style("silk", seed=3), SIZE)
    part = Rect(7, 5, 20, 11)
    whole, some = values(plan), values(plan, rect=part)
    whole = whole.reshape(-1, SIZE[1], SIZE[0])[:, 5:16, 7:27]
    np.testing.assert_array_equal(some.reshape(whole.shape), whole)


# ---- what is refused


def changed(changes: dict[str, Any]) -> bytes:
    document = make_plan(style("silk", seed=3), SIZE).to_bytes()
    magic, version, length = PREFIX.unpack(document[: PREFIX.size])
    end = PREFIX.size + length
    header = json.dumps(json.loads(document[PREFIX.size : end]) | changes).encode()
    header += b" " * (-len(header) % 8)
    return PREFIX.pack(magic, version, len(header)) + header + document[end:]


BAD: list[dict[str, Any]] = [
    {"size": [0, 5]}, {"size": [1 << 40, 5]}, {"size": [5]}, {"size": "5x5"}, {"size": [5, True]},
    {"affine": [0] * 5}, {"affine": [0, 0, 0, 0, 0, "1"]}, {"affine": [1e400, 0, 0, 0, 0, 0]},
    {"samples": 5}, {"samples": 0}, {"samples": 1 << 40}, {"samples": None},
    {"steps": [[0.1, 999]]}, {"steps": [[0.1]]}, {"steps": [[-1, 2]]}, {"steps": [[0.1, 2]] * 9},
    {"view": 3}, {"view": {"span": -1}}, {"view": {"spam": 1}}, {"finish": {"dither": "no"}},
    {"finish": []}, {"first_pass": 1}, {"more": 1}, {"view": {"centre": [math.nan, 0]}},
]  # fmt: skip


@pytest.mark.parametrize("changes", BAD)
def test_an_impossible_plan_is_refused(changes: dict[str, Any]):
    plan_from_bytes(changed({}))
    with pytest.raises(ProgramError, match="render plan"):
        plan_from_bytes(changed(changes))


@pytest.mark.parametrize("given", [None, 5, "text", object()])
def test_a_plan_that_is_not_bytes_is_refused(given: Any):
    with pytest.raises(ProgramError, match="no render plan: got .* expected bytes"):
        plan_from_bytes(given)


def test_the_beginning_of_a_plan_is_called_cut_short():
    with pytest.raises(ProgramError, match="render plan: it has 10 bytes; it is cut short"):
        plan_from_bytes(changed({})[:10])


def test_a_plan_cut_short_or_of_another_version_is_refused():
    document = bytearray(changed({}))
    for length in range(0, len(document), 997):
        with pytest.raises(ProgramError):
            plan_from_bytes(document[:length])
    document[8] = 9
    with pytest.raises(ProgramError, match="version 9.*version 1"):
        plan_from_bytes(document)
    with pytest.raises(ProgramError, match="no render plan"):
        plan_from_bytes(b"something else")
