"""Kernels as machine code: self-contained, verified when loaded, and run without numba."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from phosphene.engines.cpu import kernel_targets, kernels
from phosphene.engines.cpu.kernel_cache import source_files
from phosphene.engines.cpu.kernel_calls import load
from phosphene.engines.cpu.kernel_files import BadObjectError, link
from phosphene.engines.cpu.kernel_table import FIRST, GROUPS, KERNELS
from tests.engines.code import code_in_use, undefined
from tests.test_house import imports

ROOT = Path(__file__).resolve().parents[2]


def test_the_digest_covers_everything_that_a_kernel_is_made_of():
    package = ROOT / "src" / "phosphene"
    covered = {p.relative_to(package).as_posix() for p in source_files()}
    modules = {row.module for row in KERNELS.values()}
    open_paths = [f"{module.replace('.', '/')}.py" for module in modules]
    reached: set[str] = set()
    while open_paths:
        path = open_paths.pop()
        if path in reached:
            continue
        reached.add(path)
        for _, name in imports(path, (package / path).read_text(encoding="utf-8")):
            inner = name.split(".")[1:]
            files = ["/".join(inner[:n]) + ".py" for n in range(len(inner), 0, -1)]
            open_paths += [f for f in files if (package / f).is_file()][:1]
    assert len(reached) > 10
    # What an error is has no part in machine code.
    assert reached - {"core/errors.py"} <= covered


def test_every_kernel_belongs_to_a_group():
    assert {row.group for row in KERNELS.values()} == set(GROUPS)
    assert set(FIRST) <= set(GROUPS)


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
@pytest.mark.parametrize("group", GROUPS)
def test_machine_code_refers_to_nothing_but_memory_functions(group: str):
    code = code_in_use(group)
    assert undefined(code.object) <= {"memset", "memcpy", "memmove"}
    assert code.library is None or undefined(code.library) <= {"memset", "memcpy", "memmove"}


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
def test_a_planted_call_is_found_among_undefined_symbols():
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    text = (
        "declare i32 @puts(ptr)\ndefine i32 @f(ptr %p) { %a = call i32 @puts(ptr %p) ret i32 %a }"
    )
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    code = machine.emit_object(llvm.parse_assembly(text))
    assert undefined(code) == {"puts"}
    library = link(code)
    assert library is None or undefined(library) == {"puts"}


def test_a_kernel_that_the_code_does_not_hold_is_refused():
    with pytest.raises(BadObjectError, match="there is no kernel to_uniform"):
        load(code_in_use("picture"), {"to_uniform": "float64[:, ::1]"})


@pytest.mark.parametrize(
    "table", [np.zeros((2, 2), np.float32), np.zeros(4), np.zeros((2, 4))[:, ::2]]
)
def test_an_array_of_another_kind_does_not_reach_the_code(table: np.ndarray):
    with pytest.raises(TypeError, match="to_normal"):
        kernels.kernel("to_normal")(table)


def test_unsigned_64_bit_numbers_arrive_unchanged():
    """Keys of streams use all 64 bits."""
    one, two = np.empty((1, 4)), np.empty((1, 4))
    kernels.kernel("fill_table")(2**64 - 1, 2**63, one)
    wanted = np.random.Generator(np.random.Philox(key=np.array([2**64 - 1, 2**63], np.uint64)))
    two[0] = (wanted.bit_generator.random_raw(4) >> np.uint64(12)) + 0.5
    assert one.tobytes() == (two * 2.0**-52).tobytes()


def test_threads_that_ask_simultaneously_get_the_same_kernel():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kernels.kernel("word_rows"), range(64)))
    assert len(found) == 1


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch):
    """Sets the CPU that is detected: NumPy's features, the name and features of LLVM."""

    def detect(numpy: dict[str, bool], name: str = "", features: str = "") -> str:
        monkeypatch.delenv("NUMBA_CPU_NAME", raising=False)
        monkeypatch.delenv("NUMBA_CPU_FEATURES", raising=False)
        monkeypatch.setattr(kernel_targets, "_cpu_features", lambda: numpy)
        monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: name)
        monkeypatch.setattr(llvm, "get_host_cpu_features", lambda: Features(features))
        return kernel_targets.target_name.__wrapped__()

    return detect


class Features(str):
    flatten = str.__str__


@pytest.mark.skipif(sys.platform != "linux", reason="names of Linux")
def test_a_cpu_is_taken_for_the_highest_level_that_it_fully_has(cpu, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    v3 = {"AVX2": True, "FMA3": True, "AVX512_SKX": False}
    assert cpu(v3) == "linux-x86_64-v3"  # NumPy before 2.4
    assert cpu(v3 | {"AVX512_SKX": True}) == "linux-x86_64-v4"
    assert cpu(v3 | {"X86_V3": True, "X86_V4": False, "AVX512_SKX": True}) == "linux-x86_64-v3"
    assert "v3" not in cpu(v3 | {"X86_V3": False}, "haswell", "+avx2,-movbe")


def test_an_unknown_cpu_is_named_by_its_name_and_its_features(cpu, monkeypatch):
    names = [
        cpu({}, "core2", "+sse3"),
        cpu({}, "core2", "+sse3,+sse4.1"),
        cpu({}, "../nehalem", "+sse3"),
    ]
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    names += [cpu({}, "rocket", "+m"), cpu({}, "rocket", "+m,+v")]
    assert len(set(names)) == 5
    assert "core2" in names[0] and "nehalem" in names[2] and "riscv64-rocket" in names[3]
    assert not any(set(name) & set("./\\") for name in names)
    assert not set(names) & set(kernel_targets.TARGETS)
