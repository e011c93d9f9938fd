"""The kernels as functions: those that came with Phosphene, those kept from before, or compiled.

`kernel(name)` is all that others ask for. numba is the source of every kernel and is imported only
where one has to be compiled; what runs is machine code from a file, whoever compiled it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import RLock

import numpy as np

from phosphene.engines.cpu.kernel_cache import kernel_folder, source_digest
from phosphene.engines.cpu.kernel_calls import BadObjectError, load

HERE = str(Path(__file__).parents[3])
BLOCK = 256  # pixels in a row of the machine; every row starts on a 64-byte boundary

EVALUATE = "int32[:, ::1], {f}[::1], {f}[::1], {f}[:, ::1], int32[::1], {f}[:, ::1]"
DITHER = "float32[:, :, ::1], int64, int64, boolean, uint8[:, :, ::1]"
DITHER_FLAT = "float32[:, :, ::1], float32[:, :, ::1], int64, int64, uint8[:, :, ::1]"

# name: (group, module, function, types); a group is compiled together
KERNELS: dict[str, tuple[str, str, str, str]] = {
    "evaluate": ("engine", "engines.cpu.machine32", "evaluate", EVALUATE.format(f="float32")),
    "moments": (
        "engine", "engines.cpu.moments32", "moments",
        "float32[:, ::1], float64[:, ::1], float64[:, ::1]",
    ),
    "hold_rows": ("engine", "raster.kernels32", "hold_rows", "float32[:, ::1], float32[:, ::1]"),
    "quantise_rows": (
        "engine", "raster.kernels32", "quantise_rows", "float32[:, ::1], uint8[:, ::1]",
    ),
    "evaluate64": (
        "float64 engine", "engines.cpu.machine64", "evaluate", EVALUATE.format(f="float64"),
    ),
    "word_rows": (
        "16-bit finish", "raster.words32", "word_rows", "float32[:, ::1], uint16[:, ::1]",
    ),
    "light_rows": (
        "linear finish", "raster.light32", "light_rows",
        "float32[:, ::1], int64, float64[::1], float32[:, ::1]",
    ),
    "average_centres": (
        "anti-aliasing", "raster.samples32", "average_centres",
        "float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "average_samples": (
        "anti-aliasing", "raster.samples32", "average_samples",
        "float32[:, ::1], float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "dither_colours": ("dither", "raster.dither32", "dither_colours", DITHER_FLAT),
    "dither_pixels": ("dither", "raster.dither32", "dither_pixels", DITHER_FLAT),
    "dither_rows": ("dither", "raster.dither32", "dither_rows", f"float32[:, :, :], {DITHER}"),
    "dither_rows64": ("dither", "raster.dither32", "dither_rows", f"float64[:, :, :], {DITHER}"),
    "fill_table": (
        "drawing", "engines.cpu.draws64", "fill_table", "uint64, uint64, float64[:, ::1]",
    ),
    "to_normal": ("drawing", "engines.cpu.draws64", "to_normal", "float64[:, ::1]"),
}  # fmt: skip

Kernel = Callable[..., None]
_alone = RLock()


@cache
def kernel(name: str) -> Kernel:
    """The kernel of that name."""
    with _alone:  # threads may ask for the same one at once
        return (_shipped() or _group(KERNELS[name][0]))[name]


@cache
def _shipped() -> dict[str, Kernel] | None:
    """All kernels as they came with Phosphene, if they are of these sources and for this CPU."""
    folder = Path(__file__).parents[2] / "objects" / _machine()
    if os.environ.get("PHOSPHENE_COMPILE") or not folder.is_dir():
        return None
    try:
        return load(folder, source_digest(), {n: row[3] for n, row in KERNELS.items()})
    except (BadObjectError, OSError, ValueError, KeyError):
        return None


@cache
def _machine() -> str:
    """The set of kernels for this CPU and system, which numpy knows; where there is no such set, a
    name for this very CPU, or for the one that numba is told to compile for.
    """
    kind, has = platform.machine().lower(), _features()
    if kind in ("x86_64", "amd64"):
        kind = f"x86_64-{'v4' if has.get('AVX512_SKX') else 'v3'}"
    told = "/".join(os.environ.get(f"NUMBA_CPU_{what}", "-") for what in ("NAME", "FEATURES"))
    named = f"{sys.platform}-{kind}"
    if told == "-/-" and (not kind.startswith("x86_64") or (has.get("AVX2") and has.get("FMA3"))):
        return named
    if told == "-/-":
        import llvmlite.binding as llvm

        told = f"{llvm.get_host_cpu_name()}/{llvm.get_host_cpu_features().flatten()}"
    return f"{sys.platform}-cpu-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _features() -> dict[str, bool]:
    """What the CPU can do, as NumPy has found it (or as it is told to believe)."""
    return np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]


@cache
def _group(group: str) -> dict[str, Kernel]:
    """Kernels of a group, kept in the user's folder, or compiled and then kept there."""
    types = {n: row[3] for n, row in KERNELS.items() if row[0] == group}
    folder = kernel_folder() / f"{_machine()}-{group.replace(' ', '-')}"
    try:
        return load(folder, source_digest(), types)
    except (BadObjectError, OSError, ValueError, KeyError):
        line = f"phosphene: compiling the {group} for this machine, once (a few seconds) ..."
        print(line, file=sys.stderr, flush=True)
        maker = [
            sys.executable,
            "-m",
            "phosphene.engines.cpu.kernel_objects",
            folder,
            _machine(),
            group,
        ]
        path = os.pathsep.join(filter(None, (HERE, os.environ.get("PYTHONPATH"))))
        subprocess.run(maker, env=os.environ | {"PYTHONPATH": path}, check=True)
        return load(folder, source_digest(), types)
