"""Every engine passes the admission test; every part of the admission test catches its faults."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.core.errors import EngineError
from phosphene.engines import CAPABILITIES, ENGINES, EngineRow, get_engine
from phosphene.engines.reference import ReferenceEngine
from phosphene.formula import PRIMITIVES, Tape
from phosphene.ir.assembling import assemble
from phosphene.ir.operations import OPERATIONS
from phosphene.ir.program import Program
from phosphene.testing import (
    ACCURACY,
    FORMULAS,
    FUSED_FORMULAS,
    LAWS,
    PICTURES,
    TIERS,
    Disagreement,
    check_engine,
    check_formula,
    check_fused,
    check_law,
    check_operation,
    check_picture,
)
from phosphene.testing.operations import one_operation
from phosphene.testing.pictures import picture
from phosphene.testing.points import awkward, ordinary
from phosphene.testing.tolerance import words

# Nothing is loaded to collect these: a row of ENGINES says what its engine has to pass.
CASES = [
    pytest.param(name, precision, part, case, id=f"{name} {precision} {part} {case}")
    for name, row in ENGINES.items()
    for precision in row.precisions
    for part, (_, cases) in TIERS[row.tier].items()
    for case in cases
]


def loaded(name: str) -> Any:
    """The engine; the test is skipped where the engine is of an extra that is not installed."""
    try:
        return get_engine(name)
    except EngineError as error:
        if not ENGINES[name].extra:
            raise
        pytest.skip(str(error))


@pytest.mark.parametrize(("engine", "precision", "part", "case"), CASES)
def test_an_engine_passes(engine: str, precision: str, part: str, case: str):
    check, _ = TIERS[ENGINES[engine].tier][part]
    check(loaded(engine), case, precision)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_matches_its_row(name: str):
    row, engine = ENGINES[name], loaded(name)
    assert engine.name == name
    assert engine.precisions == row.precisions
    assert row.tier in TIERS
    can = {capability for capability in CAPABILITIES if hasattr(engine, capability)}
    assert can == row.capabilities


def test_only_an_engine_of_an_extra_may_be_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ENGINES, "missing", EngineRow("no_such_module", "X", "", extra="gpu"))
    with pytest.raises(pytest.skip.Exception, match=r"needs the extra 'gpu' .* pip install"):
        loaded("missing")
    monkeypatch.setitem(ENGINES, "lost", EngineRow("no_such_module", "X", ""))
    with pytest.raises(EngineError):
        loaded("lost")
    assert all(not ENGINES[name].extra for name in ("cpu", "reference"))


def test_collecting_these_tests_loads_no_engine():
    """So that an engine whose libraries are missing or slow harms nobody else's tests."""
    code = (
        "import sys, tests.engines.test_conformance as t; assert len(t.CASES) > 500; "
        "print([m for m in sys.modules if 'numba' in m or 'cpu.engine' in m or m == 'broken'])"
    )
    broken = "from phosphene.engines import *; ENGINES['b'] = EngineRow('broken', 'B', '');"
    run = subprocess.run(
        [sys.executable, "-c", broken + code],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"


# ---- the accuracy contract


def accuracy_grid(low: float, high: float, count: int = 1_000_000) -> Any:
    """Evenly spaced arguments, and evenly spaced bit patterns, which reach the smallest."""
    even = np.linspace(low, high, count).astype(np.float32)
    ends = np.array([max(low, 2.0**-60), high], np.float32).view(np.int32)
    bits = np.linspace(*ends, count).astype(np.int32).view(np.float32)
    near_one = 1 + np.linspace(-0.5, 0.5, count, dtype=np.float32)
    grid = np.concatenate([even, bits, -bits, near_one])
    return grid[(grid >= low) & (grid <= high)][None]


@pytest.mark.parametrize("name", ACCURACY)
def test_the_cpu_engine_keeps_its_accuracy_and_the_bound_is_not_slack(name: str):
    contract = ACCURACY[name]
    x = accuracy_grid(contract.low, contract.high)
    tape = Tape()
    rows = tape.block(1)
    program = assemble(tape, rows, [tape.emit(name, tape.block(1), rows)], "f32")
    value = PRIMITIVES[name].numpy(x.astype(np.float64))
    error = np.abs(get_engine("cpu").evaluate(program, x) - value)
    worst = float((error / np.maximum(contract.bound(value), 1e-300)).max())
    assert 0.25 < worst <= 1


def fused_multiply_add(x: Any, y: Any, z: Any) -> Any:
    """x y + z of float32, rounded once: the sum in float64, rounded to odd, then to float32.

    Boldo & Melquiond 2008, "Emulation of a FMA and correctly rounded sums".
    """
    product = x.astype(np.float64) * y
    total = product + z
    part = total - product
    error = (product - (total - part)) + (z - part)
    even = total.view(np.int64) % 2 == 0
    toward = np.where(error > 0, np.inf, -np.inf)
    return np.where(even & (error != 0), np.nextafter(total, toward), total).astype(np.float32)


def test_the_cpu_engine_adds_the_terms_of_a_dense_layer_in_index_order_each_rounded_once():
    for program in one_operation("dense", "f32"):
        places = ordinary(program.inputs, "f32")
        inputs, i, j = (int(program.code[0, k]) for k in (3, 6, 7))
        for unit, row in enumerate(get_engine("cpu").evaluate(program, places)):
            total = np.full(places.shape[1], program.numbers[j + unit])
            for k in range(inputs):
                total = fused_multiply_add(
                    np.full_like(total, program.numbers[i + unit * inputs + k]), places[k], total
                )
            np.testing.assert_array_equal(row, total)


def test_the_emulated_fused_multiply_add_is_not_a_product_and_a_sum():
    x, y, z = ordinary(3, "f32")
    exact = fused_multiply_add(x, y, z)
    assert 0 < (exact != x * y + z).mean() < 0.5
    np.testing.assert_allclose(exact, x.astype(np.float64) * y + z, rtol=2.0**-23)


def lane_sum(values: Any) -> float:
    """Sixteen sums, every sixteenth value each, then those one after the other."""
    lanes = [0.0] * 16
    for k, value in enumerate(values.tolist()):
        lanes[k % 16] += value
    total = 0.0
    for lane in lanes:
        total += lane
    return total


@pytest.mark.parametrize("count", [1, 15, 16, 17, 1000])
def test_moments_are_summed_in_a_fixed_order_over_what_is_finite(count: int):
    rows = ordinary(3, "f32")[:, :count].copy()
    rows[1, ::5] = math.inf
    rows[2] = math.nan
    means, spreads = get_engine("cpu").moments(rows)
    for row, mean, spread in zip(rows[:2], means, spreads, strict=False):
        kept = np.isfinite(row)
        wide = np.where(kept, row, 0.0).astype(np.float64)
        wanted = lane_sum(wide) / kept.sum() if kept.any() else 0.0
        assert mean == wanted
        apart = np.where(kept, wide - wanted, 0.0)
        variance = lane_sum(apart * apart) / kept.sum() if kept.any() else 0.0
        assert spread == math.sqrt(variance)
    assert (means[2], spreads[2]) == (0.0, 0.0)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_the_cpu_engine_writes_into_the_given_memory(precision: str):
    program, places = picture("calm", precision)
    memory = np.full((program.channels, places.shape[1]), math.nan, places.dtype)
    assert get_engine("cpu").evaluate(program, places, memory) is memory
    np.testing.assert_array_equal(memory, get_engine("cpu").evaluate(program, places))


def test_the_pictures_need_every_kind_of_operation():
    used: set[str] = set()
    for name in PICTURES:
        program, _ = picture(name)
        used |= {word(OPERATIONS[op]) for op in program.code[:, 0]}
    assert used == set(map(word, OPERATIONS))


# ---- planted faults


class Single(ReferenceEngine):
    """The reference in float32: an engine that passes, until something in it is broken."""

    name = "single"
    precisions = ("f32",)

    def __init__(self, **changes: Any):
        super().__init__(np.float32, words(**changes))


class Scaled(Single):
    """All results one per cent too large, and 0 a hundredth."""

    def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
        with np.errstate(all="ignore"):
            return super().evaluate(program, points) * np.float32(1.01) + np.float32(0.01)


class OneWeight(Single):
    """The first weight of the first dense layer one per cent too large."""

    def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
        first = next(line for line in program.code if OPERATIONS[line[0]] == "dense")
        numbers = program.numbers.copy()
        numbers[first[6]] *= np.float32(1.01)
        return super().evaluate(replace(program, numbers=numbers), points)


class ByPlace(Single):
    """The last point of every block has its last bit turned."""

    def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
        values = super().evaluate(program, points)
        values[:, 255::256] = np.nextafter(values[:, 255::256], np.float32(9))
        return values


class Remembering(Single):
    """The first block after a NaN has its last bit turned."""

    seen = False

    def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
        values = super().evaluate(program, points)
        if self.seen:
            values[:, :256] = np.nextafter(values[:, :256], np.float32(9))
        self.seen = bool(np.isnan(points).any())
        return values


def slip(name: str, factor: float = 1.01) -> Single:
    """An engine with one primitive off by a factor."""
    word = PRIMITIVES[name].numpy
    return Single(**{name: lambda *args: word(*args) * np.float32(factor)})


def caught(part: str, engine: Any, names: Any) -> Iterator[str]:
    """The checks of a part that fail for the engine."""
    check, _ = TIERS["exact"][part]
    for name in names:
        try:
            check(engine, name, "f32")
        except Disagreement:
            yield name


@pytest.mark.slow(reason="the whole admission test of a slow engine")
def test_an_engine_without_a_fault_passes_everything():
    check_engine(Single())


@pytest.mark.parametrize("name", OPERATIONS)
def test_one_per_cent_in_an_operation_is_caught(name: str):
    with pytest.raises(Disagreement, match=f"single f32: operation {name}: .* values are wrong"):
        check_operation(Scaled(), name)


@pytest.mark.parametrize("name", FORMULAS)
def test_one_per_cent_in_a_formula_is_caught(name: str):
    with pytest.raises(Disagreement, match=f"formula {name}"):
        check_formula(Scaled(), name)


@pytest.mark.parametrize("name", PICTURES)
def test_one_per_cent_in_one_weight_of_a_picture_is_caught(name: str):
    with pytest.raises(Disagreement, match=f"picture {name}"):
        check_picture(OneWeight(), name)


def word(operation: str) -> str:
    """The primitive or function that an operation is a form of."""
    return operation.removeprefix("k_").removesuffix("_rk").removesuffix("_kk").removesuffix("_k")


def uses(program: Program, name: str) -> bool:
    return any(word(OPERATIONS[op]) == name for op in program.code[:, 0])


@pytest.mark.parametrize("name", PRIMITIVES)
def test_a_slip_in_a_primitive_is_caught_by_operations_formulas_and_pictures(name: str):
    formulas = [n for n, f in FORMULAS.items() if uses(f.program("f32", fused=False), name)]
    pictures = [n for n in PICTURES if uses(picture(n)[0], name)]
    for part, names in (("operation", [name]), ("formula", formulas), ("picture", pictures)):
        assert next(caught(part, slip(name), names), None), part


@pytest.mark.parametrize(
    ("part", "name"),
    [("operation", "sin"), ("formula", "activation sin"), ("picture", "chaotic")],
)
def test_a_sine_wrong_by_two_millionths_is_caught(part: str, name: str):
    assert list(caught(part, slip("sin", 1 + 2e-6), [name])) == [name]


@pytest.mark.parametrize("name", FUSED_FORMULAS)
def test_an_operation_one_bit_off_its_formula_is_caught(name: str):
    class Fused(Single):
        def evaluate(self, program: Program, points: Any, into: Any = None) -> Any:
            values = super().evaluate(program, points)
            fused = any(OPERATIONS[op] == name for op in program.code[:, 0])
            return np.nextafter(values, np.float32(9)) if fused else values

    with pytest.raises(Disagreement, match=f"fused {name}"):
        check_fused(Fused(), name)


@pytest.mark.parametrize(
    ("engine", "broken"),
    [
        (ByPlace(), {"points in parts", "points in any order"}),
        (Remembering(), {"points after others"}),
    ],
    ids=["by place", "remembering"],
)
def test_a_value_that_depends_on_more_than_its_point_is_caught(engine: Single, broken: set[str]):
    assert set(caught("law", engine, LAWS)) == broken
    with pytest.raises(Disagreement):
        check_law(engine, min(broken))


def test_a_wrong_infinity_and_a_wrong_nan_are_caught():
    places = awkward(2, "f32")
    for value in (math.inf, math.nan, 0.0):
        engine = Single(log2=lambda x, v=value: np.full_like(x, v))
        with pytest.raises(Disagreement):
            check_operation(engine, "log2")
    assert np.isnan(places).any()
    assert np.isinf(places).any()
