"""The library speaks of arguments, and the command line turns them into its options."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import phosphene as ph
from phosphene.cli.app import make_app
from phosphene.cli.wording import ARGUMENT, error_text, option, with_options
from phosphene.core.errors import SizeError, UserError
from phosphene.styles import STYLES

SOURCE = Path(ph.__file__).parent
LIBRARY = [
    path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.relative_to(SOURCE).parts[0] not in ("cli", "compat.py", "bench")
    and path.name != "aliases.py"  # whose rows are old options, too
]
OTHERS = {"--force-reinstall", "--scheduler-file"}  # options of other programs
PYTHON = {
    "--no-files",
    "--chunks",
    "--format",
    "--cluster",
    "--recipe",
    "--share",
    "--limits",  # --limit NAME=VALUE says it there
}  # arguments that are no options
ATTRIBUTES = {"--xmp"}  # what a table of formats puts in backquotes, for the documentation


def options_named(text: str) -> list[str]:
    """The options that the strings of a module name, docstrings among them."""
    return [word for said in strings(text) for word in re.findall(r"(?<![\w-])--[a-z][\w-]*", said)
            if word not in OTHERS]  # fmt: skip


def strings(text: str) -> Iterator[str]:
    """The strings of a module, but for the command lines that tables keep as an `example`."""
    nodes = list(ast.walk(ast.parse(text)))
    examples = {id(n.value) for n in nodes if isinstance(n, ast.keyword) and n.arg == "example"}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from () if id(node) in examples else (node.value,)


def messages(text: str) -> Iterator[str]:
    """The strings of a module but docstrings; f-strings whole, with `{}` for their values."""
    tree = ast.parse(text)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
             for part in node.values}  # fmt: skip
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=parts):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)
            case ast.Constant(value=str(said)) if id(node) not in docs | inner:
                yield said


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every option of the command line, the dials of styles among them."""
    group: Any = typer.main.get_command(make_app())
    dials = {option(dial) for style in STYLES.values() for dial in style.dials}
    return dials.union(*(flags(command) for command in group.commands.values()))


def flags(command: Any) -> set[str]:
    own = {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)}
    return own.union(*(flags(inner) for inner in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_string_of_the_library_names_an_option(path):
    assert options_named(path.read_text(encoding="utf-8")) == []


def test_a_planted_option_is_caught():
    assert options_named('raise ValueError(f"{a}: add --force")') == ["--force"]
    assert options_named('"""Of `--size`."""\nx = "a-b -- c --1 ---"') == ["--size"]


def test_every_argument_in_a_message_is_an_option(known):
    for path in LIBRARY:
        for said in messages(path.read_text(encoding="utf-8")):
            for found in ARGUMENT.finditer(said):
                typed = option(found[1], (found[2] or "True").replace("{}", "weights=9"))
                assert typed.split()[0] in known | ATTRIBUTES | PYTHON, f"{path.name}: {said}"


def test_every_argument_that_an_error_is_about_is_an_option(known):
    for path in LIBRARY:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.keyword(arg="argument", value=ast.Constant(value=str(name))):
                    assert option(name) in known | PYTHON, f"{path.name}: {name}"


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("add `overwrite=True`", "add --overwrite"),
        ("`gate=False` keeps it", "--no-gate keeps it"),
        ("a smaller `latent_size`", "a smaller --latent-size"),
        ("`size=1920x1080` fits", "--size 1920x1080 fits"),
        ("`path=zoom factor=8`", "--path 'zoom factor=8'"),
        ("`tile=both` or `tile=x`", "--tile or --tile-x"),
        ("`set={'palettes.B': rose}`", "--set palettes.B=rose"),
        ("`phosphene list sizes` shows all", "`phosphene list sizes` shows all"),
    ],
)
def test_arguments_become_options(said, typed):
    assert with_options(said) == typed


def test_an_error_names_an_argument_in_python_and_an_option_on_the_command_line():
    error = SizeError("3 needs a unit; leave out `crop`", argument="bleed")
    assert str(error) == "bleed: 3 needs a unit; leave out `crop`"
    assert error_text(error) == "--bleed: 3 needs a unit; leave out --crop"
    assert error_text(UserError("a.png: no such file")) == "a.png: no such file"


def test_an_example_reads_well_in_python_and_on_the_command_line(capsys):
    with pytest.raises(ph.UserError, match=r"^bleed: 3 needs a unit, such as 3mm or 3px$"):
        ph.render_file("classic", "a.png", "a6", bleed="3")


def unmarked(text: str, known: set[str]) -> list[str]:
    """The messages of errors that begin with the name of an argument instead of having one."""
    found: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for said in messages(ast.unparse(node.exc)):
                name = re.match(r"([a-z]\w*): ", said)
                found += [said] if name and option(name[1]) in known else []
    return found


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(SOURCE)))
def test_an_error_that_is_about_an_argument_has_it_as_its_own(path, known):
    assert unmarked(path.read_text(encoding="utf-8"), known) == []


def test_a_planted_argument_in_a_text_is_caught():
    assert unmarked('raise ValueError(f"size: got {n}")', {"--size"}) == ["size: got {}"]
    assert unmarked('raise ValueError(f"{size}: got {n}", "no: no")', {"--size"}) == []
