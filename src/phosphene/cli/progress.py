"""A progress bar on stderr for work that takes more than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from phosphene.cli.console import say_held
from phosphene.core.texts import printable

PATIENCE_S = 1.0


@contextmanager
def progress_bar(
    label: str, row_pixels: int = 0, unit: str = "rows"
) -> Generator[Callable[[int, int], None]]:
    """A context manager that gives a function `update(done, total)`. The bar appears after a
    second, and only on a terminal.

    With `row_pixels`, the number of pixels in a row, it also shows rows and pixels per second; with
    another `unit`, such as frames, units per second.
    """
    start, bar, task = time.monotonic(), None, None

    def update(done: int, total: int) -> None:
        nonlocal bar, task
        say_held()
        if bar is None and sys.stderr.isatty() and time.monotonic() - start > PATIENCE_S:
            bar = _bar(row_pixels, unit)
            bar.start()
            task = bar.add_task(printable(label), total=total, completed=done)
        if bar is not None and task is not None:
            bar.update(task, completed=done)

    try:
        yield update
    finally:
        if bar is not None:
            bar.stop()


def _bar(row_pixels: int, unit: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = speed_text(task.speed, row_pixels)
            return Text(speed if row_pixels else f"{task.speed or 0:.3g} {unit}/s")

    columns: list[Any] = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
    ]
    if row_pixels or unit != "rows":
        counted = "{task.completed} of {task.total} " + unit
        columns += [TextColumn(counted), Speed()]
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)


def speed_text(rows: float | None, row_pixels: int) -> str:
    """`12.3 Mpx/s`, from rows per second; "" if the speed is not known yet."""
    return "" if rows is None else f"{rows * row_pixels / 1e6:.3g} Mpx/s"
