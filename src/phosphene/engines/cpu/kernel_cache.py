"""Where compiled kernels are kept between runs, and the digest of their sources.

Whoever can write a kernel's file runs code as the user who loads it. So only folders that nobody
else can change are trusted: every component of the path is a real folder, not a link, owned by the
user or root and writable by nobody else (or sticky, as /tmp is), and the folder of the kernels is
the user's own with mode 0700. If no folder is trusted, compiled kernels stay in memory.
"""

from __future__ import annotations

import hashlib
import os
import stat
from functools import cache
from pathlib import Path

# The files whose code, numbers or tables go into kernels. Kernels import no other files of ours.
SOURCES = (
    "colour/srgb.py", "core/exact.py", "core/rng.py", "engines/cpu/*32.py", "engines/cpu/*64.py",
    "engines/cpu/kernel_objects.py", "engines/cpu/kernel_table.py", "engines/cpu/kernel_targets.py",
    "engines/cpu/llvm_intrinsics.py", "ir/operations.py", "raster/*32.py",
)  # fmt: skip


class UntrustedError(OSError):
    """Others could change what a folder holds."""


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


def cache_folder() -> Path:
    """The folder in which kernels are kept, trusted or not.

    It is in `PHOSPHENE_CACHE_DIR`, or else in the user's cache, `XDG_CACHE_HOME` or ~/.cache.
    """
    user = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(user):
        home = os.path.realpath(os.path.expanduser("~"))  # a home may be reached through links
        user = os.path.join(home, ".cache")
    chosen = os.environ.get("PHOSPHENE_CACHE_DIR") or os.path.join(user, "phosphene")
    base = os.path.abspath(os.path.expanduser(chosen))
    return Path(base, f"kernels-{source_digest()[:16]}")


def check_trusted(folder: Path, *, create: bool = False) -> None:
    """Return if nobody else can change what the folder, an absolute path, holds.

    Raises `UntrustedError` with the reason, or `OSError` where a part of the path does not exist,
    or with `create` cannot be created (with mode 0700).
    """
    for path in (*reversed(folder.parents), folder):
        try:
            found = path.lstat()
        except FileNotFoundError:
            if not create:
                raise
            path.mkdir(mode=0o700, exist_ok=True)
            found = path.lstat()
        _check_component(path, found, own=path == folder)


def _check_component(path: Path, found: os.stat_result, own: bool) -> None:
    if not stat.S_ISDIR(found.st_mode):
        what = "a link" if stat.S_ISLNK(found.st_mode) else "not a folder"
        raise UntrustedError(f"{path} is {what}")
    if not hasattr(os, "geteuid"):  # Windows, where a profile is the user's alone
        return
    user = os.geteuid()
    if found.st_uid not in ((user,) if own else (user, 0)):
        raise UntrustedError(f"{path} belongs to another user")
    if own and found.st_mode & 0o077:
        raise UntrustedError(f"{path} is open to other users; expected mode 0700")
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise UntrustedError(f"{path} can be written by other users")
