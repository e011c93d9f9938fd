"""Measurements that need their own process: `python -m phosphene.bench.child NAME ARGUMENTS`."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def peers(size: str) -> dict[str, float]:
    from phosphene.bench.peers import peer_seconds

    return peer_seconds(int(size))


def memory(size: str, path: str) -> dict[str, float]:
    """Peak memory of rendering N1 to a PNG file."""
    from phosphene.bench.networks import NETWORKS
    from phosphene.render import render_file

    render_file(NETWORKS["N1"], path, (int(size), int(size)), overwrite=True)
    return {"peak_mb": _peak_bytes() / 1e6}


def export(size: str, path: str, options: str) -> dict[str, float]:
    """Peak memory of rendering N1 to a file of any format."""
    from phosphene.bench.networks import NETWORKS
    from phosphene.render import render_file

    render_file(NETWORKS["N1"], path, size, overwrite=True, **json.loads(options))
    return {"peak_mb": _peak_bytes() / 1e6}


def picture(size: str) -> dict[str, float]:
    from phosphene.bench.networks import NETWORKS
    from phosphene.render import render

    render(NETWORKS["N1"], int(size))
    return {}


def systems(size: str, rounds: str, threads: str) -> dict[str, float]:
    from phosphene.bench.systems import system_seconds

    return system_seconds(int(size), int(rounds), int(threads))


def styles(size: str, rounds: str, prototype: str) -> dict[str, float]:
    from phosphene.bench.styles import style_seconds

    return style_seconds(int(size), int(rounds), Path(prototype) if prototype else None)


def film(count: str) -> dict[str, float]:
    from phosphene.bench.motion import film_memory

    film_memory(int(count))
    return {"peak_mb": _peak_bytes() / 1e6}


def _peak_bytes() -> float:
    """The peak resident memory of this process, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # on Linux ru_maxrss includes the process that started this one
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    commands = {
        "peers": peers, "memory": memory, "export": export, "picture": picture,
        "systems": systems, "styles": styles, "film": film,
    }  # fmt: skip
    print(json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
