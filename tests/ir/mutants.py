"""Documents of programs, changed at random, read and run: `python -m tests.ir.mutants COUNT SEED`.

Prints what came of them as JSON. A process of its own, so that a crash is seen.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from phosphene.compiler import build
from phosphene.compiler.live import live_program
from phosphene.core.errors import ProgramError
from phosphene.engines import get_engine
from phosphene.ir.document import CHECKED, PREFIX, structure_key
from phosphene.ir.program import Program
from phosphene.recipe import Recipe
from phosphene.styles import style
from phosphene.testing.operations import one_operation

POINTS = 300  # more than a block of the row machine
ODD = (-(2**31), -1, 0, 1, 2, 3, 7, 8, 63, 64, 255, 1000, 2**16, 2**17, 2**24, 2**30, 2**31 - 1)
Random = np.random.Generator


def sealed(header: bytes, body: bytes) -> bytes:
    """A document of this header and these arrays, its lengths and checksum right."""
    header += b" " * (-len(header) % 8)
    rest = header + body
    prefix = (b"PHOSPROG", 1, len(header), CHECKED + len(rest), zlib.crc32(rest), 0)
    return PREFIX.pack(*prefix) + rest


def opened(document: bytes) -> tuple[dict[str, Any], bytes]:
    """The header and the arrays of a document as it was written."""
    at = CHECKED + PREFIX.unpack(document[:CHECKED])[2]
    return json.loads(document[CHECKED:at]), document[at:]


def flip(document: bytes, random: Random) -> bytes:
    """Some bits flipped anywhere, the checksum as it was."""
    changed = bytearray(document)
    for at in random.integers(0, len(changed), random.integers(1, 6)):
        changed[at] ^= 1 << int(random.integers(8))
    return bytes(changed)


def flip_sealed(document: bytes, random: Random) -> bytes:
    """Some bits of header and arrays flipped, the checksum put right."""
    at = CHECKED + PREFIX.unpack(document[:CHECKED])[2]
    changed = flip(document[CHECKED:], random)
    return sealed(changed[: at - CHECKED], changed[at - CHECKED :])


def cut(document: bytes, random: Random) -> bytes:
    return document[: int(random.integers(0, len(document)))]


def cut_sealed(document: bytes, random: Random) -> bytes:
    header, body = opened(document)
    end = int(random.integers(0, len(body)))
    return sealed(json.dumps(header).encode(), body[:end])


def splice(document: bytes, random: Random) -> bytes:
    """A piece of the arrays put in the place of another."""
    header, body = opened(document)
    size = int(random.integers(1, min(len(body), 400)))
    source, target = random.integers(0, len(body) - size + 1, 2)
    changed = bytearray(body)
    changed[target : target + size] = body[source : source + size]
    return sealed(with_structure(header, bytes(changed)), bytes(changed))


def change_header(document: bytes, random: Random) -> bytes:
    """A value of the header, at any depth, in place of another."""
    header, body = opened(document)
    place: Any = header
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = keys[int(random.integers(len(keys)))]
        deeper = place[key]
        if not isinstance(deeper, dict | list) or not deeper or random.random() < 0.1:
            break
        place = deeper
    odd = (*ODD, None, True, "", "f64", "x" * 2000, 1e300, 0.5, [], {}, [[]], 10**30)
    place[key] = odd[int(random.integers(len(odd)))]
    return sealed(json.dumps(header).encode(), body)


def change_code(document: bytes, random: Random) -> bytes:
    """One to three fields of the code changed, the structure's key and checksum put right."""
    header, body = opened(document)
    code = np.frombuffer(body, "<i4", 8 * header["operations"]).copy()
    fields = random.integers(0, len(code), random.integers(1, 4))
    for at in fields:
        near = random.random() < 0.5
        code[at] = code[at] + random.integers(-3, 4) if near else ODD[random.integers(len(ODD))]
    changed = code.tobytes() + body[code.nbytes :]
    return sealed(with_structure(header, changed), changed)


def change_sizes(document: bytes, random: Random) -> bytes:
    """Fewer or more rows, inputs, numbers or outputs than there were."""
    header, body = opened(document)
    name = ("rows", "inputs", "numbers", "outputs", "operations", "latent")[random.integers(6)]
    header[name] = max(0, header[name] + int(random.integers(-8, 9)))
    return sealed(with_structure(header, body), body)


def change_numbers(document: bytes, random: Random) -> bytes:
    """Numbers that are not finite, or bits that may be anything."""
    header, body = opened(document)
    start = 32 * header["operations"]
    size = header["numbers"] * (8 if header["precision"] == "f64" else 4)
    changed = bytearray(body)
    for _ in range(int(random.integers(1, 20))):
        at = start + int(random.integers(0, size // 4)) * 4
        odd = (np.inf, -np.inf, np.nan, 3e38, 1e-40)[random.integers(5)]
        changed[at : at + 4] = struct.pack("<f", odd) if random.random() < 0.7 else random.bytes(4)
    return sealed(json.dumps(header).encode(), bytes(changed))


def with_structure(header: dict[str, Any], body: bytes) -> bytes:
    """The header as text, with the key of the code that stands in the arrays, where it is whole."""
    operations, width = header["operations"], 8 if header["precision"] == "f64" else 4
    at = 32 * operations + header["numbers"] * width
    at += -at % 8
    if at + 4 * header["outputs"] <= len(body):
        code = np.frombuffer(body, "<i4", 8 * operations)
        outputs = np.frombuffer(body, "<i4", header["outputs"], at)
        header = {**header, "structure": structure_key(code, outputs, header["inputs"])}
    return json.dumps(header).encode()


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (
    flip, flip_sealed, cut, cut_sealed, splice, change_header, change_code, change_code,
    change_sizes, change_numbers,
)  # fmt: skip


def documents() -> list[bytes]:
    """Small programs of every operation, and whole pictures."""
    names = ("sort", "softmax", "logsoftmax", "layer_norm", "dense", "table", "select_kk", "fill")
    programs = [one_operation(name, p)[-1] for name in names for p in ("f32", "f64")]
    programs += [live_program(style(name, seed=1)) for name in ("silk", "bloom", "riley")]
    programs.append(build(style("papercut", seed=1)))
    programs.append(
        build(Recipe(seed=1, precision="f64", shading={"rgb": ["cdf(main0)", "x", "y"]}))
    )
    return [program.to_bytes() for program in programs]


def run(document: bytes) -> str:
    """ "refused" or "picture". Anything else that is raised ends the process."""
    try:
        program = Program.from_bytes(document)
    except ProgramError as error:
        assert str(error)
        return "refused"
    at = np.linspace(-3, 3, program.inputs * POINTS).reshape(program.inputs, POINTS)
    values = get_engine("cpu").evaluate(program, at)
    assert values.shape == (program.channels, POINTS)
    assert Program.from_bytes(program.to_bytes()).digest == program.digest
    return "picture"


def main(count: int, seed: int) -> None:
    random, came = np.random.default_rng(seed), Counter[str]()
    whole = documents()
    for document in whole:
        assert run(document) == "picture"
    for k in range(count):
        mutate = MUTATIONS[k % len(MUTATIONS)]
        document = whole[int(random.integers(len(whole)))]
        came[f"{mutate.__name__} {run(mutate(document, random))}"] += 1
    print(json.dumps(came))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
