"""Threads that stay from frame to frame: the same pixels, and nothing lost when one fails."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import build
from phosphene.core.errors import UserError
from phosphene.motion.render.frame_pool import LEAST, FramePool, strips
from phosphene.raster import to_bytes, to_float
from phosphene.raster.painter import Painter
from phosphene.raster.view import Rect
from phosphene.styles import style

SIZE = (96, 130)
RECIPE = style("classic", seed=2, width=8, depth=2)
PROGRAM = build(RECIPE)


def painter(finish: Any = to_bytes, mode: str | int = "none", size: Any = SIZE) -> Painter:
    return Painter(PROGRAM, RECIPE.view, size, "cpu", finish, mode)


@pytest.mark.parametrize("mode", ["none", "auto", 4])
@pytest.mark.parametrize("finish", [to_bytes, to_float])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_a_crew_paints_what_strips_from_the_top_are(mode, finish, threads: int):
    pool, size = FramePool(threads), (SIZE[0], 2 * SIZE[1])
    plain = np.concatenate(list(painter(finish, mode, size).strips(Rect(0, 0, *size), 1)))
    for _ in range(2):
        found = pool.paint(painter(finish, mode, size), size)
        assert found.dtype == plain.dtype
        assert np.array_equal(found, plain)


@pytest.mark.parametrize("size", [(1, 1), (5, 7), (4000, 3), (640, 480), (100_000, 2), (3, 9000)])
@pytest.mark.parametrize("mode", ["none", "auto"])
@pytest.mark.parametrize("threads", [1, 3])
def test_strips_are_the_whole_picture_from_the_top(size, mode, threads: int):
    found = strips(painter(mode=mode, size=size), size, threads)
    assert [r.y for r in found] == list(np.cumsum([0, *(r.height for r in found)])[:-1])
    assert sum(r.height for r in found) == size[1]
    assert all((r.x, r.width) == (0, size[0]) for r in found)


def test_a_small_picture_is_not_handed_over_and_a_large_one_is_shared():
    small, large = (48, LEAST // 48), (640, 480)
    assert len(strips(painter(size=small), small, 8)) == 1
    assert len(strips(painter(size=large), large, 2)) >= 8


def test_the_threads_of_a_crew_stay():
    seen: set[int] = set()

    def finish(values: Any, rect: Rect) -> Any:
        seen.add(threading.get_ident())
        return to_bytes(values, rect)

    pool = FramePool(2)
    for _ in range(12):
        pool.paint(painter(finish, size=(320, 240)), (320, 240))
    assert len(seen) <= 2
    assert threading.get_ident() in seen


@pytest.mark.parametrize("here", [True, False])
def test_an_error_of_any_thread_is_raised_and_the_next_frame_is_whole(here: bool):
    own = threading.get_ident()
    tried = threading.Event()

    def finish(values: Any, rect: Rect) -> Any:
        if (threading.get_ident() == own) == here:
            tried.set()
            raise ValueError("planted")
        tried.wait(10)  # so that the other thread has its turn
        return to_bytes(values, rect)

    pool, size = FramePool(2), (320, 240)
    with pytest.raises(ValueError, match="planted"):
        pool.paint(painter(finish, size=size), size)
    whole = np.concatenate(list(painter(size=size).strips(Rect(0, 0, *size), 1)))
    assert np.array_equal(pool.paint(painter(size=size), size), whole)


def test_a_crew_of_nobody_is_refused():
    with pytest.raises(UserError, match="at least 1"):
        FramePool(0)
