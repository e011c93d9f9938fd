"""Engines evaluate programs at points: one file each, one row in the table, loaded when asked for.

`evaluate(program, points)` is all that an engine must have: points of shape (inputs, n) to values
of shape (channels, n). What it may have besides is listed in `CAPABILITIES`.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError, UserError, unknown
from phosphene.core.extras import install_command
from phosphene.engines.plan import RenderPlan
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


class MeasuringEngine(Engine, Protocol):
    """An engine with the capability "moments"."""

    def moments(
        self, values: NDArray[np.float32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of every row of (rows, points), over its finite values, in
        float64: the same bits on every machine.
        """
        ...


class RenderingEngine(Engine, Protocol):
    """An engine with the capability "render". What others do instead is
    `phosphene.raster.rendering.render_values`.
    """

    def render(self, plan: RenderPlan, rect: tuple[int, int, int, int]) -> NDArray[np.floating]:
        """Values of shape (channels, width * height) of a rectangle (x, y, width, height) of the
        plan's picture, which may reach beyond it, row by row, averaged in linear light where the
        plan takes more samples; not yet held to 0..1. The plan's finish comes after this.
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
CAPABILITIES = {
    "moments": "mean and standard deviation of rows, in a fixed order",
    "render": "values of a rectangle of a plan, with coordinates and anti-aliasing of its own",
}

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
