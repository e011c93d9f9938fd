"""The compiled kernels by name. Other modules only call `kernel(name)`.

A kernel is machine code in a file. It is built into the package, or kept in the user's cache. If
neither fits this CPU and these sources, numba compiles it in a separate process and it is kept.
So numba is imported only to compile, never in the process that renders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import RLock

from phosphene.core.errors import EngineError
from phosphene.engines.cpu.kernel_build import about, compile_groups
from phosphene.engines.cpu.kernel_cache import cache_folder, check_trusted
from phosphene.engines.cpu.kernel_calls import load
from phosphene.engines.cpu.kernel_files import BadObjectError, Code, read_code, write_code
from phosphene.engines.cpu.kernel_table import FIRST, KERNELS, types_of
from phosphene.engines.cpu.kernel_targets import target_name

BUILT_IN = Path(__file__).parents[2] / "objects"

Kernel = Callable[..., None]
_lock = RLock()
_loaded: dict[str, dict[str, Kernel]] = {}  # by group


@cache
def kernel(name: str) -> Kernel:
    """A kernel by name: a function of the arguments that its row of `KERNELS` lists.

    Raises `EngineError` if it cannot be compiled.
    """
    group = KERNELS[name].group
    with _lock:  # several threads may ask at once; each group is loaded or compiled once
        if not _load_saved(group):
            _compile([g for g in (FIRST if group in FIRST else (group,)) if not _load_saved(g)])
        return _loaded[group][name]


def _load_saved(group: str) -> bool:
    """Load a group that is not loaded yet from the package or the cache; whether it is loaded."""
    for folder in () if group in _loaded else _saved():
        try:
            code = read_code(folder, group, about(target_name()))
            _loaded[group] = load(code, types_of(group))
            break
        except BadObjectError:
            continue
    return group in _loaded


def _saved() -> Iterator[Path]:
    """The folders that may hold kernels for this CPU."""
    if not os.environ.get("PHOSPHENE_COMPILE"):
        yield BUILT_IN / target_name()
    folder = cache_folder() / target_name()
    with suppress(OSError):
        check_trusted(folder)
        yield folder


def _compile(groups: list[str]) -> None:
    line = f"phosphene: compiling kernels ({', '.join(groups)}) for this machine, once"
    print(f"{line} (a few seconds) ...", file=sys.stderr, flush=True)
    target = target_name()
    for group, code in zip(groups, compile_groups((target, g) for g in groups), strict=True):
        try:
            _loaded[group] = load(code, types_of(group))
        except BadObjectError as error:
            raise EngineError(f"engine 'cpu': the kernels ({group}) do not load: {error}") from None
        _keep(group, code)


def _keep(group: str, code: Code) -> None:
    """Save a group in the cache. Where that is not possible it costs time, never the picture."""
    folder = cache_folder() / target_name()
    try:
        check_trusted(folder, create=True)
        write_code(folder, group, about(target_name()), code)
    except OSError as error:
        print(
            f"phosphene: the kernels ({group}) are compiled again by the next process, because "
            f"they cannot be kept: {error}; PHOSPHENE_CACHE_DIR can name a folder for them",
            file=sys.stderr,
        )
