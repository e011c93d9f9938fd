"""Lowers networks to operations on rows, with tangents of their fields if a shading needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.core.limits import check_time
from phosphene.formula import (
    Expr,
    Operand,
    Rows,
    Tape,
    const,
    derive,
    lower,
    parse,
    trace,
    var,
    variables,
)
from phosphene.ir.assembling import lay_out
from phosphene.ir.entries import Dense
from phosphene.ir.layout import Layout
from phosphene.ir.network import Across, Activate, Add, Affine, Join, Network, Step, Stretch
from phosphene.ir.operations import FUSED, OPERATIONS
from phosphene.ir.program import Program

AXES = ("dx", "dy")
# Rows that an unfused formula processes at a time, so that its temporaries stay in cache.
CHUNK = 8


# The network and the index of the step that numbers belong to, and z where it is fixed.
Where = tuple[str, int, tuple[float, ...]]
NOWHERE: Where = ("", -1, ())


@dataclass
class Vector:
    """The rows of a vector: its values and, if needed, its tangents along x and y."""

    rows: Rows
    tangents: tuple[Rows, ...] = ()


@dataclass
class Plane:
    """A tape under construction, and the operand of every variable."""

    tape: Tape
    values: dict[str, Operand]
    known: dict[Expr, Operand] = field(default_factory=dict)

    def place(self, expressions: list[Expr]) -> list[Operand]:
        return lower(expressions, self.values, self.tape, fused=FUSED, known=self.known)


def lower_program(
    networks: list[Network],
    roots: list[Expr],
    fixed: dict[str, float],
    precision: str,
    inputs: list[str] | None = None,
    shared: bool = True,
) -> Program:
    """A program for the roots; `inputs` (x, y, and possibly latents) are its first rows.

    `shared` as in `assemble`.
    """
    return lay_out_program(networks, roots, fixed, inputs).program(precision, shared)


def lay_out_program(
    networks: list[Network],
    roots: list[Expr],
    fixed: Mapping[str, float],
    inputs: list[str] | None = None,
    slots: Mapping[str, float] | None = None,
    labelled: bool = False,
) -> Layout:
    """The layout of `lower_program`, without numbers. Numbers named in `slots`, which include those
    of `fixed`, can be changed. `labelled`: the layout records the rows of the networks' vectors.
    """
    names = inputs or ["x", "y"]
    tape = Tape(slots, labelled)
    block = tape.block(len(names))
    known: dict[str, Operand] = {name: block.part(i, 1) for i, name in enumerate(names)}
    known |= fixed if slots is None else {name: tape.number(name) for name in fixed}
    plane = Plane(tape, known)
    wanted = variables(*roots)
    tangent: set[str] = set()
    for network in reversed(networks):
        own = {f"{network.name}{i}.{a}" for i in range(network.widths()[-1]) for a in AXES}
        if wanted & own:
            tangent.add(network.name)
            read_by = variables(*network.inputs)
            wanted |= {f"{v}.{a}" for v in read_by for a in AXES}
    for network in networks:
        lower_network(plane, network, network.name in tangent)
    outputs = plane.place(roots)
    finals: list[Rows | float] = list(outputs)
    return lay_out(tape, block, finals)


def lower_network(plane: Plane, network: Network, tangent: bool) -> None:
    """Emit the network; its fields become the variables name0, name1, ... (.dx, .dy)."""
    vectors = [lower_inputs(plane, network, tangent)]
    z = [
        plane.values[f"{network.copy_of or network.name}.z{i}"] for i in range(network.latent_size)
    ]
    rows = [v for v in z if isinstance(v, Rows)]
    latent = _join(plane.tape, rows) if rows else None
    fixed = [v for v in z if isinstance(v, float)]
    owner = network.copy_of or network.name
    z = () if latent is not None else tuple(fixed)
    for index, step in enumerate(network.steps):
        check_time()
        vectors.append(lower_step(plane.tape, step, vectors, latent, (owner, index, z)))
    for index, vector in enumerate(vectors):
        plane.tape.label(vector.rows, network.name, index)
        for axis, tangents in zip(AXES, vector.tangents, strict=False):
            plane.tape.label(tangents, network.name, index, axis)
    last = vectors[-1]
    for i in range(last.rows.count):
        plane.values[f"{network.name}{i}"] = last.rows.part(i, 1)
        for axis, tangents in zip(AXES, last.tangents, strict=False):
            plane.values[f"{network.name}{i}.{axis}"] = tangents.part(i, 1)


def field_tangents(names: Iterable[str], axis: str) -> dict[str, Expr]:
    """The derivatives of variables along an axis: of x and y, and the tangents of fields."""
    seeds = {name: var(f"{name}.{axis}") for name in names}
    return seeds | {"x": const(axis == "dx"), "y": const(axis == "dy")}


def lower_inputs(plane: Plane, network: Network, tangent: bool) -> Vector:
    """The inputs as one block of rows."""
    values = _gather(plane, list(network.inputs))
    if not tangent:
        return Vector(values)
    fields = [name for name in plane.values if "." not in name]
    return Vector(
        values,
        tuple(
            _gather(plane, derive(list(network.inputs), field_tangents(fields, axis)))
            for axis in AXES
        ),
    )


def _gather(plane: Plane, expressions: list[Expr]) -> Rows:
    operands = plane.place(expressions)
    block = plane.tape.block(len(operands))
    for i, operand in enumerate(operands):
        if isinstance(operand, Rows):
            plane.tape.emit("copy", block.part(i, 1), operand)
        else:
            plane.tape.emit("fill", block.part(i, 1), operand)
    return block


def with_latent(step: Step, z: list[float]) -> Step:
    """The step with a fixed z added to its biases."""
    if not isinstance(step, Affine) or step.latent is None:
        return step
    biases = step.biases
    for i, value in enumerate(z):
        biases = biases + step.latent[:, i] * value
    return Affine(step.source, step.weights, biases)


def lower_step(
    tape: Tape,
    step: Step,
    vectors: Mapping[int, Vector] | list[Vector],
    latent: Rows | None = None,
    where: Where = NOWHERE,
) -> Vector:
    """The output vector of a step. `latent` holds z if it varies between points."""
    match step:
        case Affine():
            return _affine(tape, step, vectors[step.source], latent, where)
        case Activate():
            return _activate(tape, step, vectors[step.source])
        case Across():
            return _across(tape, step, vectors[step.source])
        case Stretch():
            return _stretch(tape, step, vectors[step.source], where)
        case Join():
            parts = [vectors[s] for s in step.sources]
            tangents = zip(*(p.tangents for p in parts), strict=True)
            joined = tuple(_join(tape, list(rows)) for rows in tangents)
            return Vector(_join(tape, [p.rows for p in parts]), joined)
        case Add():
            first, second = vectors[step.first], vectors[step.second]
            pairs = zip(first.tangents, second.tangents, strict=True)
            added = tuple(_add(tape, a, b, step.factor) for a, b in pairs)
            return Vector(_add(tape, first.rows, second.rows, step.factor), added)
    raise AssertionError(f"{step} is resolved before lowering")


def _affine(tape: Tape, step: Affine, source: Vector, latent: Rows | None, where: Where) -> Vector:
    units = len(step.biases)
    owner, index, z = where
    rows, joined = source.rows, latent is not None and step.latent is not None
    if latent is not None and joined:
        rows = _join(tape, [rows, latent])
    moving, still = (
        Dense(step, owner, index, joined, False, z),
        Dense(step, owner, index, still=True),
    )
    return Vector(
        tape.emit("dense", tape.block(units), rows, data=moving),
        tuple(
            tape.emit("dense", tape.block(units), tangent, data=still)
            for tangent in source.tangents
        ),
    )


def _activate(tape: Tape, step: Activate, source: Vector) -> Vector:
    """Emits one formula per run of units, into a new block."""
    if all(activation_formulas(name)[0] is var("h") for name, _, _ in step.runs):
        return source
    count = source.rows.count
    target = Vector(tape.block(count), tuple(tape.block(count) for _ in source.tangents))
    inputs = {"h": source.rows, **dict(zip(AXES, source.tangents, strict=False))}
    targets = (target.rows, *target.tangents)
    for name, start, units in step.runs:
        roots = list(activation_formulas(name)[: len(targets)])
        formula = roots[0]
        whole = not source.tangents and formula.op in OPERATIONS and len(formula.args) == 1
        chunk = units if whole else CHUNK
        for at in range(start, start + units, chunk):
            size = min(chunk, start + units - at)
            values = {k: rows.part(at, size) for k, rows in inputs.items()}
            placed = lower(roots, values, tape, fused=FUSED, count=size)
            for rows, operand in zip(targets, placed, strict=True):
                _settle(tape, rows.part(at, size), operand)
    return target


@lru_cache(256)
def activation_formulas(activation: str) -> tuple[Expr, ...]:
    """The formula of a catalogue entry, or of a formula text of h, and its tangents."""
    if activation in ACTIVATIONS:
        formula = ACTIVATIONS[activation].formula(trace, var("h"))
    else:
        formula = parse(activation, {"h": var("h")})
        assert isinstance(formula, Expr)
    return formula, *(derive([formula], {"h": var(axis)})[0] for axis in AXES)


def _settle(tape: Tape, target: Rows, operand: Operand) -> None:
    """Store a value in `target`: by retargeting the operation that just made it, or by a copy."""
    if not isinstance(operand, Rows):
        tape.emit("fill", target, operand)
        return
    last = tape.operations[-1] if tape.operations else None
    if last is not None and last.target == operand and operand.count == tape.blocks[operand.block]:
        tape.operations[-1] = last._replace(target=target)
    else:
        tape.emit("copy", target, operand)


def _across(tape: Tape, step: Across, source: Vector) -> Vector:
    """Emits the fused operation, or its formula unit by unit if tangents are needed."""
    count = source.rows.count
    if not source.tangents and step.name in OPERATIONS:
        tiny = (step.tiny,) if step.name == "layer_norm" else ()
        return Vector(tape.emit(step.name, tape.block(count), source.rows, *tiny))
    values: dict[str, Operand] = {f"h{i}": source.rows.part(i, 1) for i in range(count)}
    known: dict[Expr, Operand] = {}
    blocks = [_spread(tape, _across_units(step.name, count, step.tiny), values, known)]
    for axis, rows in zip(AXES, source.tangents, strict=False):
        values |= {f"h{i}.{axis}": rows.part(i, 1) for i in range(count)}
        tangents = _across_tangents(step.name, count, step.tiny, axis)
        blocks.append(_spread(tape, tangents, values, known))
    return Vector(blocks[0], tuple(blocks[1:]))


@lru_cache(8)
def _across_units(name: str, count: int, tiny: float) -> list[Expr]:
    """The formula of each unit, in terms of the units h0, h1, ..."""
    more = {"tiny": tiny} if name == "layer_norm" else {}
    return ACROSS[name].formula(trace, [var(f"h{i}") for i in range(count)], **more)


@lru_cache(16)
def _across_tangents(name: str, count: int, tiny: float, axis: str) -> list[Expr]:
    seeds = {f"h{i}": var(f"h{i}.{axis}") for i in range(count)}
    return derive(_across_units(name, count, tiny), seeds)


def _spread(
    tape: Tape, roots: list[Expr], values: Mapping[str, Operand], known: dict[Expr, Operand]
) -> Rows:
    block = tape.block(len(roots))
    for i, operand in enumerate(lower(roots, values, tape, fused=FUSED, known=known)):
        if isinstance(operand, float):
            tape.emit("fill", block.part(i, 1), operand)
        else:
            tape.emit("copy", block.part(i, 1), operand)
    return block


def _stretch(tape: Tape, step: Stretch, source: Vector, where: Where) -> Vector:
    units = len(step.factors)
    target = Vector(tape.block(units), tuple(tape.block(units) for _ in source.tangents))
    factors, offsets = step.factors.tolist(), step.offsets.tolist()
    if tape.records:
        factors, offsets = (
            [tape.number(f"{where[0]}/{where[1]}/{i}/{what}") for i in range(units)]
            for what in ("factor", "offset")
        )
    for i in range(units):
        scaled = tape.emit("mul", tape.block(1), source.rows.part(i, 1), factors[i])
        tape.emit("add", target.rows.part(i, 1), scaled, offsets[i])
        for rows, out in zip(source.tangents, target.tangents, strict=True):
            tape.emit("mul", out.part(i, 1), rows.part(i, 1), factors[i])
    return target


def stretch_slots(owner: str, index: int, step: Stretch) -> dict[str, float]:
    """The numbers of a stretch, by the slot names that `_stretch` uses."""
    found: dict[str, float] = {}
    for what, values in (("factor", step.factors), ("offset", step.offsets)):
        found |= {f"{owner}/{index}/{i}/{what}": v for i, v in enumerate(values.tolist())}
    return found


def _join(tape: Tape, parts: list[Rows]) -> Rows:
    block = tape.block(sum(p.count for p in parts))
    at = 0
    for part in parts:
        tape.emit("copy", block.part(at, part.count), part)
        at += part.count
    return block


def _add(tape: Tape, first: Rows, second: Rows, factor: float) -> Rows:
    total = tape.emit("add", tape.block(first.count), first, second)
    if factor == 1.0:
        return total
    return tape.emit("mul", tape.block(first.count), total, factor)
