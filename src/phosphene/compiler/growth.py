"""Networks between two widths or two depths: the new units come in by the weights that read them.

Between a network and the one with a unit more in each layer, or with a layer more, stands the
larger one, in which everything new is read with the share f of its weights and what both have has
weights between its own two. So at 0 it is the smaller network, at 1 the larger one, and between
them one picture changes into the other without a jump. Norms are measured on each as on any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import FirstPass, Prepared, make_networks, prepare
from phosphene.core.errors import RecipeError
from phosphene.ir.network import (
    Across,
    Activate,
    Add,
    Affine,
    Join,
    Network,
    Standardise,
    Step,
    Stretch,
)
from phosphene.recipe import Network as DrawnNetwork
from phosphene.recipe import Recipe

GROWING = ("width", "depth")
Units = NDArray[np.int64]  # for each unit of a vector which one it is in the smaller network, or -1


class NotGrowingError(Exception):
    """Two networks of which the second is not the first with something added."""


def grows(recipe: Recipe, path: str) -> bool:
    """Is that a number of the recipe that may lie between two whole ones?"""
    first, _, rest = path.partition(".")
    name, _, last = rest.rpartition(".")
    network = recipe.networks.get(name) if first == "networks" else None
    return isinstance(network, DrawnNetwork) and last in GROWING


def prepare_grown(
    recipe: Recipe, sizes: Mapping[str, float], first_pass: FirstPass | None
) -> Prepared:
    """The recipe with widths and depths that need not be whole, by their paths.

    Where all are whole it is the prepared recipe of these sizes, bit for bit.
    """
    with np.errstate(all="ignore"):
        low = {path: int(np.floor(size)) for path, size in sizes.items()}
        parts = [(path, sizes[path] - low[path]) for path in sizes if sizes[path] != low[path]]
        if not parts:
            return prepare(recipe.replace(dict(low)), first_pass)
        made: dict[tuple[int, ...], list[Network]] = {}
        largest = recipe
        for corner in product((0, 1), repeat=len(parts)):  # the last is of ones
            more = {path: low[path] + k for (path, _), k in zip(parts, corner, strict=True)}
            largest = recipe.replace({**low, **more})
            made[corner] = _networks(largest)
        while parts:
            _, share = parts.pop()
            made = {
                corner[:-1]: grow_all(networks, made[(*corner[:-1], 1)], share)
                for corner, networks in made.items()
                if not corner[-1]
            }
        return prepare(largest, first_pass, made=made[()])


@lru_cache(8)  # one frame's are the next one's
def _networks(recipe: Recipe) -> list[Network]:
    return make_networks(recipe)


def grow_all(first: list[Network], second: list[Network], share: float) -> list[Network]:
    """Those of one recipe, each between its two."""
    return [grow(a, b, share) for a, b in zip(first, second, strict=True)]


def grow(first: Network, second: Network, share: float) -> Network:
    """The network at the share 0 < share < 1 of the way; its norms are still to be measured."""
    if first.inputs != second.inputs:
        raise RecipeError(f"networks.{first.name}: its inputs change with its size")
    return replace(second, steps=tuple(_Grown(first, second, share).steps))


class _Grown:
    """Steps under construction. `place` is where a vector of the second network stands in them."""

    def __init__(self, first: Network, second: Network, share: float):
        self.share, self.steps = share, list[Step]()
        self.place = {0: 0}
        self.units: dict[int, Units] = {0: np.arange(len(second.inputs))}
        self.counts = second.widths()
        self.few = first.widths()
        head = _output(first)
        new = len(second.steps) - len(first.steps)
        self.seen = _source(first.steps[head])  # what the smaller network's output reads
        if new < 0:
            raise NotGrowingError
        for at, step in enumerate(second.steps):
            if head <= at < head + new:
                self._keep(at + 1, step)
            else:
                self._pair(at + 1, first.steps[at if at < head else at - new], step)

    def add(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps)

    def _keep(self, at: int, step: Step) -> None:
        """A step that the smaller network has not."""
        moved = _sources_moved(step, self.place)
        self.place[at] = self.add(moved)
        self.units[at] = np.full(self.counts[at], -1)
        if isinstance(step, Join) and step.sources[0] == self.seen:  # it only adds to it
            self.units[at][: self.counts[self.seen]] = self.units[self.seen]

    def _pair(self, at: int, one: Step, two: Step) -> None:
        match one, two:
            case Affine(), Affine():
                self.place[at] = self.add(self._affine(one, two))
                self.units[at] = _first_of(len(one.biases), len(two.biases))
            case (Activate() | Across(), Activate() | Across()):
                same = self._is_same(one, two)
                self.place[at] = self._same(two) if same else self._both(one, two)
                self.units[at] = self.units[two.source]
            case Join(), Join():
                self.place[at], self.units[at] = self._same(two), self._joined(one, two)
            case Add(), Add():
                self.place[at], self.units[at] = self._same(two), self.units[two.first]
            case (Standardise() | Stretch(), Standardise() | Stretch()):
                self.place[at], self.units[at] = self._same(two), self.units[two.source]
            case _:
                raise NotGrowingError

    def _is_same(self, one: Activate | Across, two: Activate | Across) -> bool:
        """Do both make the same of the units that both have?"""
        if isinstance(one, Activate) and isinstance(two, Activate):
            return _of_each(two)[: len(_of_each(one))] == _of_each(one)
        new = bool(np.any(self.units[two.source] < 0))
        return isinstance(two, Across) and not new and replace(one, source=two.source) == two

    def _joined(self, one: Join, two: Join) -> Units:
        starts = np.cumsum([0, *(self.few[s] for s in one.sources)])
        parts = zip((self.units[s] for s in two.sources), starts, strict=False)
        return np.concatenate([np.where(u < 0, -1, u + start) for u, start in parts])

    def _same(self, step: Step) -> int:
        return self.add(_sources_moved(step, self.place))

    def _affine(self, one: Affine, two: Affine) -> Affine:
        f, units = self.share, self.units[two.source]
        n = len(one.biases)
        source, old, weights = self.place[two.source], units >= 0, two.weights.copy()
        if np.array_equal(np.unique(units[old]), np.arange(one.weights.shape[1])):
            weights[:n, old] = _between(one.weights[:, units[old]], two.weights[:n, old], f)
            weights[:, ~old] *= f
        else:  # what the smaller network reads here is not in what the larger one reads
            source = self.add(Join((self.place[one.source], source)))
            weights = np.hstack([one.weights * (1.0 - f), two.weights * f])
        return Affine(
            source, weights, _grown(one.biases, two.biases, f),
            None if one.latent is None or two.latent is None
            else _grown(one.latent, two.latent, f),
            two.norm, one.gain * (1.0 - f) + two.gain * f,
        )  # fmt: skip

    def _both(self, one: Activate | Across, two: Activate | Across) -> int:
        """What both make of a vector, between the two; what only the larger one has is its own."""
        f, units, source = self.share, self.units[two.source], self.place[two.source]
        old = np.flatnonzero(units >= 0)
        chosen = np.zeros((len(old), len(units)))
        chosen[units[old], old] = 1.0
        still = np.zeros
        kept = self.add(Affine(source, chosen, still(len(old))))
        small = self.add(replace(one, source=kept))
        back = self.add(Affine(small, chosen.T * (1.0 - f), still(len(units))))
        large = self.add(replace(two, source=source))
        faded = self.add(Stretch(large, np.where(units >= 0, f, 1.0), still(len(units))))
        return self.add(Add(back, faded))


def _source(step: Step) -> int:
    assert isinstance(step, Affine)
    return step.source


def _output(network: Network) -> int:
    """Where the output layer begins."""
    return max(i for i, step in enumerate(network.steps) if isinstance(step, Affine))


def _between(one: NDArray[np.float64], two: NDArray[np.float64], f: float) -> NDArray[np.float64]:
    return one * (1.0 - f) + two * f


def _grown(one: NDArray[np.float64], two: NDArray[np.float64], f: float) -> NDArray[np.float64]:
    """Rows of both between their two; rows of the second alone as they are."""
    made = two.copy()
    made[: len(one)] = _between(one, two[: len(one)], f)
    return made


def _first_of(few: int, many: int) -> Units:
    units = np.arange(many)
    return np.where(units < few, units, -1)


def _of_each(step: Activate) -> list[str]:
    """The activation of each unit."""
    return [name for name, _, count in step.runs for _ in range(count)]


def _sources_moved(step: Step, place: Mapping[int, int]) -> Step:
    match step:
        case Join():
            return replace(step, sources=tuple(place[s] for s in step.sources))
        case Add():
            return replace(step, first=place[step.first], second=place[step.second])
        case _:
            return replace(step, source=place[step.source])
