"""A worker: a process of one thread that makes bands, started by `phosphene.render.workers`.

On its standard input: a line of JSON that sets the job up, the program's arrays, then a line for
every band. It answers each on standard output, with a line of JSON, and ends when its input does.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.core.errors import PhospheneError
from phosphene.files.piece_store import Band, Store
from phosphene.ir.program import Program
from phosphene.raster.view import Frame, Rect
from phosphene.recipe import Finish, Recipe
from phosphene.render.export_job import Job, Maker


def set_up(job: Job, store: Store) -> dict[str, Any]:
    """What a worker must be told, as data for JSON."""
    return {
        "recipe": job.recipe.json, "finish": job.finish.model_dump(mode="json"),
        "frame": job.frame, "engine": job.engine, "suffix": job.suffix, "options": job.options,
        "wants": job.wants, "folder": str(store.folder), "job": store.job,
    }  # fmt: skip


def pack_program(program: Program) -> bytes:
    """A program's arrays, of x and y alone."""
    memory = io.BytesIO()
    np.savez(
        memory, code=program.code, numbers=program.numbers, outputs=program.outputs,
        rows=program.rows, inputs=program.inputs,
    )  # fmt: skip
    return memory.getvalue()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # nothing else shall speak there
    with suppress(BrokenPipeError):  # whoever asked has gone
        line = given.readline()
        if line:
            setup = json.loads(line)
            maker = _maker(setup, given.read(setup["program"]))
            for line in given:
                answers.write(f"{json.dumps(_answer(maker, Band(*json.loads(line))))}\n")
                answers.flush()
    os._exit(0)


def _maker(setup: dict[str, Any], packed: bytes) -> Maker:
    size, rect, dpi, bleed = setup["frame"]
    job = Job(
        Recipe.from_json(setup["recipe"]), Frame(tuple(size), Rect(*rect), dpi, bleed),
        setup["engine"], setup["suffix"], setup["options"], setup["wants"],
        Finish(**setup["finish"]),
    )  # fmt: skip
    with np.load(io.BytesIO(packed)) as arrays:
        program = Program(
            arrays["code"], arrays["numbers"], int(arrays["rows"]), int(arrays["inputs"]),
            arrays["outputs"],
        )  # fmt: skip
    store = Store(Path(setup["folder"]), setup["job"])
    return Maker(job, job.painter(program), store, program.channels)


def _answer(maker: Maker, band: Band) -> dict[str, Any]:
    try:
        maker.make(band)
    except PhospheneError as error:
        return {"error": type(error).__name__, "text": str(error)}
    return {"made": band}
