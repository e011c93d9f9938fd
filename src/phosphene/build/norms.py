"""Norms that look at other pixels, measured on the probe and folded into weights and biases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.build.lowering import Plane, Vector, lower_inputs, lower_step
from phosphene.build.statistics import probe_points
from phosphene.engines import get_engine
from phosphene.formula import Rows, Tape
from phosphene.program import Add, Affine, Join, Network, Standardise, Step, Stretch, assemble

Array = NDArray[Any]


def measure_norms(networks: list[Network]) -> list[Network]:
    """The networks with every norm folded. Free of cost where none has to be measured."""
    last = max((i for i, n in enumerate(networks) if _has_norm(n)), default=-1)
    if last < 0:
        return networks
    points, names = probe_points(networks)
    known = dict(zip(names, points, strict=True))
    done: list[Network] = []
    for network in networks[: last + 1]:
        measured, fields = _walk(network, known)
        done.append(measured)
        known |= {f"{network.name}{i}": row for i, row in enumerate(fields)}
    return done + networks[last + 1 :]


def _has_norm(network: Network) -> bool:
    return any(
        isinstance(s, Standardise) or (isinstance(s, Affine) and s.norm) for s in network.steps
    )


def _walk(network: Network, known: dict[str, Array]) -> tuple[Network, Array]:
    """Step through the network on the probe, measuring each norm before going on."""
    vectors = [_evaluate_inputs(network, known)]
    latent = [known[f"{network.name}.z{i}"] for i in range(network.latent_size)]
    steps: list[Step] = []
    for step in network.steps:
        step = _fold(step, vectors, latent)
        steps.append(step)
        vectors.append(_evaluate(step, vectors, latent))
    return replace(network, steps=tuple(steps)), vectors[-1]


def _fold(step: Step, vectors: list[Array], latent: list[Array]) -> Step:
    if isinstance(step, Affine) and step.norm:
        # Without its own latent part, so that a unit's spread at z = 0 is what `gain` says.
        plain = replace(step, norm=None, biases=np.zeros(len(step.biases)), latent=None)
        mean, spread = _moments(_evaluate(plain, vectors, latent))
        spread = _not_tiny(mean, spread)
        factor = step.gain / spread if step.norm == "frozen" else 1.0 / spread
        drawn = step.biases if step.norm == "frozen" else 0.0
        return Affine(
            step.source,
            step.weights * factor[:, None],
            drawn - mean * factor,
            None
            if step.latent is None
            else step.latent * (1.0 if step.norm == "frozen" else factor[:, None]),
        )
    if isinstance(step, Standardise):
        mean, spread = _moments(vectors[step.source])
        if step.together:
            spread = np.full_like(spread, np.sqrt(_total(spread * spread) / len(spread)))
        factor = 1.0 / _not_tiny(mean, spread)
        return Stretch(step.source, factor, -mean * factor)
    return step


def _moments(values: Array) -> tuple[Array, Array]:
    return get_engine("cpu").moments(values)


def _total(values: Array) -> float:
    return float(np.add.accumulate(values)[-1])  # in index order


def _not_tiny(mean: Array, spread: Array) -> Array:
    """Units that hardly vary are not blown up: at least a hundredth of the median spread.

    A unit that does not vary beyond rounding keeps its scale.
    """
    middle = float(np.sort(spread)[len(spread) // 2])
    spread = np.maximum(spread, middle * 0.01)
    constant = spread <= 1e-6 * (np.abs(mean) + middle)
    return np.where(constant, 1.0, spread)


def _evaluate_inputs(network: Network, known: dict[str, Array]) -> Array:
    names = list(known)
    tape = Tape()
    block = tape.block(len(names))
    plane = Plane(tape, {name: block.part(i, 1) for i, name in enumerate(names)})
    return _run(
        tape, block, lower_inputs(plane, network, False).rows, np.stack(list(known.values()))
    )


def _evaluate(step: Step, vectors: list[Array], latent: list[Array]) -> Array:
    """The step's vector on the probe, by the cpu engine."""
    tape = Tape()
    sources = _sources(step)
    block = tape.block(sum(len(vectors[s]) for s in sources) + len(latent))
    places, at = {}, 0
    for source in sources:
        places[source] = Vector(block.part(at, len(vectors[source])))
        at += len(vectors[source])
    z = block.part(at, len(latent)) if latent else None
    points = np.concatenate([*(vectors[s] for s in sources), *(row[None] for row in latent)])
    return _run(tape, block, lower_step(tape, step, places, z).rows, points)


def _sources(step: Step) -> list[int]:
    match step:
        case Join():
            return list(dict.fromkeys(step.sources))
        case Add():
            return list(dict.fromkeys((step.first, step.second)))
        case _:
            return [step.source]


def _run(tape: Tape, inputs: Rows, result: Rows, points: Array) -> Array:
    outputs: list[Rows | float] = [result.part(i, 1) for i in range(result.count)]
    program = assemble(tape, inputs, outputs, "f32")
    return get_engine("cpu").evaluate(program, points)
