"""Results that threads compute ahead come in order, and no more of them than are needed."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from phosphene.jobs.ahead import ahead


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_order(threads: int):
    assert list(ahead(lambda k: k * k, range(40), threads)) == [k * k for k in range(40)]


def test_several_are_computed_at_once():
    both = threading.Barrier(2, timeout=30)
    assert list(ahead(lambda k: both.wait() * 0 + k, range(4), 2)) == [0, 1, 2, 3]


def test_a_caller_that_stops_leaves_the_rest_undone():
    done: list[int] = []
    with closing(ahead(lambda k: done.append(k) or k, range(1000), 3)) as found:
        assert [next(found), next(found)] == [0, 1]
    assert len(done) <= 6


def test_an_error_appears_in_its_turn():
    found = ahead(lambda k: 1 // (2 - k), range(5), 3)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(found)
