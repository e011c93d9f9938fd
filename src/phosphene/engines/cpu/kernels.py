"""The compiled kernels by name. Other modules only call `kernel(name)`.

A kernel is machine code in a file. It is built into the package, or cached in the user's folder. If
neither fits this CPU and these sources, numba compiles it in a separate process and it is cached.
So numba is imported only to compile, never in the process that renders.
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
from typing import NamedTuple

import numpy as np

from phosphene.core.errors import EngineError
from phosphene.engines.cpu.kernel_cache import kernel_folder, source_digest
from phosphene.engines.cpu.kernel_calls import BadObjectError, load

PACKAGE = Path(__file__).parents[2]
BLOCK = 256  # pixels in a row of the machine; every row starts on a 64-byte boundary


class KernelSource(NamedTuple):
    """Where a kernel's Python source is, and the numba types of its arguments.

    Kernels of one group are compiled together when the first of them is needed.
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
    "moments": KernelSource(
        "engine", "engines.cpu.moments32", "moments",
        "float32[:, ::1], float64[:, ::1], float64[:, ::1]",
    ),
    "hold_rows": KernelSource(
        "engine", "raster.finish32", "hold_rows", "float32[:, ::1], float32[:, ::1]"
    ),
    "quantise_rows": KernelSource(
        "engine", "raster.finish32", "quantise_rows", "float32[:, ::1], uint8[:, ::1]"
    ),
    "evaluate64": KernelSource(
        "float64 engine", "engines.cpu.machine64", "evaluate", EVALUATE.format(f="float64")
    ),
    "word_rows": KernelSource(
        "16-bit finish", "raster.finish32", "word_rows", "float32[:, ::1], uint16[:, ::1]"
    ),
    "light_rows": KernelSource(
        "linear finish", "raster.finish32", "light_rows",
        "float32[:, ::1], int64, float64[::1], float32[:, ::1]",
    ),
    "average_centres": KernelSource(
        "anti-aliasing", "raster.samples32", "average_centres",
        "float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "average_samples": KernelSource(
        "anti-aliasing", "raster.samples32", "average_samples",
        "float32[:, ::1], float32[:, ::1], int64, float32[:, ::1], float32[::1]",
    ),
    "dither_colours": KernelSource("dither", "raster.dither32", "dither_colours", DITHER_FLAT),
    "dither_pixels": KernelSource("dither", "raster.dither32", "dither_pixels", DITHER_FLAT),
    "dither_rows": KernelSource(
        "dither", "raster.dither32", "dither_rows", f"float32[:, :, :], {DITHER}"
    ),
    "dither_rows64": KernelSource(
        "dither", "raster.dither32", "dither_rows", f"float64[:, :, :], {DITHER}"
    ),
    "fill_table": KernelSource(
        "drawing", "engines.cpu.draws64", "fill_table", "uint64, uint64, float64[:, ::1]"
    ),
    "to_normal": KernelSource(
        "drawing", "engines.cpu.draws64", "to_normal", "float64[:, ::1]"
    ),
}  # fmt: skip

Kernel = Callable[..., None]
_lock = RLock()


@cache
def kernel(name: str) -> Kernel:
    """A kernel by name: a function of the arguments that its row of `KERNELS` lists.

    Raises `EngineError` if it cannot be compiled.
    """
    with _lock:  # several threads may ask at once; each group is loaded or compiled once
        return (_built_in() or _compiled(KERNELS[name].group))[name]


def types_of(group: str = "") -> dict[str, str]:
    """The argument types of the kernels of a group, or of all, by name."""
    return {name: row.types for name, row in KERNELS.items() if group in ("", row.group)}


@cache
def _built_in() -> dict[str, Kernel] | None:
    """All kernels built into the package; None unless they match these sources and this CPU."""
    folder = PACKAGE / "objects" / target_name()
    if os.environ.get("PHOSPHENE_COMPILE") or not folder.is_dir():
        return None
    try:
        return load(folder, source_digest(), types_of())
    except (BadObjectError, OSError, ValueError, KeyError):
        return None


@cache
def _compiled(group: str) -> dict[str, Kernel]:
    """The kernels of a group from the cache; compiled first if they are not in it."""
    folder = group_folder(group)
    try:
        return load(folder, source_digest(), types_of(group))
    except (BadObjectError, OSError, ValueError, KeyError):
        line = f"phosphene: compiling kernels ({group}) for this machine, once (a few seconds) ..."
        print(line, file=sys.stderr, flush=True)
        _compile(group, folder)
        return load(folder, source_digest(), types_of(group))


def group_folder(group: str) -> Path:
    """The cache's folder for the kernels of a group on this machine."""
    return kernel_folder() / f"{target_name()}-{group.replace(' ', '-')}"


def _compile(group: str, folder: Path) -> None:
    """Compile a group into a folder, in a separate process."""
    path = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH"))))
    module = "phosphene.engines.cpu.kernel_objects"
    command = [sys.executable, "-m", module, str(folder), target_name(), group]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, check=False)
    if done.returncode:
        raise EngineError(
            f"engine 'cpu': compiling kernels ({group}) failed (exit code {done.returncode}; the "
            f"compiler's output is above). To try it alone: {' '.join(command)}"
        )


@cache
def target_name() -> str:
    """The name of this system and CPU: that of its row in `kernel_objects.TARGETS`, if any.

    Other CPUs, and CPUs chosen by numba's settings (NUMBA_CPU_NAME, NUMBA_CPU_FEATURES), are named
    by a digest of their features, so machines with a shared home folder do not mix their code.
    """
    chosen = [os.environ.get(f"NUMBA_CPU_{what}") for what in ("NAME", "FEATURES")]
    if any(chosen):
        return _digest_name("/".join(value or "-" for value in chosen))
    architecture, has = platform.machine().lower(), _cpu_features()
    if architecture not in ("x86_64", "amd64"):
        return f"{sys.platform}-{architecture}"
    if has.get("AVX2") and has.get("FMA3"):
        return f"{sys.platform}-x86_64-{'v4' if has.get('AVX512_SKX') else 'v3'}"
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features().flatten()
    return _digest_name(f"{llvm.get_host_cpu_name()}/{features}")


def _digest_name(cpu: str) -> str:
    return f"{sys.platform}-cpu-{hashlib.sha256(cpu.encode()).hexdigest()[:12]}"


def _cpu_features() -> dict[str, bool]:
    """The CPU's features as detected by NumPy; NPY_DISABLE_CPU_FEATURES removes some."""
    return np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]
