"""The CPUs that kernels are compiled for, and which of them this one is."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from functools import cache
from typing import NamedTuple

import numpy as np


class Target(NamedTuple):
    """A level of CPUs on one system: LLVM's CPU and features, and two target triples.

    `source` is the triple that numba compiles for, `triple` that of the object.
    """

    cpu: str
    features: str
    source: str
    triple: str


LINUX, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
V3 = "+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe,+popcnt"
V4 = f"{V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl,-prefer-256-bit"

# Code for a target is the same wherever it is compiled.
TARGETS = {
    "linux-x86_64-v3": Target("x86-64-v3", V3, LINUX, LINUX),
    "linux-x86_64-v4": Target("x86-64-v4", V4, LINUX, LINUX),
    "linux-aarch64": Target("generic", "+neon", ARM, ARM),
    "darwin-arm64": Target("apple-m1", "+neon", ARM, "arm64-apple-macosx11.0.0"),
    "win32-x86_64-v3": Target("x86-64-v3", V3, LINUX, "x86_64-pc-windows-msvc"),
    "win32-x86_64-v4": Target("x86-64-v4", V4, LINUX, "x86_64-pc-windows-msvc"),
}
IN_WHEELS = ("linux-x86_64-v3", "linux-x86_64-v4", "linux-aarch64")


@cache
def target_name() -> str:
    """The row of `TARGETS` for this CPU, or a name made of the CPU's own name and features.

    So machines that share a home folder do not run each other's code. CPUs chosen by numba's
    settings (NUMBA_CPU_NAME, NUMBA_CPU_FEATURES) are named the same way.
    """
    chosen = [os.environ.get(f"NUMBA_CPU_{what}") for what in ("NAME", "FEATURES")]
    if any(chosen):
        return _own_name(*(value or "" for value in chosen))
    level = _level()
    if level in TARGETS:
        return level
    import llvmlite.binding as llvm

    return _own_name(llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())


def _level() -> str:
    architecture, has = platform.machine().lower(), _cpu_features()
    if architecture not in ("x86_64", "amd64"):
        return f"{sys.platform}-{architecture}"
    if not (has.get("AVX2") and has.get("FMA3") and has.get("X86_V3", True)):
        return ""
    wide = has.get("AVX512_SKX") and has.get("X86_V4", True)  # NumPy before 2.4 has no X86_V...
    return f"{sys.platform}-x86_64-{'v4' if wide else 'v3'}"


def _own_name(cpu: str, features: str) -> str:
    digest = hashlib.sha256(f"{cpu}/{features}".encode()).hexdigest()[:12]
    plain = re.sub(r"[^A-Za-z0-9_-]", "", cpu)[:32] or "cpu"
    return f"{sys.platform}-{platform.machine().lower()}-{plain}-{digest}"


def _cpu_features() -> dict[str, bool]:
    """The CPU's features as detected by NumPy; NPY_DISABLE_CPU_FEATURES removes some."""
    return np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]
