"""Frames on threads that stay: the same pixels, and nothing lost when one fails."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import build
from phosphene.jobs.threads import Threads, on_threads
from phosphene.motion.render.frame_painting import LEAST, FrameJob, paint_frame, strip_rows
from phosphene.raster import to_bytes, to_float
from phosphene.raster.frame import Rect
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.styles import style

SIZE = (96, 130)
RECIPE = style("classic", seed=2, width=8, depth=2)
PROGRAM = build(RECIPE)


def painter(finish: Any = to_bytes, mode: str | int = "none", size: Any = SIZE) -> Painter:
    return Painter(render_plan(PROGRAM, RECIPE.view, size, mode), "cpu", finish)


def strips(size: Any, threads: int, mode: str | int = "none") -> list[tuple[int, ...]]:
    one = painter(mode=mode, size=size)
    return list(FrameJob(one, strip_rows(one, threads)).pieces())


@pytest.mark.parametrize("mode", ["none", "auto", 4])
@pytest.mark.parametrize("finish", [to_bytes, to_float])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_frame_is_what_strips_from_the_top_are(mode, finish, threads: int):
    executor, size = on_threads(threads), (SIZE[0], 2 * SIZE[1])
    plain = np.concatenate(list(painter(finish, mode, size).strips(Rect(0, 0, *size), 1)))
    for _ in range(2):
        found = paint_frame(painter(finish, mode, size), executor)
        assert found.dtype == plain.dtype
        assert np.array_equal(found, plain)


@pytest.mark.parametrize("size", [(1, 1), (5, 7), (4000, 3), (640, 480), (100_000, 2), (3, 9000)])
@pytest.mark.parametrize("mode", ["none", "auto"])
@pytest.mark.parametrize("threads", [1, 3])
def test_strips_are_the_whole_picture_from_the_top(size, mode, threads: int):
    found = strips(size, threads, mode)
    assert [top for top, _ in found] == list(np.cumsum([0, *(rows for _, rows in found)])[:-1])
    assert sum(rows for _, rows in found) == size[1]


def test_a_small_picture_is_painted_in_one_piece_and_a_large_one_in_strips():
    small, large = (48, LEAST // 48), (640, 480)
    assert len(strips(small, 8)) == 1
    assert len(strips(large, 2)) >= 8


def test_threads_stay_from_frame_to_frame():
    seen: set[int] = set()

    def finish(values: Any, rect: Rect) -> Any:
        seen.add(threading.get_ident())
        return to_bytes(values, rect)

    executor = Threads(2)
    for _ in range(12):
        paint_frame(painter(finish, size=(320, 240)), executor)
    assert len(seen) == 2


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_of_any_strip_is_raised_and_the_next_frame_is_whole(threads: int):
    def finish(values: Any, rect: Rect) -> Any:
        if rect.y > 100:
            raise ValueError("planted")
        return to_bytes(values, rect)

    executor, size = on_threads(threads), (320, 240)
    with pytest.raises(ValueError, match="planted"):
        paint_frame(painter(finish, size=size), executor)
    whole = np.concatenate(list(painter(size=size).strips(Rect(0, 0, *size), 1)))
    assert np.array_equal(paint_frame(painter(size=size), executor), whole)
