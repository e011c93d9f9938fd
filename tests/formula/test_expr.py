"""Expressions: equal ones are one object, in all threads."""

from __future__ import annotations

import gc
import sys
import threading

import pytest

from phosphene.formula import Expr, expr, var

THREADS, NODES = 6, 3000


def made_at_once() -> list[list[Expr]]:
    """The same nodes made by several threads side by side."""
    start = threading.Barrier(THREADS)
    made: list[list[Expr]] = [[] for _ in range(THREADS)]

    def work(mine: list[Expr]) -> None:
        start.wait()
        for k in range(NODES):
            mine.append(expr.node("power", (var("x"), var(f"v{k % 97}")), k))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def duplicates(made: list[list[Expr]]) -> int:
    return sum(len({id(e) for e in same}) - 1 for same in zip(*made, strict=True))


@pytest.fixture
def switching():
    """Threads take turns as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_that_make_the_same_nodes_share_them(switching: None):
    assert sum(duplicates(made_at_once()) for _ in range(5)) == 0


def test_a_duplicate_is_counted():
    """Planted: the other node is made while its twin is out of the table."""
    key = ("twin", (), None)
    first = expr.node(*key)
    kept = expr._interned.pop(key)
    second = expr.node(*key)
    expr._interned[key] = kept
    assert duplicates([[first, first], [first, second]]) == 1


def test_an_unreferenced_node_leaves_the_table():
    key = ("alone", (), 7)
    made = expr.node(*key)
    assert key in expr._interned
    del made
    gc.collect()
    assert key not in expr._interned
