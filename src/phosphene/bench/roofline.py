"""The roofline of one core: its measured multiply-add peak and the cost of each activation.

The kernels are imported by the first measurement, so that other programs start without numba.
"""

from __future__ import annotations

import numpy as np

from phosphene.bench.networks import Demand
from phosphene.bench.timing import cpu_seconds
from phosphene.ir.operations import OPERATIONS

ROWS = 8  # rows in and rows out: half of a 32 kB first-level cache
LINES = 512  # operations in one call, so that the cost of the call is negligible

DEFINITION = (
    "Roofline time per pixel = 2 x multiply-adds / peak + sum of (values x cost per value) over "
    "the activations. Peak: independent vector fused multiply-adds in registers. Cost: the row "
    "machine's own operation on rows in first-level cache. Nothing overlaps; coordinates, colour "
    "and bytes count as overhead. Fraction = roofline time / measured time, one core, CPU time, "
    "best of alternating rounds."
)


def roofline_ns(demand: Demand, peak_gflops: float, cost_ns: dict[str, float]) -> float:
    """The shortest possible time per pixel, in nanoseconds, by `DEFINITION`."""
    activations = sum(units * cost_ns[name] for name, units in demand.activations.items())
    return 2 * demand.multiply_adds / peak_gflops + activations


def multiply_add_seconds(iterations: int) -> float:
    """CPU seconds of 1e9 floating-point operations at the multiply-add peak."""
    from phosphene.bench.peak import OPERATIONS_PER_ITERATION, multiply_adds

    seconds = cpu_seconds(lambda: multiply_adds(iterations))
    return seconds * 1e9 / (OPERATIONS_PER_ITERATION * iterations)


def activation_seconds(name: str, repeats: int) -> float:
    """CPU seconds of 1e9 values of one operation of the cpu engine."""
    from phosphene.engines.cpu.kernel_table import BLOCK
    from phosphene.engines.cpu.kernels import kernel

    memory = np.zeros((2 * ROWS + 2) * BLOCK, np.float32)
    start = (-memory.ctypes.data // 4) % 16
    rows = memory[start : start + (2 * ROWS + 1) * BLOCK]
    inputs = np.linspace(-3, 3, ROWS * BLOCK, dtype=np.float32).reshape(ROWS, BLOCK)
    code = np.array([[OPERATIONS.index(name), ROWS, 0, 0, 0, ROWS, 0, 0]] * LINES, np.int32)
    numbers, outputs = np.zeros(1, np.float32), np.array([ROWS], np.int32)
    results = np.empty((1, BLOCK), np.float32)

    def run() -> None:
        for _ in range(repeats):
            kernel("evaluate")(code, numbers, rows, inputs, outputs, results)

    return cpu_seconds(run) * 1e9 / (ROWS * BLOCK * LINES * repeats)
