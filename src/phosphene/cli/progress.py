"""A progress bar on stderr for whatever takes over a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

PATIENCE_S = 1.0


@contextmanager
def progress_bar(label: str) -> Generator[Callable[[int, int], None]]:
    """`update(done, total)`; the bar appears once a second has passed, on a terminal only."""
    start, bar, task = time.monotonic(), None, None

    def update(done: int, total: int) -> None:
        nonlocal bar, task
        if bar is None and sys.stderr.isatty() and time.monotonic() - start > PATIENCE_S:
            bar = _bar()
            bar.start()
            task = bar.add_task(label, total=total)
        if bar is not None and task is not None:
            bar.update(task, completed=done)

    try:
        yield update
    finally:
        if bar is not None:
            bar.stop()


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
    )
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
