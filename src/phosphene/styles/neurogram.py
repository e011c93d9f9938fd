"""neurogram: graphs of single nodes, grown at random as they are before anyone has chosen."""

from __future__ import annotations

from typing import Any

from phosphene.core import rng
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import Recipe
from phosphene.styles.dials import Dials, choose, within

INPUTS = ("x", "y", "r", "bias")
FIRST, DUMMY = 4, 7  # the first output; the node between inputs and outputs
GROWN = ("sigmoid", "tanh", "relu", "exp(-0.5*h*h)", "sin", "cos", "identity")
# mode: (what becomes of an output, how often a seed picks it)
MODES: dict[str, tuple[str, float]] = {
    "sigmoid": ("sigmoid(main{c})", 1 / 2),
    "gaussian": ("exp(-0.5*main{c}*main{c})", 1 / 3),
    "abs_tanh": ("abs(tanh(main{c}))", 1 / 6),
}

NEUROGRAM: Dials = {
    "rounds": (8, "chances to grow: each half a node, half a connection"),
    "mode": ("drawn", f"one of {', '.join(MODES)}, or drawn"),
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


Weights = dict[tuple[int, int], float]


def _first(stream: Stream) -> Weights:
    """Every input to the one hidden node, and that to every output."""
    drawn = stream.child("first").normal(len(INPUTS))
    weights: Weights = {(i, DUMMY): float(w) for i, w in enumerate(drawn)}
    return weights | {(DUMMY, FIRST + c): 1.0 for c in range(3)}


def _split(
    nodes: list[str], weights: Weights, disabled: set[tuple[int, int]], place: float, kind: str
) -> None:
    """A new node in the middle of a connection."""
    enabled = [link for link in weights if link not in disabled]
    source, target = enabled[int(place * len(enabled))]
    new = FIRST + len(nodes)
    nodes.append(kind)
    weights[source, new], weights[new, target] = 1.0, weights[source, target]
    disabled.add((source, target))


def _connect(nodes: list[str], weights: Weights, disabled: set[tuple[int, int]], draw: Any) -> None:
    """A connection between any two nodes, from no output and to no input; an old one is enabled."""
    hidden = range(DUMMY, FIRST + len(nodes))
    sources, targets = [*range(FIRST), *hidden], [*range(FIRST, DUMMY), *hidden]
    link = sources[int(draw[0] * len(sources))], targets[int(draw[1] * len(targets))]
    if link[0] == link[1]:
        return
    if link in weights:
        disabled.discard(link)
    else:
        weights[link] = float(rng.normal_quantile(draw[2:3])[0])
