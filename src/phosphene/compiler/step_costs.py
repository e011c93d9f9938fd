"""What single operations, activations and steps of networks cost: instructions, which the compiler
makes one by one, and multiply-adds for one sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.compiler.lowering import CHUNK, activation_formulas
from phosphene.formula import FUNCTIONS, PRIMITIVES, Expr, apply, derive, expand, var
from phosphene.ir.network import Across, Activate, Add, Affine, Join, Network, Standardise, Step
from phosphene.ir.operations import FUSED

ROW = 16  # multiply-adds in whose time an operation on single numbers is done, about
LEAVES = frozenset({"const", "var", "slot"})


class Work(NamedTuple):
    """Instructions, and multiply-adds for one sample."""

    code: float
    operations: float

    def __add__(self, other: Work) -> Work:  # type: ignore[override]
        return Work(self.code + other.code, self.operations + other.operations)

    def times(self, factor: float) -> Work:
        return Work(self.code * factor, self.operations * factor)


NOTHING = Work(0, 0)


@lru_cache(1024)
def word_size(op: str, derived: bool = False) -> int:
    """The operations that a function of the language becomes; with `derived`, those more that its
    derivative along one axis takes.
    """
    arity = (PRIMITIVES | FUNCTIONS)[op].arity
    names = [f"a{k}" for k in range(arity)]
    root = apply(op, *map(var, names))
    plain = count_operations((root,))
    if not derived:
        return plain
    slope = derive([root], {name: var(f"{name}.dx") for name in names})
    return count_operations((root, *slope)) - plain + 1


def count_operations(roots: tuple[Expr, ...]) -> int:
    """The operations that formulas become when they are lowered, each shared part once."""
    known: set[Expr] = set()
    left, count = list(roots), 0
    while left:
        expr = left.pop()
        if expr in known:
            continue
        known.add(expr)
        if expr.op in LEAVES:
            continue
        if expr.op in PRIMITIVES or expr.op in FUSED or expr.op == "table":
            count += 1
            left += expr.args
        else:
            left.append(expand(expr, expr.args))
    return count


@lru_cache(256)
def activation_size(name: str, derived: bool = False) -> int:
    """The operations of an activation on one unit; with `derived`, of its derivatives along x and y
    too.
    """
    if name in ACROSS:
        return 4
    return count_operations(activation_formulas(name)[: 3 if derived else 1])


def across_size(name: str, units: int, derived: bool) -> float:
    """The operations on one unit of an activation over all units of a layer."""
    rounds = units.bit_length()
    plain = rounds * (rounds + 1) / 2 if name == "sort" else 4
    return plain * (9 if derived else 1)


def steps_work(network: Network, derived: bool) -> Work:
    """The work of all steps of a network; with `derived`, of their tangents along x and y too."""
    widths, total = network.widths(), NOTHING
    for step in network.steps:
        total += step_work(step, widths, derived)
    return total + Work(widths[0], ROW * widths[0]).times(3 if derived else 1)


def step_work(step: Step, widths: list[int], derived: bool) -> Work:
    axes = 3 if derived else 1
    match step:
        case Affine():
            latent = 0 if step.latent is None else step.latent.size
            return Work(axes + 2, axes * step.weights.size + latent)
        case Activate():
            return _activation_work(step, derived)
        case Across():
            units = widths[step.source]
            each = across_size(step.name, units, derived)
            return Work(each * units if derived else 1, ROW * units * each)
        case Join():
            units = sum(widths[s] for s in step.sources)
            return Work(axes * len(step.sources), axes * ROW * units)
        case Add():
            return Work(2 * axes, 2 * axes * ROW * widths[step.first])
        case _:  # a stretch, which standardising becomes, one unit at a time
            units = widths[step.source]
            return Work(2 * axes * units, 2 * axes * ROW * units)


def _activation_work(step: Activate, derived: bool) -> Work:
    total = NOTHING
    for name, _, units in step.runs:
        size = activation_size(name, derived)
        single = size <= 1 and not derived and (name in ACTIVATIONS or name in FUSED)
        total += Work(size if single else size * -(-units // CHUNK), ROW * size * units)
    return total


def has_norm(network: Network) -> bool:
    """Whether a norm of the network is still to be measured."""
    return any(
        isinstance(s, Standardise) or (isinstance(s, Affine) and s.norm) for s in network.steps
    )


def sources_of(step: Step) -> list[int]:
    """The vectors that a step reads, each once."""
    match step:
        case Join():
            return list(dict.fromkeys(step.sources))
        case Add():
            return list(dict.fromkeys((step.first, step.second)))
        case _:
            return [step.source]


def readers(steps: Sequence[Step]) -> list[list[int]]:
    """For each vector, the vectors that are made from it."""
    found: list[list[int]] = [[] for _ in range(len(steps) + 1)]
    for index, step in enumerate(steps, 1):
        for source in sources_of(step):
            found[source].append(index)
    return found
