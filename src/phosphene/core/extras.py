"""How to install what is missing: the package's optional dependencies, its extras."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def install_command(extra: str = "") -> str:
    """The command that installs Phosphene again, with an extra where one is named.

    In a clone it installs the clone itself, with the Python that runs; anywhere else, the package.
    """
    wanted = f"[{extra}]" if extra else ""
    if (ROOT / "pyproject.toml").is_file():
        return f"{shlex.quote(sys.executable)} -m pip install -e {shlex.quote(f'{ROOT}{wanted}')}"
    return f"pip install {shlex.quote(f'phosphene{wanted}')}"


def missing_extra(who: str, package: str, extra: str, error: ImportError) -> str:
    """The sentence for something that needs an extra which is not installed."""
    return f"{who} needs {package} ({error}). Run: {install_command(extra)}"
