"""Accept the goldens as they are drawn now: `python -m tests.goldens.accept [FOLDER]`.

Prints what changed, and writes before, after and difference of each changed picture to FOLDER
(build/goldens), for the message of the commit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from phosphene.recipe import Recipe
from tests.goldens.digests import FILE, SIZE, Golden, measure, stored
from tests.goldens.recipes import RECIPES

STRIP = FILE.with_name("goldens.png")
PARTS = ("recipe", "digest", "program", "pixels")
ACROSS = 12  # pictures in a row of the strip


def tile(pixels: Any) -> Any:
    """Pixels as 8-bit RGB."""
    colour = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[..., :3]
    return np.floor(colour * 255 + 0.5).astype(np.uint8)


def join(tiles: list[Any]) -> Any:
    """The strip: tiles row by row, in order."""
    rows = -(-len(tiles) // ACROSS)
    strip = np.zeros((rows, SIZE[1], ACROSS, SIZE[0], 3), np.uint8)
    for i, part in enumerate(tiles):
        strip[i // ACROSS, :, i % ACROSS] = part
    return strip.reshape(rows * SIZE[1], ACROSS * SIZE[0], 3)


def cut(strip: Any, index: int) -> Any:
    top, left = index // ACROSS * SIZE[1], index % ACROSS * SIZE[0]
    return strip[top : top + SIZE[1], left : left + SIZE[0]]


def show(before: Any, after: Any, path: Path) -> None:
    """Before, after and difference side by side, eight times as large; the difference raised."""
    apart = np.abs(after.astype(int) - before)
    raised = (apart * (255 // max(1, int(apart.max())))).astype(np.uint8)
    side = np.concatenate([before, after, raised], axis=1)
    Image.fromarray(side.repeat(8, 0).repeat(8, 1)).save(path)


def changes(old: dict[str, Golden], new: dict[str, Golden]) -> dict[str, str]:
    """One line for each golden that is new, gone or changed."""
    lines = {name: "gone" for name in old if name not in new}
    for name, golden in new.items():
        if name not in old:
            lines[name] = "new"
        else:
            parts = [k for k in PARTS if golden[k] != old[name].get(k)]
            if parts:
                lines[name] = " and ".join(parts)
    return lines


def kept(old: Golden | None, new: Golden) -> Golden:
    """The stored golden where the new one only has more fields, at their defaults."""
    same = old is not None and all(old.get(part) == new[part] for part in PARTS[1:])
    return old if old and same and Recipe(**old["recipe"]) == Recipe(**new["recipe"]) else new


def main(folder: Path) -> None:
    old = stored()
    new: dict[str, Golden] = {}
    tiles: list[Any] = []
    for name, recipe in RECIPES.items():
        golden, pixels = measure(Recipe(**recipe))
        new[name] = kept(old.get(name), golden)
        tiles.append(tile(pixels))
    lines = changes(old, new)
    for name, line in lines.items():
        print(f"{name}: {line}")
    print(f"{len(lines)} of {len(new)} goldens changed")
    if not lines:
        return
    if STRIP.exists():
        strip, order = np.asarray(Image.open(STRIP).convert("RGB")), list(old)
        shown = [n for n, line in lines.items() if n in old and n in new and "pixels" in line]
        for name in shown:
            folder.mkdir(parents=True, exist_ok=True)
            before, after = cut(strip, order.index(name)), tiles[list(new).index(name)]
            show(before, after, folder / f"{name}.png")
        if shown:
            print(f"before, after and difference of {len(shown)}: {folder}")
    text = ",\n".join(f"{json.dumps(n)}: {json.dumps(g, sort_keys=True)}" for n, g in new.items())
    FILE.write_text("{\n" + text + "\n}\n", encoding="utf-8")
    Image.fromarray(join(tiles)).save(STRIP)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/goldens"))
