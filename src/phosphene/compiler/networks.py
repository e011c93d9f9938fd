"""The networks of a recipe in order of evaluation, and its latent vectors."""

from __future__ import annotations

from collections.abc import Callable

from phosphene.compiler.compiled_draws import compiled_normal
from phosphene.compiler.field_names import FieldNames
from phosphene.core.errors import RecipeError
from phosphene.formula import Expr, variables
from phosphene.ir.network import Network
from phosphene.networks import (
    Number,
    Undrawn,
    as_written,
    input_formulas,
    latent_name,
    latent_stream,
    make_network,
)
from phosphene.recipe import Network as DrawnNetwork
from phosphene.recipe import RandomActivations, Recipe

Inputs = dict[str, tuple[Expr, ...]]


def make_networks(
    recipe: Recipe, number: Number = as_written, channels: list[Expr] | None = None
) -> list[Network]:
    """The networks that the channels need, each after those whose fields it reads, and no others;
    without `channels` all networks. Norms are not measured yet.

    `number` as in `input_formulas`. Raises `RecipeError` for cyclic dependencies.
    """
    inputs = network_inputs(recipe, number)
    if channels is not None:
        inputs = used_inputs(recipe, inputs, channels)
    return [
        make_network(
            name, recipe.networks[name], recipe.seed, {}, recipe.surface, number, formulas,
            compiled_normal,
        )
        for name, formulas in inputs.items()
    ]  # fmt: skip


def network_inputs(recipe: Recipe, number: Number = as_written) -> Inputs:
    """The inputs of all networks, each network after those whose fields it reads."""
    fields, surface = FieldNames.of(recipe), recipe.surface
    made: Inputs = {}
    needs: dict[str, set[str | None]] = {}
    for name, network in recipe.networks.items():
        known = fields.except_of(name)
        made[name] = input_formulas(name, network, recipe.seed, known, surface, number)
        needs[name] = {fields.owner(v) for v in variables(*made[name])} - {None}
    order: Inputs = {}
    while len(order) < len(made):
        ready = [n for n in sorted(made) if n not in order and needs[n] <= order.keys()]
        if not ready:
            stuck = sorted(set(made) - set(order))
            raise RecipeError(f"networks: {', '.join(stuck)} depend on each other cyclically")
        order |= {name: made[name] for name in ready}
    return order


def used_inputs(recipe: Recipe, inputs: Inputs, channels: list[Expr]) -> Inputs:
    """The inputs of the networks that the channels depend on, in the same order."""
    fields, kept = FieldNames.of(recipe), list[str]()
    wanted = {fields.owner(v) for v in variables(*channels)}
    for name in reversed(inputs):
        if name in wanted:
            kept.append(name)
            wanted |= {fields.owner(v) for v in variables(*inputs[name])}
    return {name: inputs[name] for name in reversed(kept)}


def network_shapes(recipe: Recipe) -> list[Network]:
    """All networks as in `make_networks`, with zeros in place of drawn numbers, which take no time
    and no memory.
    """
    return [
        network_shape(recipe, name, formulas) for name, formulas in network_inputs(recipe).items()
    ]


def network_shape(
    recipe: Recipe, name: str, inputs: tuple[Expr, ...], costs: Callable[[str], float] = len
) -> Network:
    """One network with zeros in place of drawn numbers, and of activations drawn at random the two
    that have the highest `costs`.
    """
    network, draws = recipe.networks[name], None
    if isinstance(network, DrawnNetwork):
        choice = network.activations
        of = choice.of if isinstance(choice, RandomActivations) else ()
        draws = Undrawn(name, network, [costs(activation) for activation in of])
    return make_network(name, network, 0, {}, recipe.surface, inputs=inputs, draws=draws)


def latents(recipe: Recipe) -> dict[str, float]:
    """The components of every latent vector, by variable name (`main.z0`, ...)."""
    values: dict[str, float] = {}
    for name, network in recipe.networks.items():
        latent = network.latent
        z = latent.values
        if z is None:
            z = latent_stream(name, network, recipe.seed).normal(latent.size)
        values |= {latent_name(name, i): float(v) for i, v in enumerate(z)}
    return values


def used_networks(networks: list[Network], channels: list[Expr]) -> list[Network]:
    """The networks that the channels depend on, in the same order."""
    kept: list[Network] = []
    wanted = variables(*channels)
    for network in reversed(networks):
        if any(f"{network.name}{i}" in wanted for i in range(network.widths()[-1])):
            kept.append(network)
            wanted |= variables(*network.inputs)
    return kept[::-1]
