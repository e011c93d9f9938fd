"""Help: commands and options in panels, a style's dials among them, and what is near a mistake."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import typer

import phosphene as ph
from phosphene.cli import run
from phosphene.cli.app import make_app
from phosphene.cli.commands import COMMANDS, find_command
from phosphene.cli.dials import named_style
from phosphene.cli.panels import FIRST, PANELS
from phosphene.styles import STYLES

MOST_FIRST = 10


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def command(text: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def without_panel(name: str, app: Any) -> list[str]:
    """The options of a command that no panel names."""
    known = {*FIRST[name], *(option for names in PANELS.values() for option in names), "dial"}
    parameters = typer.main.get_command(app).commands[name].params  # type: ignore[attr-defined]
    options = [p.name for p in parameters if p.param_type_name == "option"]
    return [name for name in options if name not in known]


def test_help_groups_the_commands(capsys):
    out = command("--help", capsys)[1]
    panels = list(dict.fromkeys(row.panel for row in COMMANDS.values()))
    assert panels == ["Create", "Look", "Export", "Seed systems", "Tools"]
    places = [out.index(f"─ {panel} ─") for panel in panels]
    assert places == sorted(places)
    for name, row in COMMANDS.items():
        assert f" {name.split()[0]} " in out[out.index(f"─ {row.panel} ─") :]


@pytest.mark.parametrize("name", FIRST)
def test_every_option_has_a_panel_and_the_first_panel_has_ten(name):
    assert without_panel(name, make_app([name])) == []
    assert len(FIRST[name]) <= MOST_FIRST


def test_an_option_without_a_panel_is_caught():
    app = make_app(["paint"])
    app.registered_commands[0].callback = lambda brush: brush
    assert without_panel("paint", app) == []  # an argument needs none
    app.registered_commands[0].callback = lambda brush="x": brush
    assert without_panel("paint", app) == ["brush"]


@pytest.mark.parametrize("name", STYLES)
def test_the_dials_of_a_style_are_options_of_it(name, capsys):
    out = command(f"paint {name} --help", capsys)[1]
    shown = out.partition(f"Dials of {name} ")[2]
    for dial in STYLES[name].dials:
        flag = f"--{dial.replace('_', '-')}"
        assert flag in (shown if f" {flag} " in shown else out), dial
    assert "--dial " in shown


def test_a_dial_by_its_option_by_dial_and_by_python_is_one(capsys):
    assert command("paint silk --folds 4 --seed 1 --size 8 -o a.png", capsys)[0] == 0
    assert command("paint --seed 1 --folds 4 silk --size 8 -o b.png", capsys)[0] == 0
    assert command("paint silk --dial folds=4 --seed 1 --size 8 -o c.png", capsys)[0] == 0
    wanted = ph.style("silk", seed=1, folds=4)
    assert [ph.open(f"{name}.png") for name in "abc"] == [wanted] * 3
    assert wanted != ph.style("silk", seed=1)


def test_a_dial_without_a_value_and_one_whose_name_is_taken(capsys):
    line = "paint neural-painter --recurrent --no-use-bias --seed 1 --width 4 --size 8 -o a.png"
    assert command(line, capsys)[0] == 0
    wanted = ph.style("neural-painter", seed=1, recurrent=True, use_bias=False, width=4)
    assert ph.open("a.png") == wanted
    line = "paint ink --dial bleed=0.05 --bleed 2px --seed 1 --size 8 -o b.png --no-gate"
    assert command(line, capsys)[0] == 0
    assert ph.open("b.png") == ph.style("ink", seed=1, bleed=0.05)


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("silk --seed 1", "silk"),
        ("--palette marble silk", "silk"),
        ("--folds 4 silk", "silk"),
        ("-o ink pearl", "pearl"),
        ("art.png", None),
        ("--no-gate", None),
    ],
)
def test_the_value_of_an_option_is_not_taken_for_a_style(words, style):
    assert named_style(find_command("paint"), shlex.split(words)) == style
    assert named_style(find_command("palette"), shlex.split(words)) is None


MISTAKES = {
    "paint silk --nosuch 3": [
        "no such option: --nosuch. silk has the dials --folds, --relief, --elevation."
    ],
    "paint silk --fodls 3": ["Did you mean --folds?"],
    "paint --folds 3": ["--folds. It is a dial of silk, pearl; name the style before it."],
    "paint --fodls 3": ["Did you mean --folds? It is a dial of silk, pearl; name the style"],
    "paint silk --vein 3": ["Did you mean --veins? It is a dial of marble. silk has the dials"],
    "check --folds 3": ["no such option: --folds. It is a dial of silk, pearl, for commands that"],
    "paint classic --nosuch": ["classic has no dials."],
    "paint --count x": ["--count: got x; expected a whole number"],
    "paint --count=0": ["--count: got 0; expected a number greater than or equal to 1"],
    "paint --dpi 3px": ["--dpi: got 3px; expected a number"],
    "paint --sizes 3": ["Did you mean --size?", "phosphene paint --help shows all options"],
    "paint silk --folds 90": ["--folds: got 90; expected 1 to 8"],
    "pain": ["No such command 'pain'. Did you mean 'paint'"],
    "compat neural-panter": ["Did you mean 'neural-painter'"],
}


@pytest.mark.parametrize("name", ["", *(name for name in COMMANDS if " " not in name)])
def test_help_shows_no_python_types_for_options(name, capsys):
    options = command(f"{name} --help", capsys)[1].partition("─ Options ─")[2]
    assert not re.findall(r"<bool>|<list|<int range", options)
    assert re.search(r"--help\b *(-h)? +show this help", options)


@pytest.mark.parametrize("text", ["", "compat"])
def test_a_group_without_a_command_shows_its_help_and_nothing_else(text, capsys):
    code, out, err = command(text, capsys)
    assert (code, err) == (2, "")
    assert f"Usage: phosphene {text}".rstrip() in out


@pytest.mark.parametrize("text", MISTAKES)
def test_an_error_suggests_the_nearest_name(text, capsys):
    code, out, err = command(text, capsys)
    assert (code, out) == (2, "")
    for message in MISTAKES[text]:
        assert message in err


LIGHT = """
import sys
from phosphene.cli import run
assert run({words}) == {code}
print(sorted({{"typer", "numpy", "phosphene.recipe"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("words", "code", "loaded"),
    [
        (["--version"], 0, []),
        (["--help"], 0, ["typer"]),
        (["compat", "--help"], 0, ["typer"]),
        (["pant"], 2, ["typer"]),
    ],
)
def test_what_needs_no_command_loads_none(words: list[str], code: int, loaded: list[str]):
    program = LIGHT.format(words=words, code=code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.endswith(f"{loaded}\n"), done.stderr


def test_the_list_of_commands_shows_each_with_its_summary(capsys):
    _, out, _ = command("--help", capsys)
    assert all(row.summary in out for name, row in COMMANDS.items() if " " not in name)
    assert all(row.summary.endswith(".") and len(row.summary) < 70 for row in COMMANDS.values())


def test_painting_a_png_loads_neither_pillow_nor_a_compiler(tmp_path):
    program = (
        "import sys; from phosphene.cli import run; "
        "assert run('paint silk --seed 1 --size 16 -o a.png'.split()) == 0; "
        "print(sorted({'PIL', 'numba', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.endswith("[]\n"), done.stderr
