"""Networks of fractional width or depth, for films that change these sizes smoothly.

The network at a fraction f between a smaller and a larger one has the structure of the larger one.
Weights that read new units or layers are scaled by f; weights that both networks have are
interpolated. At f = 0 it equals the smaller network, at f = 1 the larger one, and the picture
changes continuously in between. Norms are measured as for any other network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler import MeasureExtremes, Prepared, make_networks, prepare
from phosphene.compiler.cost import check_cost
from phosphene.compiler.field_names import FieldNames
from phosphene.compiler.shading import shade
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
Units = NDArray[np.int64]  # for each unit of a vector its index in the smaller network, or -1


class NotGrowingError(Exception):
    """The second of two networks is not an extension of the first."""


def grows(recipe: Recipe, path: str) -> bool:
    """Whether `path` is a width or depth of a drawn network, which may be fractional here."""
    first, _, rest = path.partition(".")
    name, _, last = rest.rpartition(".")
    network = recipe.networks.get(name) if first == "networks" else None
    return isinstance(network, DrawnNetwork) and last in GROWING


def prepare_grown(
    recipe: Recipe, sizes: Mapping[str, float], first_pass: MeasureExtremes | None
) -> Prepared:
    """The prepared recipe with widths and depths, by path, that need not be integers.

    If all are integers, it is bit-identical to the prepared recipe of these sizes.
    """
    with np.errstate(all="ignore"):
        low = {path: int(np.floor(size)) for path, size in sizes.items()}
        parts = [(path, sizes[path] - low[path]) for path in sizes if sizes[path] != low[path]]
        if not parts:
            return prepare(recipe.replace(dict(low)), first_pass)
        made: dict[tuple[int, ...], list[Network]] = {}
        largest = recipe
        for corner in product((0, 1), repeat=len(parts)):  # all ones last: the largest
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


@lru_cache(8)  # the next frame often uses the same sizes
def _networks(recipe: Recipe) -> list[Network]:
    check_cost(recipe)
    return make_networks(recipe, channels=shade(recipe, FieldNames.of(recipe)))


def grow_all(first: list[Network], second: list[Network], share: float) -> list[Network]:
    """The networks of one recipe, each grown from its first to its second version."""
    return [grow(a, b, share) for a, b in zip(first, second, strict=True)]


def grow(first: Network, second: Network, share: float) -> Network:
    """The network at the fraction 0 < share < 1; its norms are not measured yet."""
    if first.inputs != second.inputs:
        raise RecipeError(f"networks.{first.name}: its inputs change with its size")
    return replace(second, steps=tuple(_Grown(first, second, share).steps))


class _Grown:
    """Steps under construction. `place` maps vectors of the second network to their indices."""

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
        """Add a step that the smaller network does not have."""
        moved = _sources_moved(step, self.place)
        self.place[at] = self.add(moved)
        self.units[at] = np.full(self.counts[at], -1)
        if isinstance(step, Join) and step.sources[0] == self.seen:  # it only extends that vector
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
        """Whether both steps compute the same for the units that both networks have."""
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
        else:  # the input of the smaller network is not part of the input of the larger
            source = self.add(Join((self.place[one.source], source)))
            weights = np.hstack([one.weights * (1.0 - f), two.weights * f])
        return Affine(
            source, weights, _grown(one.biases, two.biases, f),
            None if one.latent is None or two.latent is None
            else _grown(one.latent, two.latent, f),
            two.norm, one.gain * (1.0 - f) + two.gain * f,
        )  # fmt: skip

    def _both(self, one: Activate | Across, two: Activate | Across) -> int:
        """Interpolates the outputs of both steps; units only in the larger network are its own."""
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
    """The index of the first step of the output layer."""
    return max(i for i, step in enumerate(network.steps) if isinstance(step, Affine))


def _between(one: NDArray[np.float64], two: NDArray[np.float64], f: float) -> NDArray[np.float64]:
    return one * (1.0 - f) + two * f


def _grown(one: NDArray[np.float64], two: NDArray[np.float64], f: float) -> NDArray[np.float64]:
    """Interpolates the rows of both; rows only in the second are kept."""
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
