"""The prototypes of the engine and of styles, loaded from a folder without writing to it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from phosphene.core.errors import InputError


def prototype_painters(folder: Path, size: int) -> dict[str, Callable[[], Any]]:
    """By network, a function that paints it with the prototype, on one thread.

    Raises `InputError` if the folder does not contain the prototype.
    """
    import numba

    config: Any = numba.config
    before = config.CACHE_DIR, sys.dont_write_bytecode
    with tempfile.TemporaryDirectory() as cache:
        config.CACHE_DIR, sys.dont_write_bytecode = cache, True
        try:
            engine, nets = _load(folder, "cpu_engine"), _load(folder, "cpu_nets")
        finally:
            config.CACHE_DIR, sys.dont_write_bytecode = before

    def painter(name: str) -> Callable[[], Any]:
        program = nets.compile_net(nets.make(name))
        return lambda: engine.render(program, size, size, 1)

    return {name: painter(name) for name in ("N1", "N2", "N3")}


def style_painters(folder: Path, size: int) -> dict[str, Callable[[], Any]]:
    """By style, a function that paints its seed 1 with the prototype: 2x2 samples, to bytes.

    Raises `InputError` if the folder does not contain the prototype.
    """
    before = sys.dont_write_bytecode, list(sys.path)
    sys.path.insert(0, str(folder))  # one of its files imports the other
    sys.dont_write_bytecode = True
    try:
        styles = _load(folder, "art_styles")
    finally:
        sys.dont_write_bytecode, sys.path[:] = before

    def painter(name: str) -> Callable[[], Any]:
        colours = styles.ST[name](styles.seedrng(name, 1))
        return lambda: styles.to8(styles.render(colours, size, ss=2))

    return {name: painter(name) for name in styles.ST}


def prototype_file(folder: Path, name: str) -> Path:
    """The path of a file of the prototype. Raises `InputError` if it does not exist."""
    path = folder / f"{name}.py"
    if not path.is_file():
        raise InputError(f"--prototype: {path}: no such file; expected the prototype's {name}.py")
    return path


def _load(folder: Path, name: str) -> ModuleType:
    path = prototype_file(folder, name)
    spec = spec_from_file_location(f"phosphene_prototype_{name}", path)
    assert spec is not None and spec.loader is not None
    # numba looks kernels up by module name
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
