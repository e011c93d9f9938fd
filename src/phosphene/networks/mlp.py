"""Layers one after the other."""

from phosphene.networks.layers import Layers


def mlp(layers: Layers) -> None:
    at = layers.start
    for layer in range(layers.network.depth):
        at = layers.hidden(at, layer)
    layers.output(at)
