"""Each layer sees the layer before it and the inputs again (as in NeRF, 2020)."""

from phosphene.ir.network import Join
from phosphene.networks.layers import Layers


def skip(layers: Layers) -> None:
    at = layers.start
    for layer in range(layers.network.depth):
        new = layers.hidden(at, layer)
        at = layers.add(
            Join((new, layers.start)), layers.network.width + layers.widths[layers.start]
        )
    layers.output(at)
