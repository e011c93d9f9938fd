"""The default number of threads."""

from __future__ import annotations

import os

from phosphene.core.arguments import whole_number
from phosphene.core.errors import UserError


def thread_count(threads: int | None) -> int:
    """`threads`, or for None the number of CPUs that this process may use. Raises `UserError` below
    1.
    """
    if threads is None:
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
    if whole_number(threads, "threads") < 1:
        raise UserError(f"got {threads}; expected at least 1", argument="threads")
    return threads
