"""Norms over pixels, measured on the probe and folded into weights and biases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from phosphene.compiler.arena import ARENA
from phosphene.compiler.lowering import Plane, Vector, lower_inputs, lower_step, stretch_slots
from phosphene.compiler.measurement_log import MeasurementLog
from phosphene.compiler.probe import probe_points
from phosphene.compiler.step_costs import has_norm, readers, sources_of
from phosphene.core.limits import check_time
from phosphene.engines import get_engine
from phosphene.formula import Rows, Tape, variables
from phosphene.ir.assembling import lay_out
from phosphene.ir.layout import Layout
from phosphene.ir.network import Affine, Network, Standardise, Step, Stretch
from phosphene.ir.program import Program

Array = NDArray[Any]


class FormCache:
    """Caches results that depend only on the form of networks, in order of use. For other networks
    of the same form, `found` holds the earlier results.
    """

    def __init__(self, found: tuple[Any, ...] | None = None):
        self.found: list[Any] = list(found or ())
        self.again, self.at = found is not None, 0

    def get(self, make: Callable[[], Any]) -> Any:
        """The next result: the cached one, or else that of `make()`."""
        if self.at == len(self.found):
            assert not self.again  # networks of one form use the same results
            self.found.append(make())
        self.at += 1
        return self.found[self.at - 1]


def measure_norms(
    networks: list[Network],
    measured: MeasurementLog | None = None,
    cache: FormCache | None = None,
    slots: Mapping[str, float] | None = None,
) -> list[Network]:
    """The networks with every norm folded. Does nothing if no network has a norm.

    `slots` are the numbers that their inputs name.
    """
    log, cache, slots = measured or MeasurementLog(), cache or FormCache(), slots or {}
    last = max((i for i, n in enumerate(networks) if has_norm(n)), default=-1)
    if last < 0:
        return networks
    if log.again:
        return [_replay(n, log) for n in networks[: last + 1]] + networks[last + 1 :]
    points, names = probe_points(networks)
    ARENA.clear()
    known = dict(zip(names, points, strict=True))
    done: list[Network] = []
    for at, network in enumerate(networks[: last + 1]):
        probe = _Probe(network, known, cache, slots)
        for step in network.steps:
            check_time()
            folded = _fold(step, probe, log)
            probe.steps.append(folded)
            if folded is not step:
                probe.forget()
        done.append(replace(network, steps=tuple(probe.steps)))
        fields = [f"{network.name}{i}" for i in range(network.widths()[-1])]
        later = [v for n in networks[at + 1 : last + 1] for v in n.inputs]
        if cache.get(lambda later=later, own=fields: not variables(*later).isdisjoint(own)):
            known |= dict(zip(fields, probe.vector(len(probe.steps)), strict=True))
    return done + networks[last + 1 :]


def _replay(network: Network, log: MeasurementLog) -> Network:
    """The network with its norms folded by recorded measurements, without the probe."""
    return replace(network, steps=tuple(_fold(step, None, log) for step in network.steps))


class _Probe:
    """The vectors of a network on the probe, by the cpu engine. `steps` have their norms folded."""

    def __init__(
        self,
        network: Network,
        known: dict[str, Array],
        cache: FormCache,
        slots: Mapping[str, float],
    ):
        self.name, self.cache = network.name, cache
        self.values = {0: _evaluate_inputs(network, known, cache, slots)}
        self.latent = [known[f"{network.name}.z{i}"] for i in range(network.latent_size)]
        self.steps: list[Step] = []
        self.readers = readers(network.steps)
        self.made: set[int] = set()  # vectors that were in `values`

    def forget(self) -> None:
        """Drop the vectors that no later step needs: those of wide networks take gigabytes."""
        self.made |= self.values.keys()
        done = set(self.made)
        for index in range(len(self.readers) - 1, -1, -1):
            left = [k for k in self.readers[index] if k not in done]
            if self.readers[index] and not left:
                done.add(index)
                self.values.pop(index, None)

    def vector(self, index: int) -> Array:
        if index not in self.values:
            self.values[index] = self.evaluate(self.steps[index - 1])
        return self.values[index]

    def evaluate(self, step: Step) -> Array:
        """The vector of a step, computed in one program with the vectors that it depends on.

        Stores the vectors of its sources.
        """
        wanted = set(sources_of(step))
        for index in range(len(self.steps), 0, -1):
            if index in wanted and index not in self.values:
                wanted.update(sources_of(self.steps[index - 1]))
        given = sorted(wanted & self.values.keys())
        made = sorted(wanted - self.values.keys())
        steps = [*(self.steps[i - 1] for i in made), step]
        latent = self.latent if any(_reads_latent(s) for s in steps) else []
        parts = [self.values[i] for i in given] + [row[None] for row in latent]
        points = parts[0] if len(parts) == 1 else ARENA.stack(parts)
        last = len(self.steps)
        own = {i - 1: self.steps[i - 1] for i in made} | {last: step}
        slots: dict[str, float] = {}
        for i, other in own.items():
            if isinstance(other, Stretch):
                slots |= stretch_slots(self.name, i, other)
        missing = [i for i in sources_of(step) if i not in self.values]

        def make() -> _BlockLayout:
            tape = Tape(slots)
            block, at = tape.block(len(points)), 0
            places: dict[int, Vector] = {}
            for index in given:
                places[index] = Vector(block.part(at, len(self.values[index])))
                at += len(self.values[index])
            z = block.part(at, len(latent)) if latent else None
            for index in made:
                where = self.name, index - 1, ()
                places[index] = lower_step(tape, self.steps[index - 1], places, z, where)
            results = [places[i].rows for i in missing]
            results.append(lower_step(tape, step, places, z, (self.name, last, ())).rows)
            return _block_layout(tape, block, results)

        blocks: _BlockLayout = self.cache.get(make)
        program = blocks.layout.program(
            "f32", False, slots, lambda part: part._replace(step=own[part.number]).values()
        )
        *found, value = _run(program, blocks.counts, points)
        self.values |= dict(zip(missing, found, strict=True))
        return value

    def moments(self, step: Step) -> tuple[Array, Array]:
        """The mean and standard deviation of each unit that a norm standardises."""
        if isinstance(step, Affine):
            # Without its own latent part, so that a unit's spread at z = 0 equals `gain`.
            still = np.zeros(len(step.biases))
            values = self.evaluate(replace(step, norm=None, biases=still, latent=None))
            found = get_engine("cpu").moments(values)
            ARENA.give_back(values)
            return found
        return get_engine("cpu").moments(self.vector(*sources_of(step)))


def _fold(step: Step, probe: _Probe | None, log: MeasurementLog) -> Step:
    def measure() -> tuple[Array, Array]:
        assert probe is not None  # a log that replays needs no measurement
        return probe.moments(step)

    if isinstance(step, Affine) and step.norm:
        mean, spread = log.record_or_replay(("norm", len(step.biases)), measure)
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
        mean, spread = log.record_or_replay("standardise", measure)
        if step.together:
            spread = np.full_like(spread, np.sqrt(_total(spread * spread) / len(spread)))
        factor = 1.0 / _not_tiny(mean, spread)
        return Stretch(step.source, factor, -mean * factor)
    return step


def _total(values: Array) -> float:
    return float(np.add.accumulate(values)[-1])  # in index order


def _not_tiny(mean: Array, spread: Array) -> Array:
    """Limits the scaling of units that hardly vary: spreads are at least 1 % of the median spread.

    A unit that is constant up to rounding has spread 1, so it keeps its scale.
    """
    middle = float(np.sort(spread)[len(spread) // 2])
    spread = np.maximum(spread, middle * 0.01)
    constant = spread <= 1e-6 * (np.abs(mean) + middle)
    return np.where(constant, 1.0, spread)


def _evaluate_inputs(
    network: Network, known: dict[str, Array], cache: FormCache, slots: Mapping[str, float]
) -> Array:
    def make() -> tuple[_BlockLayout, list[str]]:
        read = variables(*network.inputs)
        names = [name for name in known if name in read] or ["x"]
        tape = Tape(slots)
        block = tape.block(len(names))
        plane = Plane(tape, {name: block.part(i, 1) for i, name in enumerate(names)})
        return _block_layout(tape, block, [lower_inputs(plane, network, False).rows]), names

    blocks, names = cache.get(make)
    program = blocks.layout.program("f32", False, slots)
    return _run(program, blocks.counts, ARENA.stack([known[name][None] for name in names]))[0]


def _reads_latent(step: Step) -> bool:
    return isinstance(step, Affine) and step.latent is not None


class _BlockLayout(NamedTuple):
    """The layout of a program that outputs blocks of rows, and the number of rows in each."""

    layout: Layout
    counts: list[int]


def _block_layout(tape: Tape, inputs: Rows, results: list[Rows]) -> _BlockLayout:
    outputs: list[Rows | float] = [r.part(i, 1) for r in results for i in range(r.count)]
    return _BlockLayout(lay_out(tape, inputs, outputs), [r.count for r in results])


def _run(program: Program, counts: list[int], points: Array) -> list[Array]:
    """The values of blocks of rows, each of shape (rows, points)."""
    into = ARENA.take(program.channels, points.shape[1])
    values = get_engine("cpu").evaluate(program, points, into)
    found: list[Array] = []
    at = 0
    for count in counts:
        found.append(values[at : at + count])
        at += count
    return found
