"""Programs as bytes, for other processes."""

from __future__ import annotations

import io

import numpy as np

from phosphene.ir.program import Program


def pack_program(program: Program) -> bytes:
    """A program's arrays, as .npz."""
    memory = io.BytesIO()
    np.savez(
        memory, code=program.code, numbers=program.numbers, outputs=program.outputs,
        rows=program.rows, inputs=program.inputs,
    )  # fmt: skip
    return memory.getvalue()


def unpack_program(data: bytes) -> Program:
    with np.load(io.BytesIO(data)) as arrays:
        return Program(
            arrays["code"], arrays["numbers"], int(arrays["rows"]), int(arrays["inputs"]),
            arrays["outputs"],
        )  # fmt: skip
