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

# style: command; drawn to systems/STYLE.png for seed-systems.md
SYSTEMS: dict[str, str] = {
    "neural-painter": "paint neural-painter --seed 57 --width 42 --depth 4 --size 240",
    "npainter": "paint npainter --seed 5 --size 240",
    "cppn-tensorflow": "paint cppn-tensorflow --seed 4 --size 240",
    "cppn-gan-vae": "paint cppn-gan-vae --seed 6 --size 240",
    "resnet-cppn": "paint resnet-cppn --seed 2 --size 240",
    "netart": "paint netart --seed 7 --colour hsl --size 240",
    "neurogram": "paint neurogram --seed 2 --size 240",
    "cppn-art": "paint cppn-art --seed 5 --size 240",
    "ichko": "paint ichko --seed 2 --size 240",
    "huenermann-python": "paint huenermann-python --seed 3 --variance 50 --size 240",
    "huenermann-browser": "paint huenermann-browser --seed 6130076054 --z -0.2 --variance 588.1 "
    "--size 240",
    "cppn-keras": "paint cppn-keras --seed 6 --size 240",
    "neale": "paint neale --seed 6 --size 240",
    "rppn": "paint rppn --seed 5 --size 240",
    "convnetjs": "paint convnetjs --seed 8 --size 240",
}


def draw() -> None:
    (FOLDER / "systems").mkdir(parents=True, exist_ok=True)
    commands = {name: command for name, (command, _) in PICTURES.items()}
    commands |= {f"systems/{style}.png": command for style, command in SYSTEMS.items()}
    for name, command in commands.items():
        code = run([*shlex.split(command), "-o", str(FOLDER / name), "--force"])
        if code:
            raise SystemExit(code)


def systems_block() -> str:
    """The pictures of seed-systems.md, system by system."""
    from phosphene.styles import STYLES

    parts = []
    for name, command in SYSTEMS.items():
        style = STYLES[name]
        parts.append(f"### {name} ({style.year})\n\n![{name}](gallery/systems/{name}.png)")
        parts.append(f"{style.says[0].upper()}{style.says[1:]}. Famous for {style.famous_for}.")
        parts.append(f"`phosphene {command} -o {name}.png`")
        rows = (f"| `{n}` | {_default(d)} | {says} |" for n, (d, says) in style.dials.items())
        parts.append("\n".join(["| dial | default | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def _default(value: object) -> str:
    return "drawn" if value is None else f"`{str(value).lower()}`"


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
    page = ROOT / "docs" / "seed-systems.md"
    page.write_text(replace_block(page, "systems", systems_block()), encoding="utf-8")
    write_pages()
