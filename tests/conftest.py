"""Compile the kernels before the first test, once, whatever the number of test processes."""

from __future__ import annotations

import pytest

from phosphene.engines.cpu.kernel_table import KERNELS
from phosphene.engines.cpu.kernels import kernel


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # in a worker of pytest-xdist they are there
        for name in KERNELS:
            kernel(name)
