"""What stands in a program's numbers: arrays once, constants shared or each in its own place."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.compiler import build, prepare
from phosphene.engines import get_engine
from phosphene.formula import Tape
from phosphene.ir.assembling import lay_out
from phosphene.ir.entries import Dense
from phosphene.ir.network import Affine
from phosphene.ir.operations import INDEX
from phosphene.ir.program import Program
from phosphene.recipe import Recipe
from phosphene.styles import style

SHADED = {
    "networks": {"main": {"width": 7, "depth": 3, "latent": {"size": 2}}},
    "shading": {"rgb": ["main0 + at(main1, 0.3, 0)", "dx(main2)", "dy(main1)"]},
}


def dense(program: Program) -> np.ndarray:
    return program.code[program.code[:, 0] == INDEX["dense"]]


@pytest.mark.parametrize("shared", [True, False])
def test_weights_of_values_tangents_and_copies_are_stored_once(shared: bool):
    program = prepare(Recipe(seed=4, **SHADED)).program(shared=shared)
    layers = dense(program)
    assert len(layers) == 4 * 4  # values, two tangents, and a shifted copy
    assert len(set(layers[:, 6].tolist())) == 4
    assert len(set(layers[:, 7].tolist())) == 4 + 1


def test_the_zeros_of_all_tangents_are_one_run_as_long_as_the_widest():
    program = prepare(Recipe(seed=4, **SHADED)).program(shared=False)
    starts, uses = np.unique(dense(program)[:, 7], return_counts=True)
    (zeros,) = starts[uses == 8]
    assert not program.numbers[zeros : zeros + 7].any()


def test_silk_has_fewer_than_half_the_numbers_of_its_layers():
    program = prepare(style("silk", seed=0)).program(shared=False)
    layers = dense(program).astype(int)
    written_out = int((layers[:, 5] * (layers[:, 3] + 1)).sum())
    assert len(program.numbers) < 2600 < 4000 < written_out


def test_equal_weights_of_two_steps_are_stored_twice():
    """Only what is one array by its making is one: drawn again, the two may differ."""
    weights, biases = np.eye(3), np.ones(3)
    tape = Tape()
    rows = inputs = tape.block(3)
    for number in range(2):
        data = Dense(Affine(number, weights.copy(), biases.copy()), "main", number)
        rows = tape.emit("dense", tape.block(3), rows, data=data)
    program = lay_out(tape, inputs, [rows.part(i, 1) for i in range(3)]).program("f32")
    assert len(program.numbers) == 2 * (9 + 3) + 1
    found = get_engine("cpu").evaluate(program, np.ones((3, 4), np.float32))
    assert (found == 3).all()


@pytest.mark.parametrize("shared", [True, False])
def test_every_place_in_the_code_is_inside_the_numbers(shared: bool):
    for name in ("silk", "papercut", "prism"):
        program = prepare(style(name, seed=2)).program(shared=shared)
        assert (program.code[:, 6:] >= 0).all()
        assert (program.code[:, 6:] < len(program.numbers)).all()


def test_equal_constants_share_a_place_only_where_asked():
    recipe = Recipe(seed=1, shading={"rgb": ["0.25*x", "0.25*y", "0.25*(x + y)"]})
    prepared = prepare(recipe)
    both = build(recipe), prepared.program(), prepared.program(shared=False)
    assert [int((p.numbers == np.float32(0.25)).sum()) for p in both] == [1, 1, 3]
