"""The three networks that are measured, and the arithmetic that a program needs."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from phosphene.ir.operations import OPERATIONS
from phosphene.ir.program import Program
from phosphene.recipe import Recipe

ACTIVATIONS = ("tanh", "sin", "maximum_k", "gauss", "softplus", "sigmoid")  # relu is maximum_k


class Demand(NamedTuple):
    """Work per pixel: multiply-adds of the dense layers, and values by activation."""

    multiply_adds: int
    activations: dict[str, int]


def _recipe(width: int, depth: int, *activations: Any, seed: int | str = 1) -> Recipe:
    """Three inputs, `depth` hidden layers, three outputs as RGB; one sample per pixel."""
    network = {
        "inputs": ["x", "y", "r"],
        "width": width,
        "depth": depth,
        "activations": list(activations),
        "weights": {"gain": [3, 1.6]},
        "biases": {"gain": 0.3},
        "output": "sigmoid",
    }
    finish = {"antialias": "none", "dither": "none"}
    return Recipe(seed=seed, networks={"main": network}, finish=finish)


NETWORKS: dict[str, Recipe] = {
    "N1": _recipe(32, 4, "tanh"),
    "N2": _recipe(100, 4, ["tanh", "sin", "relu", "gauss", "softplus"]),
    "N3": _recipe(25, 9, "tanh"),
}


def like_n1(seed: int | str, width: int) -> Recipe:
    """N1 with another seed and width: a network that is new to this process."""
    return _recipe(width, 4, "tanh", seed=seed)


def demand(program: Program) -> Demand:
    """The work that the roofline counts; copies, coordinates and colour count as overhead."""
    multiply_adds, activations = 0, Counter[str]()
    for operation, _, _, b, _, count, _, _ in program.code.tolist():
        name = OPERATIONS[operation]
        if name == "dense":
            multiply_adds += b * count
        elif name in ACTIVATIONS:
            activations[name] += count
    return Demand(multiply_adds, dict(activations))
