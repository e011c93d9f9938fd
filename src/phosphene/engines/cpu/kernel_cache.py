"""Where compiled kernels are kept: a folder of the user's cache, named by a digest of all kernel
sources. `PHOSPHENE_CACHE_DIR` names another place.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

# What kernels read of other files: numbers, and the order of operations.
READ = ("core/exact.py", "ir/operations.py", "core/rng.py")


@cache
def source_digest() -> str:
    """A digest of all that decides what a kernel is."""
    digest = hashlib.sha256()
    package = Path(__file__).parents[2]
    sources = [*package.glob("engines/cpu/*.py"), *package.glob("raster/*.py")]
    for source in (*sorted(sources), *(package / name for name in READ)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def kernel_folder() -> Path:
    """The first folder for kernels that can be written to."""
    name = f"kernels-{source_digest()[:16]}"
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    private = Path(tempfile.gettempdir()) / f"phosphene-{os.getuid() if os.name == 'posix' else 0}"
    chosen = os.environ.get("PHOSPHENE_CACHE_DIR")
    for base in filter(None, (chosen, Path(user) / "phosphene", private)):
        folder = Path(base) / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if hasattr(os, "getuid") and folder.stat().st_uid not in (os.getuid(), 0):
                continue  # whoever owns it could put code there
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="phosphene-"))
