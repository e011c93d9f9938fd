"""Compile groups of kernels in separate processes, side by side.

    python -m phosphene.engines.cpu.kernel_build FOLDER [TARGET ...]

puts the files of all groups into FOLDER/TARGET, for this CPU by default. `make objects` and the
hook that runs when the package is installed do this.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from phosphene.core.errors import EngineError
from phosphene.engines.cpu.kernel_cache import source_digest
from phosphene.engines.cpu.kernel_files import BadObjectError, Code, link, read_code, write_code
from phosphene.engines.cpu.kernel_table import GROUPS
from phosphene.engines.cpu.kernel_targets import target_name

PACKAGE = Path(__file__).parents[2]
COMPILE = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from phosphene.engines.cpu.kernel_objects import main; main(*sys.argv[2:])"
)
CPU_SETTINGS = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")


def about(target: str) -> dict[str, str]:
    """What the files of kernels for a target say of themselves."""
    return {"sources": source_digest(), "target": target}


def compile_groups(pairs: Iterable[tuple[str, str]]) -> list[Code]:
    """The machine code of pairs of target and group, compiled side by side.

    Raises `EngineError` if one cannot be compiled.
    """
    running: list[subprocess.Popen[bytes]] = []

    def compiled(pair: tuple[str, str]) -> Code:
        # -P: nothing is imported from the folder that the user is in
        command = [sys.executable, "-P", "-c", COMPILE, str(PACKAGE.parent), *pair]
        process = subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE)
        running.append(process)
        code, _ = process.communicate()
        if process.returncode:
            raise EngineError(
                f"engine 'cpu': compiling kernels ({pair[1]}) failed (exit code "
                f"{process.returncode}; the compiler's output is above). To try it alone: "
                f"{shlex.join(command)}"
            )
        return Code(code, link(code))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            return list(pool.map(compiled, pairs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                process.kill()
            raise


def _environment() -> dict[str, str]:
    """This environment without numba's settings, except those of the CPU."""
    return {k: v for k, v in os.environ.items() if k in CPU_SETTINGS or not k.startswith("NUMBA_")}


def build(folder: Path, targets: Iterable[str]) -> list[str]:
    """Compile what is missing in FOLDER/TARGET; returns the targets that were not complete."""
    wanted: list[tuple[str, str]] = []
    for target in targets:
        for group in GROUPS:
            try:
                read_code(folder / target, group, about(target))
            except BadObjectError:
                wanted.append((target, group))
    for (target, group), code in zip(wanted, compile_groups(wanted), strict=True):
        (folder / target).mkdir(parents=True, exist_ok=True)
        write_code(folder / target, group, about(target), code)
    return list(dict.fromkeys(target for target, _ in wanted))


if __name__ == "__main__":
    built = build(Path(sys.argv[1]), sys.argv[2:] or [target_name()])
    print(f"compiled kernels for {', '.join(built) or 'nothing: all are there'}")
