"""Where compiled kernels are kept.

numba keeps them beside the source, which fails in a read-only install, and notices changes only in
the file that holds a kernel, not in the files it inlines. So the kernels go to a folder of the
user's cache, named by a digest of all kernel sources. `PHOSPHENE_CACHE_DIR` names another place.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numba
from numba.core.event import Listener, install_listener

_alone = RLock()  # numba's folder is a setting of the whole process
_said: set[str] = set()


def kernel_folder() -> Path:
    """The first folder for kernels that can be written to."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for source in sorted([*package.glob("engines/*.py"), *package.glob("picture/*.py")]):
        digest.update(source.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
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


class _Compiling(Listener):
    """Says a line, once in a process, when something has to be compiled."""

    def __init__(self, line: str, say: Callable[[str], None]):
        self.line, self.say = line, say

    def on_start(self, event: Any) -> None:
        if self.line not in _said:
            _said.add(self.line)
            self.say(self.line)

    def on_end(self, event: Any) -> None:
        pass


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def kernel_cache(say: Callable[[str], None] = _to_stderr, what: str = "engine") -> Generator[None]:
    """While kernels are imported, numba keeps and finds them in `kernel_folder()`.

    Where they have to be compiled first, says so (on stderr unless told otherwise).
    """
    settings: Any = numba.config
    line = f"phosphene: compiling the {what} for this machine, once (a few seconds) ..."
    with _alone, install_listener("numba:compile", _Compiling(line, say)):
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(kernel_folder())
        try:
            yield
        finally:
            settings.CACHE_DIR = before
