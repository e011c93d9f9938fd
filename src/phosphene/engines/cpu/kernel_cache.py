"""The cache of compiled kernels: a folder named by a digest of all kernel sources, in the user's
cache folder or in `PHOSPHENE_CACHE_DIR`.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

# The files whose code, numbers or tables go into kernels. Kernels import no other files of ours.
SOURCES = (
    "colour/srgb.py", "core/exact.py", "core/rng.py", "engines/cpu/*.py", "ir/operations.py",
    "raster/*32.py",
)  # fmt: skip


def source_files() -> list[Path]:
    """The source files of all kernels, in a fixed order."""
    package = Path(__file__).parents[2]
    return [path for pattern in SOURCES for path in sorted(package.glob(pattern))]


@cache
def source_digest() -> str:
    """The sha256 of `source_files`, as hex."""
    digest = hashlib.sha256()
    for source in source_files():
        digest.update(source.read_bytes())
    return digest.hexdigest()


def kernel_folder() -> Path:
    """The first folder for kernels that is writable."""
    name = f"kernels-{source_digest()[:16]}"
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    private = Path(tempfile.gettempdir()) / f"phosphene-{os.getuid() if os.name == 'posix' else 0}"
    chosen = os.environ.get("PHOSPHENE_CACHE_DIR")
    for base in filter(None, (chosen, Path(user) / "phosphene", private)):
        folder = Path(base) / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if hasattr(os, "getuid") and folder.stat().st_uid not in (os.getuid(), 0):
                continue  # its owner could put code there
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="phosphene-"))
