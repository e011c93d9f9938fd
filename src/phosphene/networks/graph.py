"""Single nodes and connections, unrolled in time (NEAT: Stanley & Miikkulainen 2002)."""

from __future__ import annotations

import numpy as np

from phosphene.core.limits import require
from phosphene.ir.network import Affine, Join, Step
from phosphene.networks.layers import activate
from phosphene.recipe import GraphNetwork


def graph(network: GraphNetwork) -> list[Step]:
    """The steps of all ticks. A node whose sources have not changed keeps its value, so an acyclic
    graph costs little more than its connections.
    """
    return unrolled(network)[0]


def unrolled(network: GraphNetwork) -> tuple[list[Step], dict[int, int]]:
    """The steps of `graph`, and the vector that holds the last value of each node that is reached;
    under -1, a vector of one 0.
    """
    made = _Unrolled(network)
    reached = set(range(len(network.inputs)))
    connected = {
        n for c in network.connections if c.enabled for n in (c.source, c.target)
    }  # fmt: skip
    for _ in range(network.ticks):
        reached |= {n for n, found in made.incoming.items() if reached & set(found)}
        for node in sorted(reached & set(made.incoming)):
            made.compute(node)
        if connected <= reached:
            break
    made.join(network.output_nodes)
    return made.steps, {**made.vectors, -1: made.still}


class _Unrolled:
    """Steps under construction, and the vector that holds each node's latest value."""

    def __init__(self, network: GraphNetwork):
        self.steps: list[Step] = []
        self.size = 0
        self.network, inputs = network, len(network.inputs)
        self.incoming: dict[int, dict[int, float]] = {}
        for c in network.connections:
            if c.enabled:
                weights = self.incoming.setdefault(c.target, {})
                weights[c.source] = weights.get(c.source, 0.0) + c.weight
        self.vectors = {n: self.add(_row(0, inputs, {n: 1.0})) for n in range(inputs)}
        self.still = self.add(_row(0, inputs, {}))
        self.done: dict[tuple[int, tuple[int, ...]], int] = {}

    def add(self, step: Step) -> int:
        self.steps.append(step)
        self.size += len(step.sources) if isinstance(step, Join) else 3  # as its instructions
        if len(self.steps) % 1024 == 0:  # a cycle repeats in every tick
            require(nodes=self.size)
        return len(self.steps)

    def compute(self, node: int) -> None:
        """Add one unit: the activation of the weighted sum of its computed sources."""
        found = {s: w for s, w in self.incoming[node].items() if s in self.vectors}
        vectors = tuple(self.vectors[s] for s in found)
        if not found:
            self.vectors[node] = self.still
            return
        if (node, vectors) not in self.done:
            joined = self.add(Join(vectors)) if len(found) > 1 else vectors[0]
            at = self.add(_row(joined, len(vectors), dict(enumerate(found.values()))))
            activation = self.network.nodes[node - len(self.network.inputs)]
            if activation != "identity":
                at = self.add(activate(at, activation, 1))
            self.done[(node, vectors)] = at
        self.vectors[node] = self.done[(node, vectors)]

    def join(self, nodes: tuple[int, ...]) -> None:
        self.add(Join(tuple(self.vectors.get(n, self.still) for n in nodes)))


def _row(source: int, inputs: int, weights: dict[int, float]) -> Affine:
    """A step of one unit: the weighted sum of some components of a vector."""
    row = np.zeros((1, inputs))
    for at, weight in weights.items():
        row[0, at] = weight
    return Affine(source, row, np.zeros(1))
