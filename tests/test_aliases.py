"""Old names work for one release, with a warning that names the new one."""

from __future__ import annotations

import copy
import re

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.aliases import ALIASES, aliases, old_keywords
from phosphene.core.errors import UserError
from phosphene.judge import Verdict
from phosphene.recipe import Numbers


@old_keywords
def save(path: str, *, overwrite: bool = False) -> tuple[str, bool]:
    return path, overwrite


def test_an_old_keyword_does_what_the_new_one_does_and_warns_where_it_was_used():
    with pytest.warns(DeprecationWarning, match="force= is now overwrite=") as caught:
        assert save("a", force=True) == save("a", overwrite=True) == ("a", True)
    assert [warning.filename for warning in caught] == [__file__]


def test_both_names_of_a_keyword_are_refused():
    with pytest.raises(UserError, match="force and overwrite are two names of one keyword"):
        save("a", force=True, overwrite=False)


def test_a_function_without_the_new_keyword_does_not_take_the_old_one():
    with pytest.raises(TypeError, match="force"):
        old_keywords(lambda path: path)("a", force=True)


def test_every_function_that_overwrites_takes_the_old_keyword(tmp_path):
    picture = ph.render(ph.Recipe(), 8)
    sheet = ph.sheet(ph.Recipe(), count=1, cell=16)
    film = ph.animate(ph.Recipe(), frames=2, size=16, subframes=1, even=False)
    for name, write in {
        "picture.png": picture.save,
        "sheet.png": sheet.save,
        "film.gif": film.save,
        "file.png": lambda path, **how: ph.render_file(ph.Recipe(), path, 8, **how),
    }.items():
        write(tmp_path / name)
        with pytest.warns(DeprecationWarning, match="force="):
            write(tmp_path / name, force=True)


PAGE = ph.sheet(ph.Recipe(), count=1, cell=16)
FILM = ph.animate(ph.Recipe(), frames=2, size=16, subframes=1, even=False)
OWNERS = {
    "Picture": ph.render(ph.Recipe(), 8),
    "Sheet": PAGE,
    "Film": FILM,
    "GridFilm": ph.animate_grid(
        "classic", "rotate turns=1", x="depth=2..3", cell=16, frames=2, even=False, seed=3
    ),
    "Shading": ph.Recipe().shading,
    "Network": ph.Network(),
    "Layer": ph.Layer(weights=Numbers([[1.0]])),
    "Verdict": Verdict("flat", "nearly one colour", "another seed"),
}


@pytest.mark.parametrize("alias", [a for a in ALIASES if a.kind == "attribute"])
def test_an_old_attribute_is_the_new_one_and_warns_where_it_was_used(alias):
    with pytest.warns(DeprecationWarning, match=f"is now {alias.where}.{alias.new}") as caught:
        old = getattr(OWNERS[alias.where], alias.old)
    assert np.array_equal(old, getattr(OWNERS[alias.where], alias.new))
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("owner", OWNERS.values())
def test_an_unknown_attribute_is_an_attribute_error(owner):
    with pytest.raises(AttributeError, match="has no attribute 'pixel'"):
        owner.pixel  # noqa: B018 - the access itself is what is tested
    copied = copy.copy(owner)
    assert getattr(copied, "__dict__", copied) == getattr(owner, "__dict__", owner)


@pytest.mark.parametrize("alias", [a for a in ALIASES if a.kind == "name"])
def test_an_old_public_name_is_the_new_one_and_warns_where_it_was_used(alias):
    with pytest.warns(DeprecationWarning, match=f"is now phosphene.{alias.new}") as caught:
        assert getattr(ph, alias.old) is getattr(ph, alias.new)
    assert [warning.filename for warning in caught] == [__file__]
    assert alias.new in ph.__all__ and alias.old not in ph.__all__


def test_the_table_has_no_duplicates_and_a_version_for_each_row():
    rows = [(alias.kind, alias.old, alias.where) for alias in ALIASES]
    assert len(set(rows)) == len(rows)
    assert all(re.fullmatch(r"\d+\.\d+", alias.since) for alias in ALIASES)
    assert all(alias.new not in aliases(alias.kind, alias.where) for alias in ALIASES)
