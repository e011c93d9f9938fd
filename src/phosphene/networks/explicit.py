"""Given weights: trained, evolved or imported."""

from __future__ import annotations

import numpy as np

from phosphene.ir.network import Across, Add, Affine, Join, Step
from phosphene.networks.layers import activate
from phosphene.recipe import ExplicitNetwork


def explicit(network: ExplicitNetwork) -> list[Step]:
    steps: list[Step] = []
    for layer in network.layers:
        seen = len(steps)
        weights = layer.weights.array.astype(np.float64)
        biases = np.zeros(len(weights)) if layer.biases is None else layer.biases.array
        steps.append(Affine(seen, weights, biases.astype(np.float64)))
        normed = layer.norm == "layer"
        if normed and layer.norm_position == "before":
            steps.append(Across(len(steps), "layer_norm", layer.epsilon))
        if layer.activation != "identity":
            steps.append(activate(len(steps), layer.activation, len(weights)))
        if normed and layer.norm_position == "after":
            steps.append(Across(len(steps), "layer_norm", layer.epsilon))
        new = len(steps)
        if layer.then == "join":
            steps.append(Join((seen, new)))
        elif layer.then == "add":
            if layer.shortcut is not None:
                shortcut = layer.shortcut.array.astype(np.float64)
                steps.append(Affine(seen, shortcut, np.zeros(len(shortcut))))
                seen = len(steps)
            steps.append(Add(seen, new))
    return steps
