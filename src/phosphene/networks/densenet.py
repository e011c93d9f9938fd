"""Each layer sees the inputs and all layers before it (Huang et al. 2016; Huenermann 2017)."""

from phosphene.ir.network import Join
from phosphene.networks.layers import Layers


def densenet(layers: Layers) -> None:
    at = layers.start
    for layer in range(layers.network.depth):
        new = layers.hidden(at, layer)
        at = layers.add(Join((at, new)), layers.widths[at] + layers.network.width)
    layers.output(at)
