"""CONTRIBUTING's promise, kept: one of everything is added in a scratch copy of the project, the
suite notices it, and the files that it touches are those that the table of additions names.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.additions.additions import ADDITIONS
from tests.additions.scratch import ROOT, Addition, Scratch, table_of_additions

in_a_copy = pytest.mark.slow  # parts of the suite run in a copy of the project


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda a: a.row)
def test_every_anchor_line_of_an_addition_occurs_once(addition: Addition):
    for name, edits in addition.edits.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {line: text.count(f"{line}\n") for line, _ in edits} == {e[0]: 1 for e in edits}


@in_a_copy
@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda a: a.row)
def test_an_addition_is_noticed_documented_and_touches_the_files_of_the_table(
    addition: Addition, tmp_path: Path
):
    scratch = Scratch(tmp_path)
    scratch.add(addition)
    part, words = addition.noticed
    before = scratch.test(part)
    assert before.returncode == 1 and words in before.stdout, before.stdout + before.stderr
    by_hand = scratch.changed()

    scratch.generate(addition)
    made = scratch.changed() - by_hand
    for command in addition.uses:
        done = scratch.run("-m", "phosphene", *command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    after = scratch.test("-m", "not slow", *addition.checks)
    assert after.returncode == 0, after.stdout[-5000:]
    assert scratch.run("-m", "ruff", "check", "src").returncode == 0

    row = table_of_additions()[addition.row]
    assert (names(row[0], addition), names(row[1], addition)) == (shown(by_hand), shown(made))


LEFT_OUT = [(a, place, part) for a in ADDITIONS for place, part in a.forgotten.items()]


@in_a_copy
@pytest.mark.parametrize(("addition", "place", "part"), LEFT_OUT, ids=lambda v: str(v)[-20:])
def test_a_forgotten_part_is_noticed(addition: Addition, place: str, part: str, tmp_path: Path):
    scratch = Scratch(tmp_path)
    scratch.add(addition, without=place)
    assert scratch.test("-x", "-m", "not slow", part).returncode == 1


def names(places: set[str], addition: Addition) -> set[str]:
    """The files of a row, NAME replaced."""
    (name,) = addition.names or ("",)
    return {place.replace("NAME", name) for place in places}


def shown(places: set[str]) -> set[str]:
    return {place.removeprefix("src/phosphene/") for place in places}


def test_every_row_of_the_table_is_tried():
    assert {addition.row for addition in ADDITIONS} == set(table_of_additions())


def test_a_file_that_the_table_does_not_name_is_caught(tmp_path: Path):
    scratch = Scratch(tmp_path)
    (tmp_path / "src/phosphene/catalogue/folds.py").write_text("FOLDS = {}\n", encoding="utf-8")
    assert scratch.changed() == {"src/phosphene/catalogue/folds.py"}
