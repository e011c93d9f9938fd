"""Networks whose weights are given rather than drawn: trained, evolved or imported."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from phosphene.recipe.base import Part
from phosphene.recipe.networks import (
    MAX_DEPTH,
    MAX_WIDTH,
    ActivationName,
    Network,
    NetworkBase,
    UnitActivation,
)
from phosphene.recipe.numbers import Numbers
from phosphene.recipe.old_keys import rename_old_keys

MAX_CONNECTIONS = 4096


class Layer(Part):
    """A layer with given weights of shape (units, inputs) and biases of shape (units,).

    `then` sets the input of the next layer: this layer's units ("replace"), this layer's input
    followed by its units ("join"), or their sum ("add"). `shortcut`, of the same shape as the
    weights, is a matrix applied to the input before it is added. `norm` "layer" standardises the
    units of each pixel.
    """

    weights: Numbers
    biases: Numbers | None = None
    activation: ActivationName = "identity"
    then: Literal["replace", "join", "add"] = "replace"
    shortcut: Numbers | None = None
    norm: Literal["none", "layer"] = "none"
    norm_position: Literal["before", "after"] = "before"
    epsilon: Annotated[float, Field(ge=0)] = 1e-5

    @model_validator(mode="before")
    @classmethod
    def _old_keys(cls, data: Any) -> Any:
        return rename_old_keys(cls, data)


class ExplicitNetwork(NetworkBase):
    """A layered network whose weights are given: trained, evolved or imported."""

    kind: Literal["explicit"]
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=MAX_DEPTH)]

    @model_validator(mode="after")
    def _chained(self) -> ExplicitNetwork:
        units = None
        for index, layer in enumerate(self.layers):
            shape = layer.weights.array.shape
            if len(shape) != 2:
                raise ValueError(
                    f"layers[{index}].weights: shape {shape}; expected (units, inputs)"
                )
            if 0 in shape or max(shape) > MAX_WIDTH:
                raise ValueError(
                    f"layers[{index}].weights: shape {shape}; each side must be 1 to {MAX_WIDTH}"
                )
            if units is not None and shape[1] != units:
                raise ValueError(
                    f"layers[{index}].weights: {shape[1]} inputs; "
                    f"the previous layer has {units} units"
                )
            if layer.biases is not None and layer.biases.array.shape != (shape[0],):
                raise ValueError(
                    f"layers[{index}].biases: shape {layer.biases.array.shape}; "
                    f"expected ({shape[0]},)"
                )
            if layer.then == "add" and layer.shortcut is None and shape[0] != shape[1]:
                raise ValueError(
                    f"layers[{index}]: 'add' needs as many units as inputs, or a shortcut"
                )
            if layer.shortcut is not None and layer.shortcut.array.shape != shape:
                raise ValueError(
                    f"layers[{index}].shortcut: shape {layer.shortcut.array.shape}; "
                    f"expected {shape}"
                )
            units = shape[0] + (shape[1] if layer.then == "join" else 0)
        return self

    @property
    def outputs(self) -> int:
        last = self.layers[-1]
        units, inputs = last.weights.array.shape
        return units + (inputs if last.then == "join" else 0)


class Connection(Part):
    """A weighted edge from one node to another. Node numbers start with the inputs, at 0."""

    source: Annotated[int, Field(ge=0)]
    target: Annotated[int, Field(ge=0)]
    weight: float
    enabled: bool = True


class GraphNetwork(NetworkBase):
    """A network of single nodes in any topology, as evolution produces.

    Nodes are numbered: first the inputs, then `nodes`. The value of a node is its activation of the
    weighted sum of its incoming connections (0 if it has none). `output_nodes` are the fields.

    Evaluation runs in ticks. In each tick, every node with a connection from a reached node becomes
    reached; then all reached nodes are computed in the order of their numbers, from the newest
    values. A value that has not been computed yet is 0. Evaluation ends with the tick that reaches
    every connected node, or after `ticks` ticks, so connections may form cycles.
    """

    kind: Literal["graph"]
    nodes: Annotated[tuple[UnitActivation, ...], Field(min_length=1, max_length=MAX_WIDTH)]
    connections: Annotated[tuple[Connection, ...], Field(max_length=MAX_CONNECTIONS)]
    output_nodes: Annotated[tuple[int, ...], Field(min_length=1, max_length=MAX_WIDTH)]
    ticks: Annotated[int, Field(ge=1, le=100)] = 100

    @model_validator(mode="after")
    def _numbered(self) -> GraphNetwork:
        if not all(isinstance(entry, str) for entry in self.inputs):
            raise ValueError("inputs: a graph takes only formula texts, one per input")
        first, end = len(self.inputs), len(self.inputs) + len(self.nodes)
        for index, connection in enumerate(self.connections):
            if connection.source >= end or not first <= connection.target < end:
                raise ValueError(
                    f"connections[{index}]: from {connection.source} to {connection.target}; "
                    f"sources are 0 to {end - 1}, targets {first} to {end - 1}"
                )
        for index, number in enumerate(self.output_nodes):
            if not 0 <= number < end:
                raise ValueError(f"output_nodes[{index}]: {number}; nodes are 0 to {end - 1}")
        return self

    @property
    def outputs(self) -> int:
        return len(self.output_nodes)


_TAGS = {"explicit": "ExplicitNetwork", "graph": "GraphNetwork"}


def _tag(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", value)
    return _TAGS.get(kind, "Network") if isinstance(kind, str) else "Network"


AnyNetwork = Annotated[
    Annotated[Network, Tag("Network")]
    | Annotated[ExplicitNetwork, Tag("ExplicitNetwork")]
    | Annotated[GraphNetwork, Tag("GraphNetwork")],
    Discriminator(_tag),
]
