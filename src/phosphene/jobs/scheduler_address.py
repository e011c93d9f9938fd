"""The address of a Dask scheduler, and whether one answers there."""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor

from phosphene.core.errors import UserError

MOST_BYTES = 1 << 20  # of a scheduler file
EXPECTED = "expected 'local', an address such as tcp://host:8786, or a scheduler file"


def scheduler_address(text: str) -> str:
    """The address of a scheduler: `text` itself, or what the scheduler file `text` contains.

    Raises `UserError` for what is neither.
    """
    if "://" in text:
        return text
    if not (text.endswith(".json") or os.path.exists(text)):
        if not text.rpartition(":")[2].isdecimal():  # host:8786 is an address too
            raise UserError(f"got {text[:200]!r}; {EXPECTED}", argument="cluster")
        return text
    try:
        with open(text, "rb") as file:
            return str(json.loads(file.read(MOST_BYTES))["address"])
    except FileNotFoundError:
        raise UserError(f"{text}: no such file; {EXPECTED}", argument="cluster") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UserError(
            f"{text} is not a scheduler file, as `dask scheduler --scheduler-file` writes it",
            argument="cluster",
        ) from None


def check_answers(address: str, timeout: float) -> None:
    """Connect to a scheduler once. Raises `UserError` if none answers within `timeout` seconds.

    A client of Dask waits without end for a server that accepts connections and stays silent, such
    as a firewall, and asks for exabytes of memory if a web server answers.
    """
    with ThreadPoolExecutor(1) as pool:  # the calling thread may run an event loop, as notebooks do
        wrong = pool.submit(asyncio.run, _failure(address, timeout)).result()
    if wrong is not None:
        raise UserError(
            f"no Dask scheduler answers at {address} within {timeout:g} seconds{wrong}; start one "
            "with `dask scheduler`, or choose `cluster=local`",
            argument="cluster",
        )


async def _failure(address: str, timeout: float) -> str | None:
    """Why a connection failed, in parentheses or "" where that says nothing; None for a success."""
    from distributed.comm import connect

    try:
        comm = await asyncio.wait_for(connect(address, timeout=timeout), timeout)
    except OSError:  # TimeoutError is one
        return ""
    except ValueError as error:
        return f" ({error})"
    except Exception:  # noqa: BLE001 - Dask reads any bytes as a message, and fails in many ways
        return " (another kind of server does)"
    comm.abort()
    return None
