"""Sources of random weights: named streams, or NumPy's legacy generator."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from phosphene.catalogue.weights import WEIGHTS
from phosphene.core.errors import RecipeError
from phosphene.core.rng import AnySeed, Stream, normal_quantile
from phosphene.recipe import Network

Array = NDArray[np.float64]


# Draws from N(0, 1): those of a stream's table of so many rows and columns.
Normal = Callable[[Stream, int, int], Array]


def plain_normal(stream: Stream, rows: int, columns: int) -> Array:
    return normal_quantile(stream.table(rows, columns))


class NamedDraws:
    """Each layer has its own streams, so additions elsewhere do not change its numbers."""

    def __init__(self, name: str, network: Network, seed: AnySeed, normal: Normal = plain_normal):
        self.name, self.network, self.seed, self.normal = name, network, seed, normal
        self.weight_seed = seed if network.weights.seed is None else network.weights.seed

    def weights(self, label: str, units: int, inputs: int, layer: int) -> Array:
        """Weights of shape (units, inputs), before any gain."""
        stream = Stream(self.weight_seed, f"{self.name}/weights/{label}")
        fan_in = inputs if self.network.weights.fan_in else None
        if self.network.weights.kind == "normal":
            drawn = self.normal(stream, units, inputs)
            return drawn if fan_in is None else drawn * (1.0 / math.sqrt(fan_in))
        draws = stream.table(units, inputs)
        return WEIGHTS[self.network.weights.kind].formula(draws, fan_in, units, layer)

    def biases(self, label: str, units: int) -> Array:
        kind, gain = self.network.biases.kind, self.network.biases.gain
        stream = Stream(self.weight_seed, f"{self.name}/biases/{label}")
        match kind:
            case "normal":
                return self.normal(stream, 1, units)[0] * gain
            case "uniform":
                return stream.uniform(units, -1.0, 1.0) * gain
            case "constant":
                return np.full(units, gain)
        return np.zeros(units)

    def latent(self, units: int, size: int) -> Array:
        """The projection of z, shape (units, size), from N(0, 1)."""
        return self.normal(Stream(self.weight_seed, f"{self.name}/weights/latent"), units, size)

    def picks(self, label: str, count: int, choices: int) -> NDArray[np.int64]:
        return Stream(self.seed, f"{self.name}/activation{label}").pick(count, choices)

    def scaled(self, drawn: Array, gain: float) -> Array:
        return drawn * gain


class SequentialDraws(NamedDraws):
    """NumPy's RandomState, in the order in which neural-painter creates layers.

    Weights are N(0, 1) of shape (inputs, units), then biases, then the choice of an activation; a
    layer that is reused keeps its numbers.
    """

    def __init__(self, name: str, network: Network, seed: AnySeed, normal: Normal = plain_normal):
        super().__init__(name, network, seed, normal)
        chosen = self.weight_seed
        if not isinstance(chosen, int) or not 0 <= chosen < 2**32:
            raise RecipeError(
                f"got {chosen!r}; numpy_randomstate takes whole numbers from 0 to 4294967295",
                argument="seed",
            )
        self.generator = np.random.RandomState(chosen)
        self.drawn: dict[str, Array] = {}

    def weights(self, label: str, units: int, inputs: int, layer: int) -> Array:
        if f"weights {label}" not in self.drawn:
            drawn = self.generator.randn(inputs, units).T
            self.drawn[f"weights {label}"] = np.ascontiguousarray(drawn)
        return self.drawn[f"weights {label}"]

    def biases(self, label: str, units: int) -> Array:
        if self.network.biases.kind != "normal":
            return super().biases(label, units)
        if f"biases {label}" not in self.drawn:
            self.drawn[f"biases {label}"] = self.generator.randn(units) * self.network.biases.gain
        return self.drawn[f"biases {label}"]

    def picks(self, label: str, count: int, choices: int) -> NDArray[np.int64]:
        return np.array([self.generator.choice(choices) for _ in range(count)])


class Undrawn(NamedDraws):
    """Zeros that take no memory, for a network whose shape alone is of interest. `costs` are those
    of the activations to pick from: the picks are the most expensive one and its runner-up in turn,
    since which ones the seed picks is not known.
    """

    def __init__(self, name: str, network: Network, costs: Sequence[float] = ()):
        super().__init__(name, network, 0)
        self.order = np.argsort(-np.array(costs), kind="stable")

    def weights(self, label: str, units: int, inputs: int, layer: int) -> Array:
        return np.broadcast_to(0.0, (units, inputs))

    def biases(self, label: str, units: int) -> Array:
        return np.broadcast_to(0.0, units)

    def latent(self, units: int, size: int) -> Array:
        return np.broadcast_to(0.0, (units, size))

    def picks(self, label: str, count: int, choices: int) -> NDArray[np.int64]:
        return self.order[np.arange(count) % min(2, choices)]

    def scaled(self, drawn: Array, gain: float) -> Array:
        return drawn


# By their names in a recipe's `weights.draws`.
DRAWS = {"named": NamedDraws, "numpy_randomstate": SequentialDraws}
