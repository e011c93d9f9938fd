"""Compiles the kernels when the package is built or installed from its sources, editable or not.

A wheel gets those of all `IN_WHEELS`, an editable install those of this CPU and the bytecode of all
modules, which installers write for a wheel. The files are left in
src/phosphene/objects, which is not in git. Where they cannot be compiled, such as without numba in
the environment of the build, the package works as well: it compiles them for its first picture.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from phosphene.engines.cpu.kernel_build import build
from phosphene.engines.cpu.kernel_targets import IN_WHEELS, target_name
folder = Path(sys.argv[1], "phosphene", "objects")
build(folder, [target_name()] if sys.argv[2] == "editable" else IN_WHEELS)
"""


class KernelsHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            compileall.compile_dir(Path(self.root, "src"), quiet=2)
        done = subprocess.run(
            [sys.executable, "-P", "-c", COMPILE, Path(self.root, "src"), version],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            self.app.display_warning(
                f"The kernels are not compiled now but before the first picture ({reason})."
            )
