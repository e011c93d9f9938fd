"""neurogram (2015): graphs grown by NEAT, values spreading in ticks.

It sums in float64 and stores in float32.
"""

from __future__ import annotations

from phosphene.core.errors import InputError
from phosphene.recipe import Recipe
from phosphene.systems.explicit import paint
from phosphene.systems.weights import Array, Weights

# What the numbers of its nodes stand for; 0, 1 and 2 are inputs, outputs and the bias.
NODES = {
    1: "identity", 3: "sigmoid", 4: "tanh", 5: "relu", 6: "exp(-0.5*h*h)", 7: "sin", 8: "cos",
    9: "abs", 11: "identity", 13: "square",
}  # fmt: skip
# What becomes of an output, by render mode.
SQUASHES = ("sigmoid(main{0})", "exp(-0.5*main{0}*main{0})", "abs(tanh(main{0}))")


def neurogram(weights: Weights) -> Recipe:
    kinds = [int(kind) for kind in weights.array("nodes", None)]
    links = weights.array("connections", None, 2)
    genome = weights.array("genome", None, 3)
    bias = weights.count("nInput", 3) or 0
    first = bias + 1
    if bias != 3 or kinds[:first] != [0, 0, 0, 2]:
        raise InputError(
            f"array 'nodes': starts {kinds[:4]}; expected three inputs, a bias: 0 0 0 2"
        )
    for kind in kinds[first:]:
        if kind not in NODES:
            raise InputError(f"array 'nodes': kind {kind}; known are {', '.join(map(str, NODES))}")
    span = weights.number("scale", 24.0)
    squash = SQUASHES[_mode(weights)]
    network = {
        "kind": "graph",
        "inputs": ["x", "y", "r", "bias"],
        "nodes": [NODES[kind] for kind in kinds[first:]],
        "connections": [
            _connection(links, int(index), float(weight), bool(active))
            for index, weight, active in genome
        ],
        "output_nodes": [first, first + 1, first + 2],
    }
    return paint(
        network,
        {"rgb": [squash.format(i) for i in range(3)]},
        view={
            "span": span, "origin": "corner", "sampling": "start", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "half_even"},
        precision="f64",
    )  # fmt: skip


def _connection(links: Array, index: int, weight: float, enabled: bool) -> dict[str, object]:
    if not 0 <= index < len(links):
        raise InputError(f"array 'genome': connection {index}; there are {len(links)}")
    source, target = (int(n) for n in links[index])
    return {"source": source, "target": target, "weight": weight, "enabled": enabled}


def _mode(weights: Weights) -> int:
    mode = weights.count("renderMode", 0)
    if mode not in (0, 1, 2):
        raise InputError(f"settings.renderMode: got {mode}; expected 0, 1 or 2")
    return mode
