"""Where blocks of rows get their place: first fit, written down once more the slow way."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.formula import Rows, Tape
from phosphene.ir.assembling import assemble
from phosphene.ir.operations import OPERATIONS


def random_tape(seed, count):
    """A tape of additions over blocks of 1 to 6 rows; and the blocks that each operation reads."""
    random, tape = np.random.default_rng(seed), Tape()
    inputs = tape.block(2)
    made, reads = [inputs], []
    for _ in range(count):
        chosen = [made[k] for k in random.integers(max(0, len(made) - 12), len(made), 2)]
        size = int(random.integers(1, 7))
        parts = [Rows(b.block, 0, 1) for b in chosen]
        made.append(tape.emit("add", tape.block(size), *parts))
        reads.append([b.block for b in chosen])
    return tape, inputs, made, reads


def slow_places(tape, inputs, made, reads, finals):
    """Row by row: the lowest run of rows that no living block has."""
    last = {b.block: at for at, b in enumerate(made[1:])}
    for at, blocks in enumerate(reads):
        last.update(dict.fromkeys(blocks, at))
    last |= {b.block: len(reads) for b in (inputs, *finals)}
    owner, places = dict.fromkeys(range(tape.blocks[inputs.block]), inputs.block), {}
    for at, target in enumerate(made[1:]):
        size, start = tape.blocks[target.block], 0
        while any(row in owner for row in range(start, start + size)):
            start += 1
        owner |= dict.fromkeys(range(start, start + size), target.block)
        places[target.block] = start
        owner = {row: block for row, block in owner.items() if last[block] > at}
    return places


@pytest.mark.parametrize("seed", range(8))
def test_a_block_takes_the_lowest_rows_that_no_living_block_has(seed):
    tape, inputs, made, reads = random_tape(seed, 60)
    finals = made[-40:]
    program = assemble(tape, inputs, [Rows(b.block, 0, 1) for b in finals], "f32")
    needed = {b.block for b in finals}
    for target, blocks in zip(reversed(made[1:]), reversed(reads), strict=True):
        needed |= set(blocks) if target.block in needed else set()
    kept = [k for k, b in enumerate(made[1:]) if b.block in needed]
    made = [inputs, *(made[1:][k] for k in kept)]
    reads = [reads[k] for k in kept]
    wanted = slow_places(tape, inputs, made, reads, finals)
    assert (program.code[:, 0] == OPERATIONS.index("add")).all()
    assert program.code[:, 1].tolist() == [wanted[b.block] for b in made[1:]]
    assert program.rows == max(wanted[b.block] + tape.blocks[b.block] for b in made[1:])
