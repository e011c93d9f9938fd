"""Locks between processes. The system releases them when their process ends, however it ends."""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

try:
    import fcntl
except ImportError:  # a system without them: nothing is locked
    fcntl = None


def lock(path: Path) -> int | None:
    """An open handle that locks a file or folder; None if another process has it, or without locks.

    Closing the handle releases the lock.
    """
    if fcntl is None:
        return None
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle is not None:
            os.close(handle)
        return None
    return handle


class Owner(NamedTuple):
    """Who holds an `OwnerLock`: a process, its machine, and the time at which it began."""

    process: int
    machine: str
    since: str

    def __str__(self) -> str:
        here = "" if self.machine == socket.gethostname() else f" on {self.machine}"
        return f"process {self.process}{here}, since {self.since}"


class OwnerLock:
    """A lock file that says who holds it. Its folder is created if it is missing.

    Raises `BlockingIOError` if the lock is taken, by another process or by this one; `owner_of`
    tells by whom. Raises `OSError` if the file cannot be written. Where the file system has no
    locks, nothing is locked.
    """

    def __init__(self, path: Path):
        self.path = path
        self.handle: int | None = None
        while fcntl is not None:
            with suppress(FileExistsError):
                path.parent.mkdir()
            try:
                handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            except FileNotFoundError:  # the last owner has removed the folder
                if path.parent.is_symlink():
                    raise
                continue
            if not _acquire(handle):
                return
            if _names(path, handle):
                self.handle = handle
                self._sign()
                return
            os.close(handle)  # the last owner has removed the file

    def release(self) -> None:
        """Remove the file and release the lock; does nothing the second time."""
        handle, self.handle = self.handle, None
        if handle is not None:
            with suppress(OSError):
                self.path.unlink(
                    missing_ok=True
                )  # first: whoever opens it now sees that it is gone
            os.close(handle)

    def _sign(self) -> None:
        assert self.handle is not None
        owner = Owner(os.getpid(), socket.gethostname(), time.strftime("%Y-%m-%d %H:%M"))
        with suppress(OSError):  # a full disk: the lock holds, only its owner is unknown
            os.ftruncate(self.handle, 0)
            os.pwrite(self.handle, json.dumps(owner).encode(), 0)


def owner_of(path: Path) -> Owner | None:
    """Who wrote a lock file; None if it does not say."""
    try:
        with open(path, encoding="utf-8") as file:
            process, machine, since = json.loads(file.read(1000))
        return Owner(int(process), str(machine)[:100], str(since)[:40])
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _acquire(handle: int) -> bool:
    """Lock an open file. Returns false, with the file closed, where there are no locks."""
    assert fcntl is not None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    except OSError:
        os.close(handle)
        return False
    return True


def _names(path: Path, handle: int) -> bool:
    """Whether the path still names the open file."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False
