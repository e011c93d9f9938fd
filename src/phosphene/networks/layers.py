"""What the architectures share: generated layers, and activations with their norm."""

from __future__ import annotations

import numpy as np

from phosphene.catalogue.activations import ACROSS
from phosphene.core.limits import check_time
from phosphene.core.rng import AnySeed
from phosphene.ir.network import Across, Activate, Affine, Standardise, Step
from phosphene.networks.weight_sources import DRAWS, NamedDraws, Normal, plain_normal
from phosphene.recipe import Network, RandomActivations


class Layers:
    """Steps under construction. Methods add steps and return the index of the new vector.

    Streams are named by layer, so a deeper network keeps its earlier layers; each unit has its own
    row of random numbers, so a wider network keeps its earlier units.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        inputs: int,
        seed: AnySeed,
        normal: Normal = plain_normal,
        draws: NamedDraws | None = None,
    ):
        self.network = network
        self.steps: list[Step] = []
        self.widths = [inputs]
        self.draws = draws or DRAWS[network.weights.draws](name, network, seed, normal)
        self.start = 0
        if network.standardise != "none":
            self.start = self.add(Standardise(0, network.standardise == "together"), inputs)
        # The activation of the whole network, if one is drawn for all layers.
        self.choice: int | None = None
        choice = network.activations
        if isinstance(choice, RandomActivations) and choice.random == "once":
            self.choice = int(self.draws.picks("", 1, len(choice.of))[0])

    def add(self, step: Step, width: int) -> int:
        self.steps.append(step)
        self.widths.append(width)
        return len(self.steps)

    def hidden(self, source: int, layer: int, *, drawn_as: int | None = None) -> int:
        """A hidden layer of the recipe's width: affine, norm, activation.

        `drawn_as` is the layer whose random numbers it repeats (tied blocks).
        """
        network = self.network
        label = f"hidden.{layer if drawn_as is None else drawn_as}"
        norm = network.norm if network.norm_position == "before" else "none"
        gain = _per_layer(network.weights.gain, layer)
        at = self.affine(source, network.width, label, layer, gain, norm)
        if norm == "layer":
            at = self.add(Across(at, "layer_norm", network.epsilon), network.width)
        at = self.activation(at, layer)
        if network.norm_position == "after" and network.norm == "layer":
            at = self.add(Across(at, "layer_norm", network.epsilon), network.width)
        if network.norm_position == "after" and network.norm == "batch":
            at = self.add(Standardise(at), network.width)
        return at

    def output(self, source: int) -> int:
        """The output layer: standard deviation 1 and no bias if norms are frozen, else like a
        hidden layer.
        """
        network = self.network
        frozen = network.norm == "frozen"
        gain = 1.0 if frozen else _per_layer(network.weights.gain, network.depth)
        at = self.affine(
            source, network.outputs, "output", network.depth, gain, "frozen" if frozen else "none"
        )
        if network.output == "identity":
            return at
        return self.add(activate(at, network.output, network.outputs), network.outputs)

    def affine(
        self, source: int, units: int, label: str, layer: int, gain: float, norm: str
    ) -> int:
        """Add weights and biases. If the norm is frozen, `gain` is applied when it is measured, and
        the output layer has no bias.
        """
        check_time()
        weights = self.draws.weights(label, units, self.widths[source], layer)
        biases = self.draws.biases(label, units)
        if norm == "frozen":
            biases = np.zeros(units) if label == "output" else self.draws.scaled(biases, gain)
        else:
            weights = self.draws.scaled(weights, gain)
        latent = self.latent(units, gain) if layer == 0 else None
        measured = norm if norm in ("frozen", "batch") else None
        return self.add(Affine(source, weights, biases, latent, measured, gain), units)

    def latent(self, units: int, gain: float) -> np.ndarray | None:
        latent = self.network.latent
        if latent.size == 0 or latent.inject != "add":
            return None
        return self.draws.scaled(self.draws.latent(units, latent.size), gain * latent.gain)

    def activation(self, source: int, layer: int) -> int:
        width, choice = self.widths[source], self.network.activations
        if isinstance(choice, RandomActivations):
            return self.add(self._random(source, choice, layer, width), width)
        entry = choice[min(layer, len(choice) - 1)]
        if isinstance(entry, str):
            return self.add(activate(source, entry, width), width)
        edges = [width * i // len(entry) for i in range(len(entry) + 1)]
        runs = tuple(
            (name, edges[i], edges[i + 1] - edges[i])
            for i, name in enumerate(entry)
            if edges[i + 1] > edges[i]
        )
        return self.add(Activate(source, runs), width)

    def _random(self, source: int, choice: RandomActivations, layer: int, width: int) -> Step:
        if choice.random != "unit":
            pick = self.choice
            if pick is None:
                pick = int(self.draws.picks(f"/hidden.{layer}", 1, len(choice.of))[0])
            return activate(source, choice.of[pick], width)
        runs: list[tuple[str, int, int]] = []
        for unit, pick in enumerate(self.draws.picks(f"/hidden.{layer}", width, len(choice.of))):
            name = choice.of[pick]
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1], runs[-1][2] + 1)
            else:
                runs.append((name, unit, 1))
        return Activate(source, tuple(runs))


def activate(source: int, name: str, width: int) -> Step:
    return Across(source, name) if name in ACROSS else Activate(source, ((name, 0, width),))


def _per_layer(values: tuple[float, ...], layer: int) -> float:
    return values[min(layer, len(values) - 1)]
