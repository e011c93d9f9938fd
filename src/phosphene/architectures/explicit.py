"""Given weights: trained, evolved or imported."""

from __future__ import annotations

import numpy as np

from phosphene.architectures.layers import activate
from phosphene.program import Affine, Step
from phosphene.recipe import Explicit


def explicit(network: Explicit) -> list[Step]:
    steps: list[Step] = []
    for layer in network.layers:
        weights = layer.weights.array.astype(np.float64)
        biases = np.zeros(len(weights)) if layer.biases is None else layer.biases.array
        steps.append(Affine(len(steps), weights, biases.astype(np.float64)))
        if layer.activation != "identity":
            steps.append(activate(len(steps), layer.activation, len(weights)))
    return steps
