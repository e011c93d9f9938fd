"""The table of kernels: where the source of each is, and the types of its arguments.

To add a kernel, write a plain function in a file whose name ends in 32.py or 64.py and add its row
to `KERNELS`; `kernel(name)` then compiles, loads and returns it. The function writes its results
into arrays among its arguments, allocates nothing and calls nothing of libm, for an object may
refer only to `memset` and the like.
"""

from __future__ import annotations

from typing import NamedTuple

BLOCK = 256  # pixels in a row of the machine; every row starts on a 64-byte boundary


class KernelSource(NamedTuple):
    """Where a kernel's Python source is, and the numba types of its arguments.

    Kernels of one group are compiled together.
    """

    group: str
    module: str
    function: str
    types: str


EVALUATE = "int32[:, ::1], {f}[::1], {f}[::1], {f}[:, ::1], int32[::1], {f}[:, ::1]"
DITHER = "float32[:, :, ::1], int64, int64, boolean, uint8[:, :, ::1]"
DITHER_FLAT = "float32[:, :, ::1], float32[:, :, ::1], int64, int64, uint8[:, :, ::1]"

KERNELS: dict[str, KernelSource] = {
    "evaluate": KernelSource(
        "engine", "engines.cpu.machine32", "evaluate", EVALUATE.format(f="float32")
    ),
    "evaluate64": KernelSource(
        "engine64", "engines.cpu.machine64", "evaluate", EVALUATE.format(f="float64")
    ),
    "moments": KernelSource(
        "picture", "engines.cpu.moments32", "moments",
        "float32[:, ::1], float64[:, ::1], float64[:, ::1]",
    ),
    "fill_table": KernelSource(
        "picture", "engines.cpu.draws64", "fill_table", "uint64, uint64, float64[:, ::1]"
    ),
    "to_normal": KernelSource("picture", "engines.cpu.draws64", "to_normal", "float64[:, ::1]"),
    "average_centres": KernelSource(
        "picture", "raster.samples32", "average_centres",
        "float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "average_samples": KernelSource(
        "picture", "raster.samples32", "average_samples",
        "float32[:, ::1], float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "hold_rows": KernelSource(
        "picture", "raster.finish32", "hold_rows", "float32[:, ::1], float32[:, ::1]"
    ),
    "quantise_rows": KernelSource(
        "picture", "raster.finish32", "quantise_rows", "float32[:, ::1], uint8[:, ::1]"
    ),
    "word_rows": KernelSource(
        "picture", "raster.finish32", "word_rows", "float32[:, ::1], uint16[:, ::1]"
    ),
    "light_rows": KernelSource(
        "picture", "raster.finish32", "light_rows",
        "float32[:, ::1], int64, float64[::1], float32[:, ::1]",
    ),
    "dither_colours": KernelSource("picture", "raster.dither32", "dither_colours", DITHER_FLAT),
    "dither_pixels": KernelSource("picture", "raster.dither32", "dither_pixels", DITHER_FLAT),
    "dither_rows": KernelSource(
        "picture", "raster.dither32", "dither_rows", f"float32[:, :, :], {DITHER}"
    ),
    "dither_rows64": KernelSource(
        "picture", "raster.dither32", "dither_rows", f"float64[:, :, :], {DITHER}"
    ),
}  # fmt: skip

# Groups are compiled in separate processes. Every picture needs those of `FIRST`, so where one of
# them has to be compiled, the other is too, at the same time.
GROUPS = ("engine", "picture", "engine64")
FIRST = ("engine", "picture")


def types_of(group: str) -> dict[str, str]:
    """The argument types of the kernels of a group, by name."""
    return {name: row.types for name, row in KERNELS.items() if row.group == group}
