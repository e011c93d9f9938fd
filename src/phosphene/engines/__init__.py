"""Engines evaluate programs at points: one file each, one row in the table, loaded when asked for.

`evaluate(program, points)` is the whole interface: points of shape (inputs, n) to values of shape
(channels, n).
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError, UserError, unknown
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


# name: (module, class, what it is)
ENGINES: dict[str, tuple[str, str, str]] = {
    "cpu": (
        "phosphene.engines.cpu.engine", "CpuEngine", "numba kernels, the definition of the picture",
    ),
    "reference": (
        "phosphene.engines.reference", "ReferenceEngine",
        "NumPy float64, slow and obvious: the judge",
    ),
}  # fmt: skip


@functools.cache
def get_engine(name: str) -> Any:
    """The engine of that name. Raises `UserError` for an unknown name, `EngineError` if it cannot
    load.
    """
    if name not in ENGINES:
        raise UserError(unknown("engine", name, ENGINES, list_with="engines"))
    module, kind, _ = ENGINES[name]
    try:
        return getattr(import_module(module), kind)()
    except ImportError as error:
        raise EngineError(
            f"engine '{name}' cannot be loaded ({error}). "
            "Run: pip install --force-reinstall phosphene"
        ) from None
