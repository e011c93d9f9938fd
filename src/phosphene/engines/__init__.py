"""Engines evaluate programs at points: one file each, one row in the table, loaded when asked for.

`evaluate(program, points)` is the whole interface: points of shape (inputs, n) to values of shape
(channels, n).
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError, UserError, unknown
from phosphene.core.extras import install_command
from phosphene.ir.program import Program


class Engine(Protocol):
    name: str
    precisions: tuple[str, ...]

    def evaluate(
        self,
        program: Program,
        points: NDArray[np.floating],
        into: NDArray[np.floating] | None = None,
    ) -> NDArray[np.floating]:
        """Values of shape (channels, n) at points of shape (inputs, n), in `into` where that
        helps.
        """
        ...


class EngineRow(NamedTuple):
    """What is known of an engine before it is loaded.

    `tier` is the tier of the admission test that it passes (`testing.TIERS`), `precisions` what it
    computes in, `capabilities` what it does beyond `evaluate`, `extra` the optional dependency that
    it needs ("": none, it is always there).
    """

    module: str
    kind: str
    says: str
    tier: str = "exact"
    precisions: tuple[str, ...] = ("f32", "f64")
    capabilities: frozenset[str] = frozenset()
    extra: str = ""


# Methods that an engine may have beyond `evaluate`.
CAPABILITIES = {"moments": "mean and standard deviation of rows, in a fixed order"}

ENGINES: dict[str, EngineRow] = {
    "cpu": EngineRow(
        "phosphene.engines.cpu.engine", "CpuEngine",
        "compiled kernels; in float32 the definition of the picture",
        capabilities=frozenset({"moments"}),
    ),
    "reference": EngineRow(
        "phosphene.engines.reference", "ReferenceEngine",
        "NumPy float64, slow and obvious: the judge",
    ),
}  # fmt: skip


@functools.cache
def get_engine(name: str) -> Any:
    """The engine of that name, loaded. Raises `UserError` for an unknown name, `EngineError` with
    the command that installs what is missing.
    """
    if name not in ENGINES:
        raise UserError(unknown("engine", name, ENGINES, list_with="engines"))
    row = ENGINES[name]
    try:
        return getattr(import_module(row.module), row.kind)()
    except ImportError as error:
        needs = f"needs the extra '{row.extra}'" if row.extra else "cannot be loaded"
        raise EngineError(
            f"engine '{name}' {needs} ({error}). Run: {install_command(row.extra)}"
        ) from None
