"""The memory that probes use again and again never lets one value be seen in place of another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import phosphene as ph
from phosphene.colour.gamut import inside_srgb
from phosphene.compiler import build
from phosphene.compiler.arena import MAX_NUMBERS, Arena

NAMES = ("silk", "agate", "prism", "nebula")


def test_taken_arrays_are_valid_until_the_arena_is_cleared():
    arena = Arena()
    taken = [arena.take(rows, 100) for rows in (1, 3, 2, 50, 7)]  # it has to grow on the way
    for k, array in enumerate(taken):
        array[:] = k
    for k, array in enumerate(taken):
        assert (array == k).all()


def test_a_cleared_arena_is_used_again():
    arena = Arena()
    arena.take(4, 100)
    arena.clear()
    first = arena.take(3, 100)
    arena.clear()
    assert np.shares_memory(arena.take(3, 100), first)


def test_the_last_rows_are_given_back_and_the_others_are_kept():
    arena = Arena()
    arena.take(20, 100)
    arena.clear()
    taken = arena.take(5, 100)
    arena.give_back(taken[3:])
    after = arena.take(2, 100)
    assert np.shares_memory(after, taken[3:]) and not np.shares_memory(after, taken[:3])


def test_an_array_too_large_for_the_arena_has_its_own_memory():
    arena = Arena()
    small = arena.take(1, 100)
    large = arena.take(2, MAX_NUMBERS // 2 + 1)
    arena.give_back(large[1:])
    assert not np.shares_memory(arena.take(1, 50), small)
    assert len(arena.memory) <= MAX_NUMBERS


def test_programs_do_not_depend_on_what_is_built_before_or_concurrently():
    recipes = [ph.style(name, seed=seed) for name in NAMES for seed in (1, 2)]
    alone = [build(recipe).digest for recipe in recipes]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda recipe: build(recipe).digest, recipes[::-1]))
    assert beside[::-1] == alone


def test_a_colour_goes_inside_srgb_in_the_same_way_alone_and_among_others():
    places = np.random.default_rng(1).uniform((-0.1, -0.3, -0.3), (1.1, 0.3, 0.3), (300, 3))
    together = inside_srgb(places)
    alone = np.concatenate([inside_srgb(place[None]) for place in places])
    assert together.tobytes() == alone.tobytes()
    assert 10 < np.count_nonzero((together[:, 1:] == places[:, 1:]).all(axis=1)) < 290
