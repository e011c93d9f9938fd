"""Saved kernels give the same bits as freshly compiled ones, and need no numba."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import compiled_draws
from phosphene.engines.cpu import engine, kernels
from phosphene.engines.cpu.kernel_build import compile_groups
from phosphene.engines.cpu.kernel_calls import load
from phosphene.engines.cpu.kernel_objects import OPTIONS
from phosphene.engines.cpu.kernel_table import GROUPS, KERNELS, types_of
from phosphene.engines.cpu.kernel_targets import target_name
from phosphene.raster import antialias, dither, encodings, finish
from phosphene.raster.frame import Rect
from phosphene.recipe import Finish, Recipe
from phosphene.render import render
from tests.engines.code import code_in_use
from tests.goldens.digests import stored
from tests.goldens.recipes import RECIPES

ROOT = Path(__file__).resolve().parents[2]
CALLERS = (compiled_draws, engine, antialias, dither, encodings, finish)
SCRATCH = {"evaluate": 2, "evaluate64": 2, "moments": 1}  # an argument that is only memory
ODD = (np.nan, np.inf, -np.inf, -0.0, 1e-42, 1.0, 0.5, -3.0, 2.0)

Call = tuple[str, list[Any], list[Any]]
Kernels = dict[str, Callable[..., None]]


def copies(values: Any) -> list[Any]:
    """The arguments again, arrays as copies that start on 64 bytes."""
    return [aligned(v) if isinstance(v, np.ndarray) else v for v in values]


def aligned(array: np.ndarray) -> np.ndarray:
    memory = np.empty(array.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    made = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    made[...] = array
    return made


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """Calls of every kernel: its name, the arguments before, the arguments after."""
    found: list[Call] = []

    def recording(name: str) -> Any:
        def call(*given: Any) -> None:
            before = copies(given)
            kernels.kernel(name)(*given)
            found.append((name, before, copies(given)))

        return call

    with pytest.MonkeyPatch.context() as patch:
        for module in CALLERS:
            patch.setattr(module, "kernel", recording)
        make_calls()
    assert {name for name, *_ in found} == set(KERNELS)
    return found


def make_calls() -> None:
    for name in list(RECIPES)[::7]:
        render(Recipe(**RECIPES[name]), (17, 11))
    for more in ({"antialias": "print"}, {"dither": "blue"}):
        render(Recipe(**RECIPES["default"], finish=more), (33, 29)).uint8  # noqa: B018
    render(Recipe(precision="f64"), (17, 11))
    for channels in (1, 2, 3, 4):
        values = np.random.default_rng(channels).normal(0.5, 0.7, (channels, 12 * 7))
        values[:, : len(ODD)] = ODD
        rect, planes = Rect(0, 0, 12, 7), values.reshape(channels, 7, 12)
        singles = values.astype(np.float32)
        for rounding in ("nearest", "truncate", "half_even"):
            finish.to_bytes(singles, rect, Finish(rounding=rounding))
        finish.to_float(singles, rect)
        encodings.to_words(singles, rect)
        encodings.to_light(singles, rect)
        interleaved = np.ascontiguousarray(singles.T).reshape(7, 12, channels).transpose(2, 0, 1)
        for view in (planes, planes.astype(np.float32), interleaved, planes[:, :, ::2]):
            for invert in (False, True):
                dither.dithered(view, (5, 3), invert)
                dither.dithered(view.astype(np.float32, copy=False), (5, 3), invert)


def different(calls: list[Call], code: Kernels) -> set[str]:
    """The kernels that leave other bytes in their arguments than recorded."""
    found: set[str] = set()
    for name, before, after in calls:
        given = copies(before)
        code[name](*given)
        for k, (got, wanted) in enumerate(zip(given, after, strict=True)):
            if SCRATCH.get(name) != k and np.asarray(got).tobytes() != np.asarray(wanted).tobytes():
                found.add(name)
    return found


@pytest.mark.slow(reason="compiles all kernels with numba")
def test_saved_kernels_give_the_bits_of_numba(calls: list[Call]):
    from numba import njit

    code: Kernels = {}
    for name, row in KERNELS.items():
        function = getattr(import_module(f"phosphene.{row.module}"), row.function)
        options = OPTIONS | {"no_cpython_wrapper": False}
        code[name] = njit(f"void({row.types})", **options)(function)
    assert different(calls, code) == set()


@pytest.mark.slow(reason="compiles all kernels for another level of CPUs")
@pytest.mark.skipif("x86_64" not in target_name(), reason="levels of x86-64")
def test_kernels_for_avx2_give_the_same_bits(calls: list[Call]):
    assert platform.machine() in ("x86_64", "AMD64")
    made = compile_groups([(f"{sys.platform}-x86_64-v3", group) for group in GROUPS])
    code: Kernels = {}
    for group, machine_code in zip(GROUPS, made, strict=True):
        code |= load(machine_code, types_of(group))
    assert different(calls, code) == set()


def test_a_kernel_with_other_bits_is_found(calls: list[Call]):
    def off(*given: Any) -> None:
        kernels.kernel("hold_rows")(*given)
        given[-1].view(np.int32)[0, 0] += 1

    mine = [call for call in calls if call[0] in ("hold_rows", "word_rows")]
    planted = {"hold_rows": off, "word_rows": kernels.kernel("word_rows")}
    assert different(mine, planted) == {"hold_rows"}


@pytest.mark.slow(reason="compiles two groups of kernels twice")
def test_objects_compiled_twice_have_equal_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    pairs = [("linux-x86_64-v3", "picture"), ("linux-aarch64", "picture")]
    made = []
    for turn in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", turn)
        (tmp_path / turn).mkdir()
        monkeypatch.chdir(tmp_path / turn)
        made.append(compile_groups(pairs))
    assert made[0] == made[1]
    assert made[0][0].object != made[0][1].object


PAINT = """
import json, sys
from phosphene.recipe import Recipe
from tests.goldens.digests import measure
found = {name: measure(Recipe(**made))[0]["pixels"] for name, made in json.load(sys.stdin).items()}
print(json.dumps([found, [name for name in ("numba", "llvmlite") if name in sys.modules]]))
"""


def painted(goldens: dict[str, Any], **environment: str) -> tuple[dict[str, str], list[str]]:
    """The pixels' digests by a new process, and which compilers it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PAINT],
        cwd=ROOT,
        env=os.environ | environment,
        input=json.dumps({name: golden["recipe"] for name, golden in goldens.items()}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_a_process_that_paints_a_golden_imports_no_compiler():
    golden = stored()["default"]
    found, compilers = painted({"default": golden})
    assert found == {"default": golden["pixels"]}
    assert "numba" not in compilers
    assert not compilers or code_in_use("engine").library is None


@pytest.mark.slow(reason="paints every golden in a new process")
def test_a_process_without_numba_paints_all_goldens():
    goldens = stored()
    found, compilers = painted(goldens)
    assert found == {name: golden["pixels"] for name, golden in goldens.items()}
    assert "numba" not in compilers
