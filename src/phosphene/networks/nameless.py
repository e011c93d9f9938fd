"""Recipes without names that pixels do not need: of the style, and of every seed.

A seed enters a picture only through its random streams, and a stream's numbers depend only on its
key. So a table of the keys that a recipe draws with can replace the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.rng import AnySeed, Stream
from phosphene.formula import var
from phosphene.networks import latent_stream, make_network
from phosphene.recipe import Network, Recipe


class Recorder(dict[str, str]):
    """Stands for a seed, and collects the keys of the streams that are drawn with it."""

    def __init__(self, seed: AnySeed):
        super().__init__()
        self.seed = seed

    def get(self, name: str, default: Any = None) -> str:
        """The key of a stream, which is recorded."""
        self[name] = Stream(self.seed, name).key_bytes.hex()
        return self[name]


def nameless(recipe: Recipe, variants: Iterable[Recipe] = ()) -> Recipe:
    """The recipe that paints the same pixels without its style, its seeds and what the quality gate
    did: every seed is a table of keys.

    `variants` are recipes of other network sizes, as films have, whose streams are included. Only
    NumPy's generator needs its seed, a number.
    """
    recorders = {path: Recorder(seed) for path, seed in _seeds(recipe).items()}
    for each in (recipe, *variants):
        _draw(each, recorders)
    changes: dict[str, Any] = {"style": None, "rescued": ()}
    for path, recorder in recorders.items():
        changes[path] = dict(recorder) or (0 if path == "seed" else None)
    for name, network in recipe.networks.items():
        if _is_sequential(network):
            changes[f"networks.{name}.weights.seed"] = _weight_seed(network, recipe)
    return recipe.replace(changes)


def _seeds(recipe: Recipe) -> dict[str, AnySeed]:
    """All seeds of a recipe, by path."""
    found: dict[str, AnySeed | None] = {"seed": recipe.seed}
    for name, network in recipe.networks.items():
        where = f"networks.{name}"
        found[f"{where}.latent.seed"] = network.latent.seed
        if isinstance(network, Network) and not _is_sequential(network):
            found[f"{where}.weights.seed"] = network.weights.seed
        for k, entry in enumerate(network.inputs):
            found[f"{where}.inputs.{k}.seed"] = getattr(entry, "seed", None)
    return {path: seed for path, seed in found.items() if seed is not None}


def _draw(recipe: Recipe, recorders: Mapping[str, Recorder]) -> None:
    """Draw what the recipe's networks draw, with the recorders in place of its seeds."""
    seed = recorders["seed"]
    widths = {name: network.outputs for name, network in recipe.networks.items()}
    fields = {f"{name}{k}": name for name, count in widths.items() for k in range(count)}
    for name, network in recipe.networks.items():
        known = {field: var(field) for field, owner in fields.items() if owner != name}
        own = _with_seeds(name, network, recorders)
        if own.latent.size and own.latent.values is None:
            _no_numbers(latent_stream(name, own, seed), 1, 1)
        drawn = _weight_seed(network, recipe) if _is_sequential(network) else seed
        make_network(name, own, drawn, known, recipe.surface, normal=_no_numbers)


def _with_seeds(name: str, network: Any, recorders: Mapping[str, Recorder]) -> Any:
    """The network with recorders as its own seeds, which its model would not accept."""
    where = f"networks.{name}"

    def put(part: Any, path: str) -> Any:
        found = recorders.get(f"{where}.{path}.seed")
        return part if found is None else part.model_copy(update={"seed": found})

    inputs = tuple(put(entry, f"inputs.{k}") for k, entry in enumerate(network.inputs))
    parts: dict[str, Any] = {"inputs": inputs, "latent": put(network.latent, "latent")}
    if isinstance(network, Network):
        parts["weights"] = put(network.weights, "weights")
    return network.model_copy(update=parts)


def _is_sequential(network: Any) -> bool:
    return isinstance(network, Network) and network.weights.draws == "numpy_randomstate"


def _weight_seed(network: Any, recipe: Recipe) -> Any:
    return recipe.seed if network.weights.seed is None else network.weights.seed


def _no_numbers(stream: Stream, rows: int, columns: int) -> NDArray[np.float64]:
    """Draws nothing: only the key of the stream is wanted."""
    _ = stream.key
    return np.zeros((rows, columns))
