"""Old commands and options work for one release: each row of the table, with one note."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.cli.commands import COMMANDS
from phosphene.cli.old_names import with_new_names
from phosphene.core.aliases import ALIASES
from tests.tables import few_quick

# a row of the table: a command line with the old name
LINES = {
    "maps": "maps silk --seed 1 --size 8 -o OUT",
    "neural-painter": "neural-painter --image_size 8x8 --hidden_size 4 -o OUT.png",
    "huenermann": "huenermann --x 8 --y 8 --series 1 --variance 50 --path OUT",
    "endings": "list endings",
    "--any": "paint silk --seed 1 --any --size 8 -o OUT.png",
    "--twin yes": "paint silk --seed 1 --twin yes --size 8 -o OUT.png",
    "--twin no": "paint silk --seed 1 --twin=no --size 8 -o OUT.png",
    "--uneven": "animate silk --seed 1 --uneven --frames 2 --size 16 -o OUT",
    "--frames-shown": "strip silk --seed 1 --frames-shown 2 --frames 2 --size 8 -o OUT.png",
    "--relief": "maps silk --seed 1 --relief=main0 --size 8 -o OUT",
}
ROWS = [row for row in ALIASES if row.kind in ("command", "option", "word")]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def files(name: str) -> dict[str, bytes]:
    found = [p for p in Path().rglob("*") if p.is_file() and str(p).startswith(name)]
    return {str(p).removeprefix(name): p.read_bytes() for p in found}


def test_every_row_is_tried():
    assert set(LINES) == {row.old for row in ROWS}


@pytest.mark.parametrize("row", few_quick([(row,) for row in ROWS], 8), ids=lambda row: row.old)
def test_an_old_name_works_like_the_new_one_with_one_note(row, capsys):
    old = shlex.split(LINES[row.old].replace("OUT", "old"))
    assert run(old) == 0
    out, err = capsys.readouterr()
    assert err.count(f"note: {row.old} is now {row.new}; the old name works for one release") == 1
    new = shlex.split(LINES[row.old].replace("OUT", "new"))
    new = with_new_names(new)
    capsys.readouterr()
    assert run(new) == 0
    again, err = capsys.readouterr()
    assert "note:" not in err and out.replace("old", "new") == again != ""
    assert files("old") == files("new")
    assert files("new") or "OUT" not in LINES[row.old]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.old)
def test_with_json_an_old_name_prints_no_note(row, capsys):
    with_new_names([*shlex.split(LINES[row.old]), "--json"])
    assert capsys.readouterr() == ("", "")


def test_with_json_stderr_is_the_same_as_for_the_new_name(capsys):
    assert run(shlex.split("paint silk --seed 1 --any --size 8 -o a.png --json")) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["path"] == "a.png" and "--any" not in err


def test_old_names_are_not_in_help(capsys):
    for name in ("", *COMMANDS):
        assert run([*name.split(), "--help"]) == 0
        out = capsys.readouterr().out
        for row in ROWS:
            flag = row.old.split()[0]
            assert flag.startswith("--") is False or f"{flag} " not in out, (name, flag)
    assert "maps" not in run_help(capsys)


def run_help(capsys: pytest.CaptureFixture[str]) -> str:
    """The names of commands in help."""
    run(["--help"])
    return " ".join(line.split()[1] for line in capsys.readouterr().out.splitlines() if "│" in line)


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("paint silk --palette ember", True),
        ("paint -- --any", True),
        ("textures silk --relief 2", True),  # the dial of silk
        ("paint silk --any", False),
        ("--version", True),
        ("list styles", True),
        ("show endings", True),
        ("list endings", False),
        ("", True),
    ],
)
def test_only_old_names_change(words, same, capsys):
    given = shlex.split(words)
    assert (with_new_names(given) == given) is same


def test_an_old_field_in_python_warns_where_it_is_used():
    with pytest.warns(DeprecationWarning, match="twin= is now invert_palettes=") as caught:
        assert ph.style("silk", twin="yes") == ph.style("silk", invert_palettes=True)
    assert [warning.filename for warning in caught] == [__file__]
