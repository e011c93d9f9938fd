"""The generated parts of exports.md: tables and measured seams. The rest is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moving

import phosphene as ph
from phosphene.files import ALIASES, FORMATS, Format
from phosphene.files.film.formats import FILMS, FOLDER
from phosphene.render.map_pixels import NAMES
from phosphene.render.tiling import seams, seams_text, tiled

PAGE = Path(__file__).parent / "exports.md"

MAPS: dict[str, str] = {
    "albedo": "the picture",
    "height": "grey, 16 bits; 1 is `displacement` times the width high, see material.json",
    "normal": "the slopes of the height map; green points up, or down with `--normal directx`",
    "roughness": "grey; hollows are rougher, heights smoother; `--roughness` sets the mean",
    "metalness": "grey; white where the style has metal, such as the gold of marble, or `--metal`",
    "ao": "ambient occlusion: grey, dark where surrounding heights hide the sky",
    "orm": "occlusion, roughness and metalness as red, green and blue",
}

ROLLED: dict[str, tuple[str, str]] = {
    "--tile": ("both", "1024x1024"), "--panorama": ("panorama", "2048x1024"),
}  # fmt: skip


def page() -> str:
    """docs/exports.md with its generated parts up to date."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = {
        "formats": _formats, "options": _options, "seams": _seams, "maps": _maps, "places": _places,
    }  # fmt: skip
    for name, lines in blocks.items():
        text = moving.replace_block(text, name, "\n".join(lines()))
    return text


def _formats() -> Iterator[str]:
    yield from ("| suffix | format | limit | made | install |", "|---|---|---|---|---|")
    for suffix, one in FORMATS.items():
        other = [f"`{alias}`" for alias, of in ALIASES.items() if of == suffix]
        extra = f"`pip install '.[{one.extra}]'`" if one.extra else ""
        made = "in pieces" if one.streams else "at once, in memory"
        names = ", ".join([f"`{suffix}`", *other])
        yield f"| {names} | {one.description} | {_largest(one)} | {made} | {extra} |"


def _largest(one: Format) -> str:
    side = f"{one.max_side:,} a side" if one.max_side else ""
    whole = f"{one.max_pixels:,} pixels" if one.max_pixels else ""
    return ", ".join(filter(None, [side, whole]))


def _options() -> Iterator[str]:
    yield from ("| suffix | option | meaning | values | default |", "|---|---|---|---|---|")
    for suffix, one in FORMATS.items():
        for name, option in one.options.items():
            default = f"`{str(option.default).lower()}`"
            yield f"| `{suffix}` | `{name}` | {option.description} | {option.choices} | {default} |"


def _seams() -> Iterator[str]:
    yield "```text"
    for flag, (how, size) in ROLLED.items():
        recipe = tiled(ph.style("silk", seed=7), size, how)
        yield f"phosphene paint silk --seed 7 --size {size} {flag}"
        yield f"  {seams_text(seams(recipe, size))}"
    yield "```"


def _maps() -> Iterator[str]:
    yield from ("| file | what it holds |", "|---|---|")
    for name in NAMES:
        yield f"| `{name}.png` | {MAPS[name]} |"
    yield "| `preview.png` | the surface under a lamp, 3x3 copies of a tile |"
    yield "| `material.mtlx` | a MaterialX standard surface of these maps |"
    yield "| `material.json` | the settings, and the recipe |"


def _places() -> Iterator[str]:
    yield from (
        "| file | where the recipe is | where it says that an algorithm made it |",
        "|---|---|---|",
    )
    for suffix, one in {**FORMATS, **FILMS}.items():
        recipe, source = one.metadata
        name = "a folder of frames" if suffix == FOLDER else f"`{suffix}`"
        yield f"| {name} | {recipe} | {source} |"
