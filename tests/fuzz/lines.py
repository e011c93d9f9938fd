"""Command lines: any command with any of its options, and values that fit or do not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import typer
from hypothesis import strategies as st

import phosphene as ph
from phosphene.cli.app import make_app
from phosphene.styles import STYLES
from tests.fuzz.files import run_line
from tests.fuzz.values import WORDS

# options that start processes, measure for long, or ask for help
LEFT_OUT = set(
    "--workers --cluster --help --version --engine --preview --install-completion".split()
)
COMMANDS = ("paint", "sheet", "grid", "show", "check", "render", "textures", "palette", "import",
            "list", "strip", "animate")  # fmt: skip
# what is always given, since the defaults paint for seconds, and options that would undo it
SMALL = {
    "paint": "--size 16 -o a.png",
    "render": "--size 16 -o a.png",
    "sheet": "--cell 16 --count 2 -o a.png",
    "textures": "--size 16 -o m/",
    "grid": "--cell 16 -o a.png",
    "strip": "--frames 4 -o a.png",
    "animate": "--frames 3 --size 16 -o a.gif",
}
TAKEN = set(
    "--size --cell --count --frames --output -o --seconds --bpm --beats --fps --thumbnails "
    "--resume".split()
)
LIKELY = (
    "ember x y 3 1..3 width=2,3 depth=1..2 a.png a.json zoom loop both 1,2,3,4 3mm 16x16 png -1 "
    "0.5 networks.main.width=3 view.span=nan auto x=1 1e9"
).split()
values = st.one_of(
    st.sampled_from([*WORDS, *STYLES, *LIKELY, "morph marble"]),
    st.integers(-5, 20).map(str),
    st.text(max_size=6),
)
sources = st.sampled_from([*STYLES, "a.json", "b.png", "missing.png", "", "-", "x", "{}", "b.gif"])


def _options(name: str) -> list[Any]:
    """The options of a command."""
    command: Any = typer.main.get_command(make_app([name], "silk"))
    command = command.commands.get(name, command) if hasattr(command, "commands") else command
    return [p for p in command.params if getattr(p, "opts", [""])[0].startswith("-")]


@st.composite
def _inputs(draw: st.DrawFn) -> bytes:
    name = draw(st.sampled_from(COMMANDS))
    line = [name, *draw(st.lists(sources, max_size=2))]
    known = [p for p in _options(name) if not {*p.opts} & (LEFT_OUT | TAKEN)]
    for _ in range(draw(st.integers(0, 3))):
        if not known:
            break
        option = draw(st.sampled_from(known))
        line.append(draw(st.sampled_from([*option.opts, *option.secondary_opts])))
        if not getattr(option, "is_flag", False) or draw(st.integers(0, 9)) == 0:
            line.append(draw(values))
    if draw(st.integers(0, 19)) == 0:
        line.append(draw(values))
    line += SMALL.get(name, "").split()
    return json.dumps([word.replace("\0", "") for word in line]).encode()


inputs: st.SearchStrategy[bytes] = st.deferred(_inputs)


def check(data: bytes, folder: Path) -> bool:
    """Run the command line in a folder with a few files."""
    here = folder / "line"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    recipe = ph.style("classic", seed=1)
    (here / "a.json").write_text(recipe.json)
    ph.render(recipe, 32).save(here / "b.png")
    line = [word for word in json.loads(data) if "/" not in word or word == "m/"]
    return run_line(line, here)
