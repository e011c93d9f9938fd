"""What the architectures share: drawn layers, and activations with their norm."""

from __future__ import annotations

import numpy as np

from phosphene.catalogue.activations import ACROSS
from phosphene.catalogue.weights import WEIGHTS
from phosphene.program import Across, Activate, Affine, Standardise, Step
from phosphene.recipe import Generated, RandomActivations
from phosphene.rng import Seed, Stream


class Layers:
    """Steps under construction. Methods add steps and give the index of the new vector.

    Streams are named by the layer, so a deeper network keeps its earlier layers; rows of draws
    belong to units, so a wider one keeps its earlier units.
    """

    def __init__(self, name: str, network: Generated, inputs: int, seed: Seed):
        self.name, self.network, self.seed = name, network, seed
        self.steps: list[Step] = []
        self.widths = [inputs]

    def stream(self, purpose: str, seed: Seed | None = None) -> Stream:
        return Stream(self.seed if seed is None else seed, f"{self.name}/{purpose}")

    def add(self, step: Step, width: int) -> int:
        self.steps.append(step)
        self.widths.append(width)
        return len(self.steps)

    def hidden(self, source: int, layer: int, *, drawn_as: int | None = None) -> int:
        """A hidden layer of the recipe's width: affine, norm, activation.

        `drawn_as` names the layer whose draws it repeats (tied blocks).
        """
        network = self.network
        label = f"hidden.{layer if drawn_as is None else drawn_as}"
        norm = network.norm if network.norm_position == "before" else "none"
        gain = _per_layer(network.weights.gain, layer)
        at = self.affine(source, network.width, label, layer, gain, norm)
        if norm == "layer":
            at = self.add(Across(at, "layer_norm"), network.width)
        at = self.activation(at, layer)
        if network.norm_position == "after" and network.norm == "layer":
            at = self.add(Across(at, "layer_norm"), network.width)
        if network.norm_position == "after" and network.norm == "batch":
            at = self.add(Standardise(at), network.width)
        return at

    def output(self, source: int) -> int:
        """The output layer: spread 1 and no bias where units are frozen, else like a hidden one."""
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
        network, inputs = self.network, self.widths[source]
        draws = self.stream(f"weights/{label}", network.weights.seed).table(units, inputs)
        fan_in = inputs if network.weights.fan_in else None
        weights = WEIGHTS[network.weights.kind].formula(draws, fan_in, units, layer)
        frozen = norm == "frozen"
        step = Affine(
            source,
            weights if frozen else weights * gain,
            self.biases(units, label) * (gain if frozen and label != "output" else 1.0)
            * (0.0 if frozen and label == "output" else 1.0),
            self.latent(units, gain) if layer == 0 else None,
            norm if norm in ("frozen", "batch") else None,
            gain,
        )  # fmt: skip
        return self.add(step, units)

    def biases(self, units: int, label: str) -> np.ndarray:
        kind, gain = self.network.biases.kind, self.network.biases.gain
        stream = self.stream(f"biases/{label}", self.network.weights.seed)
        match kind:
            case "normal":
                return stream.normal(units) * gain
            case "uniform":
                return stream.uniform(units, -1.0, 1.0) * gain
            case "constant":
                return np.full(units, gain)
        return np.zeros(units)

    def latent(self, units: int, gain: float) -> np.ndarray | None:
        latent = self.network.latent
        if latent.size == 0 or latent.inject != "add":
            return None
        draws = self.stream("weights/latent", self.network.weights.seed).table(units, latent.size)
        return WEIGHTS["normal"].formula(draws, None, units, 0) * (gain * latent.gain)

    def activation(self, source: int, layer: int) -> int:
        width, choice = self.widths[source], self.network.activations
        if isinstance(choice, RandomActivations):
            return self.add(Activate(source, self._random_runs(choice, layer, width)), width)
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

    def _random_runs(
        self, choice: RandomActivations, layer: int, width: int
    ) -> tuple[tuple[str, int, int], ...]:
        if choice.random == "once":
            picks = self.stream("activation").pick(1, len(choice.of)).repeat(width)
        else:
            stream = self.stream(f"activation/hidden.{layer}")
            picks = stream.pick(width if choice.random == "unit" else 1, len(choice.of))
            picks = picks if choice.random == "unit" else picks.repeat(width)
        runs: list[tuple[str, int, int]] = []
        for unit, pick in enumerate(picks):
            name = choice.of[pick]
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1], runs[-1][2] + 1)
            else:
                runs.append((name, unit, 1))
        return tuple(runs)


def activate(source: int, name: str, width: int) -> Step:
    return Across(source, name) if name in ACROSS else Activate(source, ((name, 0, width),))


def _per_layer(values: tuple[float, ...], layer: int) -> float:
    return values[min(layer, len(values) - 1)]
