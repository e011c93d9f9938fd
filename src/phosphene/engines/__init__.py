"""Engines evaluate programs at points. Each has one file and one row in a table; it loads on use.

`evaluate(program, points)` is the only required method: from points of shape (inputs, n) to values
of shape (channels, n). Optional methods are listed in `CAPABILITIES`.
"""

from __future__ import annotations

import functools
from importlib import import_module
from typing import Literal, NamedTuple, Protocol, TypeGuard, overload

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import EngineError, UserError, unknown
from phosphene.core.extras import install_command
from phosphene.engines.plan import RenderPlan
from phosphene.ir.program import Program


class Engine(Protocol):
    """What every engine is. `MeasuringEngine` and `RenderingEngine` can do more."""

    @property
    def name(self) -> str: ...

    @property
    def precisions(self) -> tuple[str, ...]: ...

    def evaluate(
        self,
        program: Program,
        points: NDArray[np.floating],
        into: NDArray[np.floating] | None = None,
    ) -> NDArray[np.floating]:
        """Values of shape (channels, n) at points of shape (inputs, n). An engine may store them in
        `into`, an array of that shape.
        """
        ...


class MeasuringEngine(Engine, Protocol):
    """An engine with the capability "moments"."""

    def moments(
        self, values: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation, float64, of each row's finite values; `values` of shape
        (rows, points), which are rounded to float32. The same bits on every machine.
        """
        ...


class RenderingEngine(Engine, Protocol):
    """An engine with the capability "render". For other engines,
    `phosphene.raster.rendering.render_values` does the same.
    """

    def render(self, plan: RenderPlan, rect: tuple[int, int, int, int]) -> NDArray[np.floating]:
        """Values of shape (channels, width * height), in row order, of a rectangle (x, y, width,
        height) of the plan's picture, which may extend beyond it. Where the plan takes several
        samples per pixel, they are averaged in linear light. Values are not clamped to 0..1, and
        the plan's finish is not applied.
        """
        ...


def can_render(engine: Engine) -> TypeGuard[RenderingEngine]:
    """Whether an engine has the capability "render"."""
    return hasattr(engine, "render")


class EngineRow(NamedTuple):
    """What is known about an engine before it is loaded.

    `tier` is the tier of the admission test that it passes (`testing.TIERS`), `precisions` are
    those that it supports, `capabilities` its methods beyond `evaluate`, and `extra` the optional
    dependency that it needs ("": none, it is always available).
    """

    module: str
    kind: str
    description: str
    tier: str = "exact"
    precisions: tuple[str, ...] = ("f32", "f64")
    capabilities: frozenset[str] = frozenset()
    extra: str = ""


# Optional methods of an engine, beyond `evaluate`.
CAPABILITIES = {
    "moments": "mean and standard deviation of rows, in a fixed order",
    "render": "values of a rectangle of a plan, with its own coordinates and anti-aliasing",
}

ENGINES: dict[str, EngineRow] = {
    "cpu": EngineRow(
        "phosphene.engines.cpu.engine", "CpuEngine",
        "compiled kernels; in float32 the definition of the picture",
        capabilities=frozenset({"moments"}),
    ),
    "reference": EngineRow(
        "phosphene.engines.reference", "ReferenceEngine",
        "NumPy float64, slow and simple: what other engines are compared with",
    ),
}  # fmt: skip


@overload
def get_engine(name: Literal["cpu"]) -> MeasuringEngine: ...
@overload
def get_engine(name: str) -> Engine: ...
def get_engine(name: str) -> Engine:
    """Load and return an engine by name. Raises `UserError` for an unknown name, `EngineError` with
    an install command where a package is missing.
    """
    if name not in ENGINES:
        raise UserError(unknown("engine", name, ENGINES, list_with="engines"))
    return _load(name)


@functools.cache
def _load(name: str) -> Engine:
    row = ENGINES[name]
    try:
        return getattr(import_module(row.module), row.kind)()
    except ImportError as error:
        needs = f"needs the extra '{row.extra}'" if row.extra else "cannot be loaded"
        raise EngineError(
            f"engine '{name}' {needs} ({error}). Run: {install_command(row.extra)}"
        ) from None
