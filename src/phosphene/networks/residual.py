"""Each layer adds to its input: h = (h + f(h)) * residual_scale (He et al. 2015)."""

from phosphene.ir.network import Add
from phosphene.networks.layers import Layers


def residual(layers: Layers) -> None:
    at = layers.hidden(layers.start, 0)
    for layer in range(1, layers.network.depth):
        step = Add(at, layers.hidden(at, layer), layers.network.residual_scale)
        at = layers.add(step, layers.network.width)
    layers.output(at)
