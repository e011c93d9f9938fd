"""Output of commands: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from phosphene.cli.wording import with_options


def say(text: str) -> None:
    """Print a message on stderr."""
    print(with_options(text), file=sys.stderr, flush=True)


def result(text: str, data: Any, as_json: bool) -> None:
    """Print the result on stdout: text, or JSON."""
    print(json.dumps(data, ensure_ascii=False, indent=1) if as_json else text, flush=True)


def written(
    path: str, size: tuple[int, int], recipe: Any, seconds: float
) -> tuple[str, dict[str, Any]]:
    """What was written, with its style, seed and digest: as a line of text, and as data."""
    name = " ".join(str(p) for p in (recipe.style, "seed", recipe.seed) if p is not None)
    line = f"{path}  {size[0]}x{size[1]}  {name}  {seconds:.2f} s  digest {recipe.digest[:12]}"
    data = {
        "path": path, "size": list(size), "style": recipe.style, "seed": recipe.seed,
        "digest": recipe.digest, "seconds": round(seconds, 3),
    }  # fmt: skip
    return line, data
