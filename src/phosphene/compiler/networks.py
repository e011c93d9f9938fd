"""The networks of a recipe in order of evaluation, and its latent vectors."""

from __future__ import annotations

from phosphene.compiler.compiled_draws import compiled_normal
from phosphene.core.errors import RecipeError
from phosphene.core.rng import Stream
from phosphene.formula import Expr, var, variables
from phosphene.ir.network import Network
from phosphene.networks import Number, as_written, latent_name, make_network
from phosphene.recipe import Recipe


def make_networks(recipe: Recipe, number: Number = as_written) -> list[Network]:
    """The recipe's networks, each after those whose fields it reads; norms are not measured yet.

    `number` as in `input_formulas`. Raises `RecipeError` for cyclic dependencies.
    """
    widths = {name: network.outputs for name, network in recipe.networks.items()}
    fields = {f"{name}{i}": name for name, count in widths.items() for i in range(count)}
    made: dict[str, Network] = {}
    needs: dict[str, set[str]] = {}
    for name, network in recipe.networks.items():
        known = {f: var(f) for f, owner in fields.items() if owner != name}
        made[name] = make_network(
            name, network, recipe.seed, known, recipe.surface, number, normal=compiled_normal
        )
        needs[name] = {fields[v] for v in variables(*made[name].inputs) if v in fields}
    order: list[Network] = []
    while len(order) < len(made):
        done = {n.name for n in order}
        ready = [n for n in sorted(made) if n not in done and needs[n] <= done]
        if not ready:
            stuck = sorted(set(made) - done)
            raise RecipeError(f"networks: {', '.join(stuck)} depend on each other cyclically")
        order += [made[n] for n in ready]
    return order


def latents(recipe: Recipe) -> dict[str, float]:
    """The components of every latent vector, by variable name (`main.z0`, ...)."""
    values: dict[str, float] = {}
    for name, network in recipe.networks.items():
        latent = network.latent
        z = latent.values
        if z is None:
            seed = recipe.seed if latent.seed is None else latent.seed
            z = Stream(seed, f"{name}/latent").normal(latent.size)
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
