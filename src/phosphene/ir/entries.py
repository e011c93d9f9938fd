"""The entries of a program's numbers: weights, biases, zeros, tables, and single numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from phosphene.formula import Table
from phosphene.ir.network import Affine, Floats


class Dense(NamedTuple):
    """The operands of a dense operation: the numbers of step `number` of the network `owner`.

    `joined`: z is in rows after the inputs; otherwise the fixed `z` is part of the biases. `still`:
    the operation computes a tangent, which has no biases.
    """

    step: Affine
    owner: str = ""
    number: int = -1
    joined: bool = False
    still: bool = False
    z: tuple[float, ...] = ()

    @property
    def weights(self) -> Weights:
        return Weights(self.step, self.owner, self.number, self.joined and not self.still)

    @property
    def biases(self) -> Biases | Zeros:
        if self.still:
            return Zeros(len(self.step.biases))
        return Biases(self.step, self.owner, self.number, self.z)


class Weights(NamedTuple):
    """The weights of a step; if `joined`, followed in each row by the weights of z."""

    step: Affine
    owner: str
    number: int
    joined: bool

    @property
    def size(self) -> int:
        latent = self.step.latent if self.joined else None
        return self.step.weights.size + (0 if latent is None else latent.size)

    def values(self) -> Floats:
        latent = self.step.latent if self.joined else None
        return self.step.weights if latent is None else np.hstack([self.step.weights, latent])


class Biases(NamedTuple):
    """The biases of a step, with the contribution of a fixed z added."""

    step: Affine
    owner: str
    number: int
    z: tuple[float, ...]

    @property
    def size(self) -> int:
        return len(self.step.biases)

    def values(self) -> Floats:
        biases, latent = self.step.biases, self.step.latent
        if latent is not None:
            for i, value in enumerate(self.z):
                biases = biases + latent[:, i] * value
        return biases


class Zeros(NamedTuple):
    """Zeros in place of the biases of tangents."""

    size: int


Entry = float | Weights | Biases | Zeros | Table
