"""Programs of one recipe for many z, made by replacing only the biases that depend on z.

Lowering takes milliseconds, copying the numbers microseconds. If z affects more than biases, such
as in a formula that uses z0, the recipe is lowered for every z. Two programs are compared to find
out which case applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import Prepared, latents
from phosphene.compiler.lowering import with_latent
from phosphene.ir.network import Affine, Network
from phosphene.ir.operations import OPERATIONS
from phosphene.ir.program import Program

DENSE = OPERATIONS.index("dense")
Place = tuple[Network, Affine, int]  # a step, and where its biases start in the numbers


class LatentPatcher:
    """Makes programs of a prepared recipe, bit-identical to `prepared.program(z)`."""

    def __init__(self, prepared: Prepared):
        self.prepared, self.z = prepared, latents(prepared.recipe)
        self.places: list[Place] | None = None
        self.first: Program | None = None

    def program(self, z: Mapping[str, float]) -> Program:
        """The program for z, which has a value for every component."""
        if self.first is None:
            self.first = self._find_places()
        if self.places is None:
            return self.prepared.program(z)
        return self._patched(self.first, self.places, z)

    def _find_places(self) -> Program:
        """The program at an arbitrary z, in whose numbers the biases are then searched for."""
        some = {name: 0.1234 + 0.0123 * k for k, name in enumerate(self.z)}
        other = {name: -0.321 + 0.0321 * k for k, name in enumerate(self.z)}
        first = self.prepared.program(some)
        places = self._find(first, some)
        there, made = self.prepared.program(other), self._patched(first, places, other)
        if first.code.tobytes() == there.code.tobytes() and np.array_equal(
            there.numbers, made.numbers, equal_nan=True
        ):
            self.places = places
        return first

    def _find(self, program: Program, z: Mapping[str, float]) -> list[Place]:
        found: list[Place] = []
        dense = program.code[program.code[:, 0] == DENSE]
        for network in self.prepared.networks:
            for step in network.steps:
                if isinstance(step, Affine) and step.latent is not None:
                    biases = _biases(network, step, z, program.numbers.dtype)
                    for at in {int(row[7]) for row in dense if row[5] == len(biases)}:
                        if np.array_equal(program.numbers[at : at + len(biases)], biases):
                            found.append((network, step, at))
        return found

    def _patched(self, program: Program, places: list[Place], z: Mapping[str, float]) -> Program:
        numbers = program.numbers.copy()
        for network, step, at in places:
            biases = _biases(network, step, z, numbers.dtype)
            numbers[at : at + len(biases)] = biases
        return replace(program, numbers=numbers)


def _biases(network: Network, step: Affine, z: Mapping[str, float], kind: Any) -> NDArray[Any]:
    name = network.copy_of or network.name
    fixed = with_latent(step, [z[f"{name}.z{i}"] for i in range(network.latent_size)])
    assert isinstance(fixed, Affine)
    with np.errstate(over="ignore", under="ignore"):
        return fixed.biases.astype(kind)
