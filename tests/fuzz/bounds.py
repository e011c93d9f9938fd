"""Runs one input within bounds of time and memory, and says what is wrong."""

from __future__ import annotations

import resource
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from phosphene.core.errors import PhospheneError

# processor seconds and MB that an input may take: one that is refused, one that is used
REFUSED, USED = (3.0, 500.0), (30.0, 1000.0)
ROOM = 2 << 30  # bytes of address space beyond those taken at the start
OUT_OF_MEMORY = "not enough memory"

Check = Callable[[bytes, Path], bool]  # whether an input was used; raises what is not expected


class Failure(Exception):
    """What is wrong with an input, other than an unexpected error."""


def bound_memory() -> None:
    """Have allocations far beyond what inputs need fail, in this process, from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (_status("VmSize") + ROOM,) * 2)


def wrong(check: Check, data: bytes, folder: Path) -> tuple[bool, str]:
    """Whether the input was used, and what is wrong ("" if nothing is)."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory starts again
    before, start, used = _status("VmRSS"), time.process_time(), False
    try:
        used = check(data, folder)
    except PhospheneError as error:
        if type(error).exit_code != 2:
            return used, traceback.format_exc()
    except Exception:  # noqa: BLE001 - the point of it
        return used, traceback.format_exc()
    seconds, memory = time.process_time() - start, (_status("VmHWM") - before) / (1 << 20)
    most = USED if used else REFUSED
    if seconds > most[0]:
        return used, f"took {seconds:.1f} s; expected at most {most[0]:g}"
    if memory > most[1]:
        return used, f"took {memory:.0f} MB; expected at most {most[1]:g}"
    return used, ""


def _status(name: str) -> int:
    """A number of /proc/self/status, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) << 10
    raise KeyError(name)
