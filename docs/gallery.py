"""Draw the gallery: every picture by the command in its caption, then the pages that show them.

Run by `make gallery`; `make gallery STYLE=silk` draws the pictures of one style only. Pictures
contain their recipes, so `phosphene render` can render any of them larger.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import moving
from moving import replace_block

from phosphene.cli import run
from phosphene.styles import STYLES

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "gallery"

# file: (command, caption)
PICTURES: dict[str, tuple[str, str]] = {
    "hero.jpg": (
        "sheet --count 48 --columns 8 --cell 144",
        "48 pictures by `paint` without a style, seeds 0 to 47, not selected",
    ),
    "wide.jpg": ("paint silk --seed 2 --size 1200x480", "silk, seed 2"),
    "latent.jpg": (
        "sheet silk --seed 2 --vary latent --count 8 --columns 4 --cell 200",
        "one network, eight latent vectors",
    ),
    "palettes.jpg": (
        "sheet chrome --seed 3 --vary palette --columns 8 --cell 100",
        "one picture in every palette of the catalogue",
    ),
    "brand.jpg": (
        "sheet --count 16 --columns 8 --cell 144 "
        "--palette '#0b1d39,#2a9d9b,#f4a261,#e76f51,#f3fff5'",
        "house styles in five given colours, each with a share of the picture",
    ),
    "tile.jpg": ("paint marble --seed 6 --tile --size 512", "a seamless tile"),
    "grid.jpg": (
        "grid classic --seed 4 --x depth=2..8 --y width=4,8,16,32 --cell 120",
        "the network of the style classic, by depth and width",
    ),
    "activations.jpg": (
        "grid ichko --seed 1 --x 'activation=tanh;tan,tanh;sin,tanh;sign,tanh' --cell 200",
        "activations of ichko's network: tan, sin and sign in the first layer only",
    ),
    "symmetry.jpg": (
        "sheet --seed 20 --kaleidoscope 6 --count 8 --columns 4 --cell 200",
        "eight pictures with six mirrored sectors",
    ),
    "recolour.jpg": (
        "sheet neural-painter --count 8 --columns 4 --cell 200 --recolour auto",
        "a seed system's networks, recoloured",
    ),
    "fold.jpg": (
        "paint drift --seed 11 --size 800x400 --scale 1.6 "
        '--set \'networks.main.fold={"kind":"kaleidoscope","order":7}\'',
        "a kaleidoscope of order 7",
    ),
}

# Each house style has a sheet, styles/NAME.jpg, and a sweep of the dial that its row names,
# styles/NAME-dial.jpg.
STYLE_SHEET = "sheet {name} --count 25 --columns 5 --cell 96"
SWEEPS = {name: found.sweep for name, found in sorted(STYLES.items()) if found.sweep}

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


NETWORK = "paint silk --seed 2 --width 8 --depth 3"  # drawn to network.svg for recipe.md


def draw_network() -> None:
    with TemporaryDirectory() as folder:
        path = f"{folder}/small.png"
        run([*shlex.split(NETWORK), "-o", path])
        run(["show", path, "--draw", str(FOLDER / "network.svg"), "--overwrite"])


def commands() -> dict[str, str]:
    """The commands of all pictures of the documentation, by path relative to the gallery folder."""
    found = {name: command for name, (command, _) in PICTURES.items()}
    for name in SWEEPS:
        found |= style_commands(name)
    found |= {f"systems/{style}.png": command for style, command in SYSTEMS.items()}
    return found | {f"../films/{path}.jpg": strip for path, strip in moving.STRIPS.items()}


def style_commands(name: str) -> dict[str, str]:
    """The commands of the two pictures of a house style."""
    sheet = STYLE_SHEET.format(name=name)
    return {f"styles/{name}.jpg": sheet, f"styles/{name}-dial.jpg": sweep_command(name)}


def draw(chosen: dict[str, str]) -> None:
    for name, command in chosen.items():
        place = FOLDER / name
        place.parent.mkdir(parents=True, exist_ok=True)
        code = run([*shlex.split(command), "-o", str(place), "--overwrite"])
        if code:
            raise SystemExit(code)


def sweep_command(name: str) -> str:
    return f"grid {name} --seed 1 --x {SWEEPS[name]} --cell 96"


def styles_page() -> str:
    """docs/styles.md: every house style with its sheet, its dials and a sweep of one dial."""
    parts = [
        "# House styles",
        "<!-- written by `make gallery`; edit the styles, not this page -->",
        "A house style is a way to make a recipe from a seed. Each sheet shows seeds 0 to 24, not "
        "selected; the grid below it varies one dial. The dials of a style are options, such as "
        '`phosphene paint silk --folds 4`, and keywords in Python: `ph.style("silk", folds=4)`.',
    ]
    for name in SWEEPS:
        style = STYLES[name]
        parts.append(f"## {name}\n\n{style.description[0].upper()}{style.description[1:]}.")
        parts.append(f"![{name}](gallery/styles/{name}.jpg)")
        parts.append(f"`phosphene {STYLE_SHEET.format(name=name)} -o {name}.png`")
        rows = (
            f"| `{n}` | {_default(d)} | {description} |"
            for n, (d, description) in style.dials.items()
        )
        parts.append("\n".join(["| dial | default | meaning |", "|---|---|---|", *rows]))
        parts.append(f"![one dial of {name}](gallery/styles/{name}-dial.jpg)")
        parts.append(f"`phosphene {sweep_command(name)} -o {name}-dial.png`")
    return "\n\n".join(parts) + "\n"


def systems_block() -> str:
    """The generated part of seed-systems.md: every system with its picture and dials."""
    parts = []
    for name, command in SYSTEMS.items():
        style = STYLES[name]
        parts.append(f"### {name} ({style.year})\n\n![{name}](gallery/systems/{name}.png)")
        parts.append(
            f"{style.description[0].upper()}{style.description[1:]}. Famous for {style.famous_for}."
        )
        parts.append(f"`phosphene {command} -o {name}.png`")
        rows = (
            f"| `{n}` | {_default(d)} | {description} |"
            for n, (d, description) in style.dials.items()
        )
        parts.append("\n".join(["| dial | default | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def _default(value: object) -> str:
    return "random" if value in (None, "") else f"`{str(value).lower()}`"


def block() -> str:
    """The gallery in the README."""
    parts = []
    for name, (command, caption) in PICTURES.items():
        if name != "hero.jpg":
            picture = f"![{caption}](docs/gallery/{name})"
            parts.append(f"{picture}\n\n{caption}: `phosphene {command} -o {name}`")
    return "\n\n".join(parts)


def rewrite(path: Path, name: str, text: str) -> None:
    """Replace the part of a file between the marks of `name`."""
    path.write_text(replace_block(path.read_text("utf-8"), name, text), encoding="utf-8")


if __name__ == "__main__":
    import figures
    import lessons
    from pages import write_pages

    if sys.argv[1:]:
        draw(style_commands(sys.argv[1]))
    else:
        draw(commands())
        draw_network()
        lessons.draw()
        figures.draw_all()
    rewrite(ROOT / "README.md", "gallery", block())
    (ROOT / "docs" / "styles.md").write_text(styles_page(), encoding="utf-8")
    rewrite(ROOT / "docs" / "seed-systems.md", "systems", systems_block())
    write_pages()
