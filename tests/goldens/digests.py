"""What is compared: the digests of a recipe's program and of its pixels.

`python -m tests.goldens.digests` prints those of all goldens, and what computed them, as JSON.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.compiler import build
from phosphene.recipe import Recipe
from phosphene.render import render
from tests.goldens.recipes import RECIPES

SIZE = (33, 29)
FILE = Path(__file__).with_name("goldens.json")
ACCEPT = "python -m tests.goldens.accept"

Golden = dict[str, Any]


def measure(recipe: Recipe) -> tuple[Golden, Any]:
    """The golden of a recipe, and its pixels."""
    picture = render(recipe, SIZE)
    pixels = np.asarray(picture).astype("<f4")
    golden = {
        "recipe": recipe.to_dict(full=True),
        "digest": recipe.digest,
        "program": program_digest(recipe),
        "pixels": hashlib.sha256(pixels.tobytes()).hexdigest(),
    }
    return golden, pixels


def program_digest(recipe: Recipe) -> str:
    """Of the program that the probe and the streams make; "image" where it depends on the size."""
    texts = [*recipe.shading.let.values(), *recipe.shading.colour]
    if any(word in text for text in texts for word in ("least(", "greatest(")):
        return "image"
    return build(recipe).digest


def stored() -> dict[str, Golden]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def difference(name: str, wanted: dict[str, Golden], recipe: Recipe | None = None) -> str:
    """What has changed since the golden was accepted; nothing where all is as it was.

    The picture is drawn from the recipe as it was stored, every default written out, so another
    default is seen; `recipe` stands in for it.
    """
    if name not in wanted:
        return f"golden '{name}' is missing. If it should be there: {ACCEPT}"
    golden = wanted[name]
    old = recipe or Recipe(**golden["recipe"])
    found, _ = measure(old)
    changed = [part for part in ("digest", "program", "pixels") if found[part] != golden[part]]
    if Recipe(**RECIPES[name]) != old:
        changed.insert(0, "recipe (its defaults, for new pictures)")
    if not changed:
        return ""
    return f"golden '{name}' has another {' and '.join(changed)}. If that is meant: {ACCEPT}"


def report() -> dict[str, Any]:
    """Digests of all goldens, and the CPU they were computed for."""
    from numba import njit

    from phosphene.engines.cpu.llvm_intrinsics import LANES, fma

    @njit("float32(float32, float32, float32)")
    def probe(a: Any, b: Any, c: Any) -> Any:
        return fma(a, b, c)

    code = "".join(probe.inspect_asm().values())
    with np.errstate(all="ignore"):
        numpy_bits = hashlib.sha256(np.exp(np.linspace(-9, 9, 999)).tobytes()).hexdigest()[:8]
    features = np._core._multiarray_umath.__cpu_features__  # type: ignore[attr-defined]
    return {
        "digests": {
            name: [golden["program"], golden["pixels"]]
            for name, recipe in RECIPES.items()
            for golden, _ in [measure(Recipe(**recipe))]
        },
        "lanes": LANES,
        "fma": "vfmadd" in code,
        "numpy": sorted(name for name, has in features.items() if has),
        "numpy exp": numpy_bits,
    }


if __name__ == "__main__":
    print(json.dumps(report()))
