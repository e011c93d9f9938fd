"""Architectures: how the layers of a generated network are connected.

The function NAME in `phosphene.networks.NAME` adds the layers.
"""

from __future__ import annotations

ARCHITECTURES: dict[str, str] = {
    "mlp": "layers one after the other",
    "tied": "one block repeated: hidden layers after the first share their weights (RPPN 2017)",
    "residual": "each layer adds to the one before: (h + f(h)) * residual_scale (He et al. 2015)",
    "densenet": "each layer sees the inputs and all layers before it (Huang et al. 2016)",
    "skip": "each layer sees the layer before it and the inputs again (as in NeRF, 2020)",
}

# Networks that are not generated: the recipe holds their numbers.
FIXED: dict[str, str] = {
    "explicit": "given weights: trained, evolved or imported",
    "graph": "given nodes and connections, evaluated in ticks",
}
