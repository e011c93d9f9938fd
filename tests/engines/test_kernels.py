"""Kernels as machine code: self-contained, verified when loaded, and run without numba."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from phosphene.engines.cpu import kernel_calls as calls
from phosphene.engines.cpu import kernels
from phosphene.engines.cpu.kernel_cache import source_digest, source_files
from tests.goldens.digests import stored
from tests.test_house import imports

ROOT = Path(__file__).resolve().parents[2]
GROUPS = sorted({row.group for row in kernels.KERNELS.values()})


def undefined(code: bytes) -> set[str]:
    """The undefined symbols of an ELF object for a 64-bit machine."""
    assert code[:6] == b"\x7fELF\x02\x01"
    (table,) = struct.unpack_from("<Q", code, 40)
    size, count, _ = struct.unpack_from("<3H", code, 58)
    sections = [struct.unpack_from("<2I4Q2I2Q", code, table + k * size) for k in range(count)]
    found: set[str] = set()
    for _, kind, _, _, at, length, names, *_ in sections:
        if kind == 2:  # symbols
            texts = code[sections[names][4] :]
            for symbol in struct.iter_unpack("<I2BH2Q", code[at : at + length]):
                if symbol[3] == 0 and symbol[0]:
                    found.add(texts[symbol[0] : texts.index(b"\0", symbol[0])].decode())
    return found


def folder_of(group: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache holds the kernels of a group, compiled now if they have to be."""
    monkeypatch.setenv("PHOSPHENE_COMPILE", "1")
    kernels._compiled(group)
    return kernels.group_folder(group)


def test_the_digest_covers_everything_that_a_kernel_is_made_of():
    package = ROOT / "src" / "phosphene"
    covered = {p.relative_to(package).as_posix() for p in source_files()}
    modules = {row.module for row in kernels.KERNELS.values()}
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


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
@pytest.mark.parametrize("group", GROUPS)
def test_an_object_refers_to_nothing_but_memory_functions(group: str, monkeypatch):
    code = (folder_of(group, monkeypatch) / "kernels.o").read_bytes()
    assert undefined(code) <= {"memset", "memcpy", "memmove"}


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
def test_a_planted_call_is_found_among_undefined_symbols():
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    text = (
        "declare i32 @puts(ptr)\ndefine i32 @f(ptr %p) { %a = call i32 @puts(ptr %p) ret i32 %a }"
    )
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
    assert undefined(machine.emit_object(llvm.parse_assembly(text))) == {"puts"}


def test_a_process_that_paints_a_golden_has_no_numba():
    paint = (
        "import sys, json, phosphene as ph\n"
        "from tests.goldens.digests import measure\n"
        "golden, _ = measure(ph.Recipe(**json.loads(sys.stdin.read())))\n"
        "print(golden['pixels'], 'numba' in sys.modules)"
    )
    golden = stored()["default"]
    for _ in range(2):  # the first may have to compile, in a process of its own
        run = subprocess.run(
            [sys.executable, "-c", paint],
            cwd=ROOT,
            input=json.dumps(golden["recipe"]),
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.split() == [golden["pixels"], "False"]


@pytest.mark.parametrize("fault", ["a byte", "other sources", "no such kernel", "not there"])
def test_a_cached_kernel_that_is_not_the_one_saved_is_refused(
    fault: str, tmp_path: Path, monkeypatch
):
    folder = Path(shutil.copytree(folder_of("drawing", monkeypatch), tmp_path / "kept"))
    types, sources = kernels.types_of("drawing"), source_digest()
    assert set(calls.load(folder, sources, types)) == {"fill_table", "to_normal"}
    if fault == "a byte":
        code = bytearray((folder / "kernels.o").read_bytes())
        code[len(code) // 2] ^= 1
        (folder / "kernels.o").write_bytes(code)
    elif fault == "other sources":
        sources = sources[::-1]
    elif fault == "no such kernel":
        types = {"to_uniform": "float64[:, ::1]"}
    else:
        (folder / "kernels.o").unlink()
    with pytest.raises((calls.BadObjectError, OSError)):
        calls.load(folder, sources, types)


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
