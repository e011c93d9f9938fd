"""From recipes of networks to network steps: one file per architecture in
`catalogue.architectures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from phosphene.core.errors import RecipeError
from phosphene.core.rng import AnySeed
from phosphene.formula import Expr
from phosphene.ir.network import Network
from phosphene.networks.explicit import explicit
from phosphene.networks.graph import graph
from phosphene.networks.inputs import Number as Number
from phosphene.networks.inputs import as_written as as_written
from phosphene.networks.inputs import charts as charts
from phosphene.networks.inputs import form_of_inputs as form_of_inputs
from phosphene.networks.inputs import input_formulas as input_formulas
from phosphene.networks.inputs import input_numbers as input_numbers
from phosphene.networks.inputs import latent_name as latent_name
from phosphene.networks.inputs import latent_stream as latent_stream
from phosphene.networks.inputs import plane_features as plane_features
from phosphene.networks.layers import Layers
from phosphene.networks.weight_sources import NamedDraws, Normal, plain_normal
from phosphene.networks.weight_sources import Undrawn as Undrawn
from phosphene.recipe import AnyNetwork, ExplicitNetwork, GraphNetwork, Surface


def make_network(
    name: str,
    network: AnyNetwork,
    seed: AnySeed,
    fields: Mapping[str, Expr],
    surface: Surface,
    number: Number = as_written,
    inputs: tuple[Expr, ...] | None = None,
    normal: Normal = plain_normal,
    draws: NamedDraws | None = None,
) -> Network:
    """The network that a recipe describes, with its weights drawn; norms are measured later.

    `fields` are the outputs of earlier networks that its inputs can use; `number` as in
    `input_formulas`, `inputs` that function's earlier result; `normal` draws from N(0, 1), unless
    `draws` stands for all random numbers.
    """
    if inputs is None:
        inputs = input_formulas(name, network, seed, fields, surface, number)
    if isinstance(network, ExplicitNetwork):
        wanted = network.layers[0].weights.array.shape[1]
        if wanted != len(inputs):
            raise RecipeError(
                f"networks.{name}.layers[0].weights: {wanted} inputs, but the network has "
                f"{len(inputs)}: {', '.join(map(str, network.inputs))}"
            )
        return Network(name, inputs, tuple(explicit(network)), network.latent.size)
    if isinstance(network, GraphNetwork):
        return Network(name, inputs, tuple(graph(network)), network.latent.size)
    layers = Layers(name, network, len(inputs), seed, normal, draws)
    add_layers = getattr(import_module(f"phosphene.networks.{network.kind}"), network.kind)
    add_layers(layers)
    return Network(name, inputs, tuple(layers.steps), network.latent.size)
