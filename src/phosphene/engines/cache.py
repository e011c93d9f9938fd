"""Where compiled kernels are kept.

numba keeps them beside the source, which fails in a read-only install, and notices changes only in the file that
holds a kernel, not in the files it inlines. So the kernels go to a folder of the user's cache, named by a
digest of all kernel sources. `PHOSPHENE_CACHE_DIR` names another place.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def kernel_folder() -> Path:
    """The first folder for kernels that can be written to."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    private = Path(tempfile.gettempdir()) / f"phosphene-{os.getuid() if os.name == 'posix' else 0}"
    chosen = os.environ.get("PHOSPHENE_CACHE_DIR")
    for base in filter(None, (chosen, Path(user) / "phosphene", private)):
        folder = Path(base) / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="phosphene-"))


@contextmanager
def kernel_cache(say: Callable[[str], None] | None = None) -> Iterator[None]:
    """While kernels are imported, numba keeps and finds them in `kernel_folder()`.

    Where they have to be compiled first, says so (on stderr unless told otherwise).
    """
    import numba

    folder = kernel_folder()
    if not any(folder.rglob("*.nbi")):
        text = "phosphene: compiling the engine for this machine, once (a few seconds) ..."
        (say or (lambda line: print(line, file=sys.stderr, flush=True)))(text)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before
