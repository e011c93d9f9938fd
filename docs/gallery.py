"""Draw the gallery: every picture by the command that stands under it, then the README's gallery
block.

Run by `make gallery`. Pictures carry their recipes; `phosphene render` makes any of them larger.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from phosphene.cli import run

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "gallery"

# file: (command, caption)
PICTURES: dict[str, tuple[str, str]] = {
    "hero.png": ("paint silk --seed 2 --size 1200x480", "silk, seed 2"),
    "silk.png": ("sheet silk --count 8 --columns 4 --cell 200", "silk, seeds 0 to 7, not selected"),
    "drift.png": (
        "sheet drift --count 8 --columns 4 --cell 200",
        "drift, seeds 0 to 7, not selected",
    ),
    "latent.png": (
        "sheet silk --seed 2 --vary latent --count 8 --columns 4 --cell 200",
        "one network, eight latent vectors",
    ),
    "grid.png": (
        "grid classic --seed 4 --x depth=2..8 --y width=4,8,16,32 --cell 120",
        "the classic raw network over depth and width",
    ),
    "fold.png": (
        "paint drift --seed 11 --size 800x400 --scale 1.6 --set shading.params.light=0 "
        '--set \'networks.main.fold={"kind":"kaleidoscope","order":7}\'',
        "a kaleidoscope of seven",
    ),
}


def draw() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, (command, _) in PICTURES.items():
        code = run([*shlex.split(command), "-o", str(FOLDER / name), "--force"])
        if code:
            raise SystemExit(code)


def block() -> str:
    """The README's gallery, picture by picture."""
    parts = []
    for name, (command, caption) in PICTURES.items():
        if name != "hero.png":
            picture = f"![{caption}](docs/gallery/{name})"
            parts.append(f"{picture}\n\n{caption}: `phosphene {command} -o {name}`")
    return "\n\n".join(parts)


def replace_block(path: Path, name: str, text: str) -> str:
    """The file's text with the part between the marks of `name` replaced."""
    whole = path.read_text(encoding="utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = whole.partition(start)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"{path}: the marks {start} and {end} are missing")
    return f"{before}{start}\n{text.strip()}\n{end}{after}"


if __name__ == "__main__":
    from pages import write_pages

    draw()
    readme = ROOT / "README.md"
    readme.write_text(replace_block(readme, "gallery", block()), encoding="utf-8")
    write_pages()
