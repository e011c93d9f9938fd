"""Documentation that cannot drift: pages are what the program says of itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from PIL import Image

import phosphene as ph
from phosphene.catalogue.architectures import ARCHITECTURES, FIXED
from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.cli.app import make_app
from phosphene.cli.commands import COMMANDS
from phosphene.cli.listing import LISTS
from phosphene.files import FORMATS
from phosphene.files.film import FILMS
from phosphene.render.map_pixels import NAMES

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import exporting  # noqa: E402
import gallery  # noqa: E402 - a script of the docs, not a package
import lessons  # noqa: E402
import moving  # noqa: E402
import pages  # noqa: E402


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_reference_page_is_up_to_date(name):
    stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert stored == pages.PAGES[name](), "run `make docs`"


def undocumented(page: str) -> list[str]:
    """The commands and options that the page of commands lacks."""
    group: Any = typer.main.get_command(make_app())
    missing: list[str] = []
    for name in COMMANDS:
        command, part = group, page.partition(f"## phosphene {name}\n")[2].partition("\n## ")[0]
        for word in name.split():
            command = command.commands[word]
        flags = [f for p in command.params if p.name != "help" for f in (*p.opts, *p.secondary_opts)
                 if p.param_type_name == "option"]  # fmt: skip
        missing += [f"{name} {flag}" for flag in flags if f"`{flag}`" not in part]
        missing += [] if part else [name]
    return missing


def test_a_command_and_an_option_that_a_page_lacks_are_caught():
    page = pages.commands_page()
    assert undocumented(page.replace("## phosphene show\n", "## phosphene shows\n"))[-1] == "show"
    assert undocumented(page.replace("`--bleed`", "`--bled`", 1)) == ["paint --bleed"]


def test_every_command_and_catalogue_entry_is_documented():
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    catalogue = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert undocumented(commands) == []
    for name, rows in LISTS.items():
        assert f"## {name}\n" in catalogue
        assert all(f"| `{entry}` |" in catalogue for entry, _ in rows())


LINK = re.compile(r"\[[^]]*\]\(([^)#]+)(?:#[^)]*)?\)")
# `name` in [file](link): the name is defined there, or imported to be used from there.
NAMED = re.compile(r"`(\w+)`\s(?:in|\()\s?\[[^]]*\]\(([^)]+\.py)\)")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_every_link_to_a_file_leads_to_one(page):
    links = LINK.findall(page.read_text(encoding="utf-8"))
    places = [link for link in links if not link.startswith("http")]
    assert [link for link in places if not (page.parent / link).exists()] == []


def test_the_page_on_how_a_picture_is_made_names_only_what_exists():
    page = ROOT / "docs" / "how-a-picture-is-made.md"
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    assert len(named) > 12
    for name, link in named:
        code = (page.parent / link).read_text(encoding="utf-8")
        assert re.search(rf"^(?:def |class |from .* as |){name}\b", code, re.MULTILINE), (
            name,
            link,
        )


def test_a_page_that_lacks_an_entry_is_caught():
    page = pages.catalogue_page()
    assert "| `tanh` |" in page
    assert page.replace("| `tanh` |", "| `tahn` |") != pages.catalogue_page()


@pytest.mark.parametrize("name", gallery.PICTURES)
def test_a_gallery_picture_carries_a_recipe_that_still_reads(name):
    path = ROOT / "docs" / "gallery" / name
    command = gallery.PICTURES[name][0]
    recipe = ph.open(path, pick=None if command.startswith("paint") else 1)
    assert ph.Recipe.from_json(recipe.json) == recipe


def test_the_page_of_styles_shows_every_house_style():
    page = (ROOT / "docs" / "styles.md").read_text(encoding="utf-8")
    assert page == gallery.styles_page(), "run `make gallery STYLE=NAME`"
    pictures = {picture for name in gallery.SWEEPS for picture in gallery.style_commands(name)}
    assert [name for name in sorted(pictures) if not (gallery.FOLDER / name).exists()] == []


@pytest.mark.parametrize("name", lessons.LESSONS)
def test_a_picture_of_the_shading_page_is_its_recipes(name):
    path = ROOT / "docs" / "shading" / f"{name}.png"
    assert ph.open(path) == lessons.recipe(name), "run `make gallery`"
    painted = ph.render(lessons.recipe(name), lessons.SIZE).uint8
    np.testing.assert_array_equal(np.asarray(Image.open(path)), np.squeeze(painted))


def test_the_page_of_exports_names_every_format_map_and_place():
    assert set(exporting.MAPS) == set(NAMES)
    assert all(all(found.metadata) for found in (*FORMATS.values(), *FILMS.values()))
    page = exporting.page()
    for suffix, found in FORMATS.items():
        assert f"| `{suffix}`" in page and found.description in page
        assert all(f"| `{suffix}` | `{option}` |" in page for option in found.options)
    assert page.count("seam 0.0/255") == len(exporting.ROLLED)
    lines = re.findall(r"^    phosphene (\w+)", page, re.M)
    assert len(lines) >= 6 and set(lines) <= {name.split()[0] for name in COMMANDS}


def test_a_picture_of_another_recipe_is_caught():
    other = lessons.recipe("pair").replace({"palettes.B": "rose"})
    assert ph.open(ROOT / "docs" / "shading" / "pair.png") != other


def test_the_blind_spot_is_missed_by_adaptive_samples_and_found_by_fixed_ones():
    found = lessons.brightest()
    assert found["auto"] == found["print"] == 0 and min(found["4"], found["16"]) > 100


def test_the_readme_shows_the_gallery_as_it_is():
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    assert moving.replace_block(text, "gallery", gallery.block()) == text


@pytest.mark.slow  # runs the Python of every page, pictures included
@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *ROOT.glob("docs/*.md")], ids=lambda p: p.name
)
def test_the_python_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(block, namespace)
    if page.name == "README.md":
        assert ph.open("hero.png") == namespace["picture"].recipe


def test_the_recipe_of_the_recipe_page_paints():
    text = (ROOT / "docs" / "recipe.md").read_text(encoding="utf-8")
    recipe = ph.Recipe.from_json(re.findall(r"```json\n(.*?)```", text, re.S)[0])
    assert ph.render(recipe, 16).float.std() > 0.02


def test_the_recipe_page_or_the_catalogue_names_every_kind_of_network_and_colour_space():
    pages = [ROOT / "docs" / name for name in ("recipe.md", "catalogue.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    kinds = {*ARCHITECTURES, *FIXED, *COLOUR_SPACES}
    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()


def test_every_command_line_of_the_readme_names_a_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^    phosphene (\w+)", text, re.M)
    assert len(lines) >= 9 and set(lines) <= {name.split()[0] for name in COMMANDS}
