"""One block repeated: hidden layers after the first share their weights (after RPPN, 2017)."""

from phosphene.networks.layers import Layers


def tied(layers: Layers) -> None:
    at = layers.hidden(layers.start, 0)
    for layer in range(1, layers.network.depth):
        at = layers.hidden(at, layer, drawn_as=1)
    layers.output(at)
