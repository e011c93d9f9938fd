"""Install commands for the package's extras (optional dependencies)."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def install_command(extra: str = "") -> str:
    """The command that installs Phosphene, with an extra if one is named.

    In a clone it installs the clone with the running Python; anywhere else, the package.
    """
    wanted = f"[{extra}]" if extra else ""
    if (ROOT / "pyproject.toml").is_file():
        return f"{shlex.quote(sys.executable)} -m pip install -e {shlex.quote(f'{ROOT}{wanted}')}"
    return f"pip install {shlex.quote(f'phosphene{wanted}')}"


def update_advice() -> str:
    """How to get a newer version: from the clone's remote, or from the package index."""
    if (ROOT / "pyproject.toml").is_file():
        return f"update the clone {ROOT} (git pull) and run: {install_command()}"
    return "run: pip install -U phosphene"


def missing_extra(who: str, package: str, extra: str, error: ImportError) -> str:
    """The message for something that needs an extra that is not installed."""
    return f"{who} needs {package} ({error}). Run: {install_command(extra)}"
