"""neurogram (2015): graphs of single nodes, grown by NEAT, with values propagated in ticks.

A seed's graph is grown at random, without selection. The program sums in float64 and stores in
float32.
"""

from __future__ import annotations

from typing import Any

from phosphene.core import rng
from phosphene.core.errors import InputError
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.recipe.dials import Dials, choose, within
from phosphene.systems.loading import plain_recipe
from phosphene.systems.weights import Array, Weights

INPUTS = ("x", "y", "r", "bias")
FIRST, DUMMY = 4, 7  # the first output; the node between inputs and outputs
GROWN = ("sigmoid", "tanh", "relu", "exp(-0.5*h*h)", "sin", "cos", "identity")
# mode: (formula for an output, probability that a seed picks it)
MODES: dict[str, tuple[str, float]] = {
    "sigmoid": ("sigmoid(main{c})", 1 / 2),
    "gaussian": ("exp(-0.5*main{c}*main{c})", 1 / 3),
    "abs_tanh": ("abs(tanh(main{c}))", 1 / 6),
}

NEUROGRAM: Dials = {
    "rounds": (8, "growth steps: each adds a node with probability 1/2, a connection with 1/2"),
    "mode": ("drawn", f"one of {', '.join(MODES)}, or drawn (random)"),
}


def neurogram(seed: Seed, *, rounds: int, mode: str) -> Recipe:
    """x runs down and y across from -12; the longer side is not centred."""
    choose("mode", mode, [*MODES, "drawn"])
    within("rounds", rounds, 0, 200)
    stream = Stream(seed, "style/neurogram")
    if mode == "drawn":
        pick = stream.child("mode").uniform(1)[0]
        mode = "sigmoid" if pick < 1 / 2 else "gaussian" if pick < 5 / 6 else "abs_tanh"
    nodes, weights = ["identity"] * 4, _first(stream)
    disabled: set[tuple[int, int]] = set()
    for k in range(rounds):
        draw = stream.child(f"round.{k}").uniform(7)
        if draw[0] < 0.5:
            _split(nodes, weights, disabled, float(draw[1]), GROWN[int(draw[2] * len(GROWN))])
        if draw[3] < 0.5:
            _connect(nodes, weights, disabled, draw[4:])
    connections = [
        {"source": a, "target": b, "weight": round(w, 4), "enabled": (a, b) not in disabled}
        for (a, b), w in weights.items()
    ]
    return Recipe(
        seed=seed,
        style="neurogram",
        networks={
            "main": {
                "kind": "graph",
                "inputs": INPUTS,
                "nodes": nodes,
                "connections": connections,
                "output_nodes": [FIRST, FIRST + 1, FIRST + 2],
            }
        },
        shading={"rgb": [MODES[mode][0].format(c=c) for c in range(3)]},
        view={"span": 24.0, "origin": "corner", "sampling": "start", "axes": "yx"},
        finish={"rounding": "half_even"},
    )


Links = dict[tuple[int, int], float]


def _first(stream: Stream) -> Links:
    """Connections of every input to one hidden node, and of that node to every output."""
    drawn = stream.child("first").normal(len(INPUTS))
    weights: Links = {(i, DUMMY): float(w) for i, w in enumerate(drawn)}
    return weights | {(DUMMY, FIRST + c): 1.0 for c in range(3)}


def _split(
    nodes: list[str], weights: Links, disabled: set[tuple[int, int]], place: float, kind: str
) -> None:
    """Add a node in the middle of a connection."""
    enabled = [link for link in weights if link not in disabled]
    source, target = enabled[int(place * len(enabled))]
    new = FIRST + len(nodes)
    nodes.append(kind)
    weights[source, new], weights[new, target] = 1.0, weights[source, target]
    disabled.add((source, target))


def _connect(nodes: list[str], weights: Links, disabled: set[tuple[int, int]], draw: Any) -> None:
    """Connect two random nodes, not from an output or to an input; or enable their connection."""
    hidden = range(DUMMY, FIRST + len(nodes))
    sources, targets = [*range(FIRST), *hidden], [*range(FIRST, DUMMY), *hidden]
    link = sources[int(draw[0] * len(sources))], targets[int(draw[1] * len(targets))]
    if link[0] == link[1]:
        return
    if link in weights:
        disabled.discard(link)
    else:
        weights[link] = float(rng.normal_quantile(draw[2:3])[0])


# Activations by the program's numbers of nodes; 0, 1 and 2 are inputs, outputs and the bias.
KINDS = {
    1: "identity", 3: "sigmoid", 4: "tanh", 5: "relu", 6: "exp(-0.5*h*h)", 7: "sin", 8: "cos",
    9: "abs", 11: "identity", 13: "square",
}  # fmt: skip
# The formula for an output, by render mode.
SQUASHES = ("sigmoid(main{0})", "exp(-0.5*main{0}*main{0})", "abs(tanh(main{0}))")


def load_neurogram(weights: Weights) -> Recipe:
    kinds = [int(kind) for kind in weights.array("nodes", None)]
    links = weights.array("connections", None, 2)
    genome = weights.array("genome", None, 3)
    bias = weights.count("nInput", 3) or 0
    first = bias + 1
    if bias != 3 or kinds[:first] != [0, 0, 0, 2]:
        raise InputError(f"array 'nodes': starts with {kinds[:4]}; expected 0 0 0 2")
    for kind in kinds[first:]:
        if kind not in KINDS:
            raise InputError(
                f"array 'nodes': unknown kind {kind}; known: {', '.join(map(str, KINDS))}"
            )
    span = weights.number("scale", 24.0)
    squash = SQUASHES[_stored_mode(weights)]
    network = {
        "kind": "graph",
        "inputs": ["x", "y", "r", "bias"],
        "nodes": [KINDS[kind] for kind in kinds[first:]],
        "connections": [
            _stored_connection(links, int(index), float(weight), bool(active))
            for index, weight, active in genome
        ],
        "output_nodes": [first, first + 1, first + 2],
    }
    return plain_recipe(
        network,
        {"rgb": [squash.format(i) for i in range(3)]},
        view={
            "span": span, "origin": "corner", "sampling": "start", "axes": "yx", "positions": "f32",
        },
        finish={"rounding": "half_even"},
        precision="f64",
    )  # fmt: skip


def _stored_connection(links: Array, index: int, weight: float, enabled: bool) -> dict[str, object]:
    if not 0 <= index < len(links):
        raise InputError(f"array 'genome': got connection {index}; there are {len(links)}")
    source, target = (int(n) for n in links[index])
    return {"source": source, "target": target, "weight": weight, "enabled": enabled}


def _stored_mode(weights: Weights) -> int:
    mode = weights.count("renderMode", 0)
    if mode not in (0, 1, 2):
        raise InputError(f"settings.renderMode: got {mode}; expected 0, 1 or 2")
    return mode
