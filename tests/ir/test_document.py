"""Documents of programs: the same program comes back, and nothing that cannot be run gets in."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.compiler import build
from phosphene.compiler.live import live_program
from phosphene.core.errors import EngineError, ProgramError, UserError
from phosphene.engines import get_engine
from phosphene.ir.checking import MAX_ROWS, check_program
from phosphene.ir.document import CHECKED, PREFIX
from phosphene.ir.operations import INDEX, KINDS, OPERATIONS
from phosphene.ir.program import Program
from phosphene.raster.first_pass import FirstPass
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, style
from phosphene.testing.operations import one_operation
from tests.goldens.digests import SIZE, stored
from tests.ir.mutants import opened, sealed, with_structure
from tests.tables import few_quick

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = stored()
POINTS = np.linspace(-1.5, 1.5, 2 * 700).reshape(2, 700)


def whole(recipe: Recipe) -> FirstPass:
    return FirstPass(recipe, SIZE, 1, False)


def assert_returns(program: Program) -> Program:
    """A program and what comes back of its document are equal in all parts and values."""
    document = program.to_bytes()
    again = Program.from_bytes(document)
    assert (again.rows, again.inputs, again.precision) == (
        program.rows, program.inputs, program.precision,
    )  # fmt: skip
    for part in ("code", "numbers", "outputs"):
        one, two = getattr(program, part), getattr(again, part)
        assert one.dtype == two.dtype
        assert one.tobytes() == two.tobytes()
        assert two.flags.aligned and not two.flags.writeable
    assert (again.digest, again.structure) == (program.digest, program.structure)
    assert again.to_bytes() == document
    points = np.resize(POINTS, (program.inputs, 700))
    one, two = (get_engine("cpu").evaluate(p, points) for p in (program, again))
    assert one.tobytes() == two.tobytes()
    return again


@pytest.mark.parametrize("name", few_quick(GOLDENS, 50))
def test_the_program_of_a_golden_comes_back(name: str):
    recipe = Recipe(**GOLDENS[name]["recipe"])
    assert_returns(build(recipe, whole(recipe)))


@pytest.mark.parametrize("name", STYLES)
def test_the_live_program_of_a_style_comes_back_with_its_labels(name: str):
    recipe = style(name, seed=5)
    live = live_program(recipe, whole(recipe))
    again = assert_returns(live)
    assert live.labels and again.labels
    for part in ("numbers", "rows", "z"):
        assert getattr(again.labels, part) == getattr(live.labels, part)
    for one, two in zip(live.labels.biases, again.labels.biases, strict=True):
        for a, b in zip(astuple(one), astuple(two), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_a_program_of_one_operation_comes_back(name: str, precision: str):
    for program in one_operation(name, precision):
        assert_returns(program)


def test_programs_are_equal_if_their_documents_are():
    program, other = build(style("silk", seed=7)), build(style("silk", seed=8))
    same = Program.from_bytes(program.to_bytes())
    assert program == same and hash(program) == hash(same)
    assert program != other and program != live_program(style("silk", seed=7)) and program != 5
    assert len({program, same, other}) == 2


def test_a_document_is_small():
    """A browser gets it for each seed."""
    sizes = {
        kind.__name__: len(gzip.compress(kind(style("silk", seed=0)).to_bytes(), 9))
        for kind in (build, live_program)
    }
    assert sizes["build"] < 11_000
    assert sizes["live_program"] < 14_000


def test_arrays_are_at_multiples_of_eight_bytes_in_the_documented_order():
    program = live_program(style("silk", seed=0))
    document = program.to_bytes()
    magic, version, header_length, length, _, rest = PREFIX.unpack(document[:CHECKED])
    assert (magic, version, length, rest) == (b"PHOSPROG", 1, len(document), 0)
    header = json.loads(document[CHECKED : CHECKED + header_length])
    at = CHECKED + header_length
    parts = (
        (program.code, "<i4", 8 * header["operations"]),
        (program.numbers, "<f4", header["numbers"]),
        (program.outputs, "<i4", header["outputs"]), (None, "<f8", header["latent"]),
    )  # fmt: skip
    for part, kind, count in parts:
        assert at % 8 == 0
        found = np.frombuffer(document, kind, count, at)
        assert part is None or found.tolist() == part.ravel().tolist()
        at += found.nbytes + -found.nbytes % 8
    assert at == len(document)
    assert header["structure"] == program.structure


# ---- what is refused


@cache
def small() -> bytes:
    return live_program(style("prism", seed=1)).to_bytes()


def refused(document: bytes) -> str:
    with pytest.raises(ProgramError) as caught:
        Program.from_bytes(document)
    assert isinstance(caught.value, UserError)
    return str(caught.value)


def test_bytes_that_are_not_a_document_are_refused():
    assert "no program document" in refused(b"")
    assert "no program document" in refused(b"\x89PNG\r\n\x1a\n" + bytes(100))


@pytest.mark.parametrize("given", [None, 5, "text", [1], object()])
def test_what_is_not_bytes_is_refused(given: Any):
    assert "expected bytes" in refused(given)


@pytest.mark.parametrize("length", [8, 31, 32, 33, 500, -1])
def test_a_document_cut_short_is_refused(length: int):
    said = refused(small()[:length])
    assert "cut short" in said


def test_a_document_of_another_version_is_refused_and_both_are_named():
    changed = bytearray(small())
    changed[8] = 7
    said = refused(bytes(changed))
    assert "version 7" in said and "version 1" in said


def test_a_damaged_document_is_refused():
    changed = bytearray(small())
    changed[-40] ^= 1
    assert "damaged" in refused(bytes(changed))


def test_a_program_of_another_structure_than_its_key_is_refused():
    header, body = opened(small())
    assert "structure" in refused(
        sealed(json.dumps({**header, "structure": "0" * 64}).encode(), body)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 1 << 40}, {"rows": -1}, {"rows": 1.5}, {"inputs": 0}, {"precision": "f16"},
        {"operations": 1 << 30}, {"numbers": 1 << 30}, {"outputs": 0}, {"latent": 1 << 28},
        {"labels": 3}, {"labels": {}}, {"more": 1}, {"rows": None}, {"rows": True},
    ],
)  # fmt: skip
def test_a_header_that_does_not_fit_the_program_is_refused(changes: dict[str, Any]):
    header, body = opened(small())
    refused(sealed(json.dumps(header | changes).encode(), body))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"rows": NaN}'])
def test_an_invalid_header_is_refused(text: bytes):
    refused(sealed(text, opened(small())[1]))


LABELS: dict[str, list[Any]] = {
    "numbers": [
        [0, 1 << 20, "weights", "main", 0], [0, 1, "pickle", "", 0], [-1, 1, "literal", "", 0],
        [0, 1, "literal", "x" * 2000, 0], [0, 1, "literal", ""], 3,
    ],
    "rows": [
        [1 << 20, 0, 1, "main", 0, ""], [0, 1 << 16, 1, "main", 0, ""], [0, 0, 1, "main", 0, "dz"],
    ],
    "biases": [["0", "main", 0, 1, 1], [0, "main", 0, 1 << 20, 1], [0, "main", 0, 1, 1 << 30]],
    "z": [["main", ["0.5"]], ["main", 0.5], [1, [0.5]]],
}  # fmt: skip


@pytest.mark.parametrize(("part", "entry"), [(p, e) for p, some in LABELS.items() for e in some])
def test_labels_that_do_not_fit_the_program_are_refused(part: str, entry: Any):
    header, body = opened(small())
    header["labels"][part].append(entry)
    assert "labels" in refused(sealed(json.dumps(header).encode(), body))


def test_a_z_that_is_not_finite_is_refused():
    header, body = opened(small())
    text = json.dumps(header).replace('"z": [', '"z": [["main", [1e999]], ')
    assert "labels" in refused(sealed(text.encode(), body))


# ---- every operand out of range


def fields(name: str) -> Iterator[tuple[int, str]]:
    """The fields of an operation's line, and what each is."""
    yield from ((0, "operation"), (1, "target"), (5, "count"))
    kinds = KINDS[name]
    if name == "dense":
        yield from ((2, "rows"), (3, "inputs"), (6, "number"), (7, "number"), (4, "unused"))
    elif name == "table":
        yield from ((2, "rows"), (6, "number"), (7, "entries"), (3, "unused"), (4, "unused"))
    else:
        rows, numbers = kinds.count("r"), kinds.count("k")
        yield from ((2 + k, "rows" if k < rows else "unused") for k in range(3))
        yield from ((6 + k, "number" if k < numbers else "unused") for k in range(2))


CASES = [(name, field, what) for name in OPERATIONS for field, what in fields(name)]


@pytest.mark.parametrize(("name", "field", "what"), CASES)
def test_an_operand_out_of_range_is_refused(name: str, field: int, what: str):
    program = one_operation(name, "f32")[-1]
    line = program.code[0]
    odd = [-1, -(2**31), 2**31 - 1, MAX_ROWS]
    odd.append(len(OPERATIONS) if what == "operation" else program.rows + len(program.numbers))
    if what in ("target", "rows"):
        odd += [program.rows - int(line[5]) + 1 if name != "dense" or field == 1 else program.rows]
    if what == "number":
        odd.append(len(program.numbers))
    if what == "unused":
        odd.append(1)
    if what in ("count", "inputs"):
        odd.append(0)
    for value in odd:
        code = program.code.copy()
        code[0, field] = value
        check = check_program, (code, len(program.numbers), program.rows, program.inputs)
        with pytest.raises(ProgramError):
            check[0](*check[1], program.outputs)
        header, body = opened(program.to_bytes())
        changed = code.astype("<i4").tobytes() + body[code.nbytes :]
        refused(sealed(with_structure(header, changed), changed))


@pytest.mark.parametrize("row", [-1, 10**6])
def test_an_output_out_of_range_is_refused(row: int):
    program = one_operation("add", "f32")[0]
    outputs = np.array([row], np.int32)
    with pytest.raises(ProgramError, match="output"):
        check_program(program.code, len(program.numbers), program.rows, program.inputs, outputs)


def test_weights_and_entries_that_reach_beyond_the_numbers_are_refused():
    for name in ("dense", "table"):
        program = one_operation(name, "f32")[-1]
        size = int(program.code[0, 7]) if name == "table" else int(program.code[0, 5])
        with pytest.raises(ProgramError, match="uses numbers"):
            check_program(program.code, size - 1, program.rows, program.inputs, program.outputs)


def code(*lines: tuple[int | str, ...]) -> np.ndarray:
    return np.array([[INDEX[str(op)], *rest] for op, *rest in lines], np.int32)


def check(lines: np.ndarray, outputs: tuple[int, ...] = (3,)) -> None:
    check_program(lines, 4, 8, 2, np.array(outputs, np.int32))


def test_rows_that_nothing_has_written_are_refused():
    check(code(("add", 3, 0, 1, 0, 1, 0, 0)))
    with pytest.raises(ProgramError, match="were written"):
        check(code(("add", 3, 0, 4, 0, 1, 0, 0)))
    with pytest.raises(ProgramError, match="nothing writes"):
        check(code(("add", 3, 0, 1, 0, 1, 0, 0)), (4,))


def test_an_operation_that_reads_what_it_writes_is_refused():
    """Kernels are compiled for rows that do not overlap."""
    with pytest.raises(ProgramError, match="and writes"):
        check(code(("copy", 2, 0, 0, 0, 2, 0, 0), ("sin", 3, 2, 0, 0, 2, 0, 0)))
    with pytest.raises(ProgramError, match="and writes"):
        check(code(("copy", 2, 0, 0, 0, 2, 0, 0), ("sin", 3, 3, 0, 0, 1, 0, 0)))


def test_points_and_memory_of_another_shape_do_not_reach_the_kernel():
    program = one_operation("add", "f32")[0]
    points = np.zeros((program.inputs, 5), np.float32)
    with pytest.raises(EngineError, match="inputs"):
        get_engine("cpu").evaluate(program, points[1:])
    with pytest.raises(EngineError, match="channels"):
        get_engine("cpu").evaluate(program, points, np.zeros((1, 5), np.float32))


# ---- documents changed at random


def mutants(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def assert_no_crash(count: int, seed: int) -> None:
    done = mutants("-m", "tests.ir.mutants", str(count), str(seed))
    assert done.returncode == 0, f"{done.returncode}: {done.stderr[-2000:]}"
    came = json.loads(done.stdout)
    assert sum(came.values()) == count
    assert came["flip refused"] == count // 10
    assert sum(n for what, n in came.items() if what.endswith("picture")) > count / 10


def test_changed_documents_are_refused_or_are_pictures():
    assert_no_crash(600, 1)


@pytest.mark.slow(reason="10,000 documents, each read and some evaluated")
def test_ten_thousand_changed_documents_are_refused_or_are_pictures():
    assert_no_crash(10_000, 2)


def test_a_document_that_is_not_checked_ends_the_process():
    """Planted: without the check, an index of a million rows reaches the kernel."""
    text = """
from phosphene.ir import document
document.check_program = lambda *a: None
from tests.ir.mutants import *
header, body = opened(one_operation("dense", "f32")[-1].to_bytes())
code = np.frombuffer(body, "<i4", 8).copy()
code[2] = 1 << 21
body = code.tobytes() + body[32:]
run(sealed(with_structure(header, body), body))
"""
    assert mutants("-c", text).returncode < 0


def test_a_label_changes_neither_digest_nor_structure():
    live = live_program(style("prism", seed=1))
    bare = replace(live, labels=None)
    assert (bare.digest, bare.structure) == (live.digest, live.structure)
    assert Program.from_bytes(bare.to_bytes()).labels is None
