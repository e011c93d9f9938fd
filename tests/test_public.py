"""The public face: what is exported, lazily, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

import phosphene as ph
from phosphene.catalogues import CATALOGUES
from phosphene.cli.listing import LISTS


def test_every_public_name_loads_and_is_listed():
    assert sorted(ph.__all__) == list(ph.__all__)
    for name in ph.__all__:
        assert getattr(ph, name) is not None
    assert set(ph.__all__) <= set(dir(ph))


def test_public_names_do_not_depend_on_what_was_imported_before():
    code = (
        "import importlib, pkgutil, types, phosphene as ph;"
        "rooms = [m.name for m in pkgutil.iter_modules(ph.__path__) if m.name != '__main__'];"
        "[importlib.import_module(f'phosphene.{name}') for name in rooms];"
        "assert 'render' in rooms and 'render' in ph.__all__;"
        "assert isinstance(ph.files, types.ModuleType);"
        "assert all(callable(getattr(ph, n)) for n in ph.__all__ for _ in range(2))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_phosphene_loads_nothing_heavy():
    code = (
        "import sys, phosphene;"
        "heavy = {'numba', 'numpy', 'pydantic', 'PIL', 'typer'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error():
    try:
        ph.nonsense  # noqa: B018 - the access itself is what is tested
    except AttributeError as error:
        assert "nonsense" in str(error)
    else:
        raise AssertionError("no AttributeError")


def test_catalogues_are_data_and_what_list_prints():
    assert ph.palettes()["ember"].description.startswith("#")
    assert "relief" in ph.styles()["silk"].options
    assert ph.formats()[".png"].options["depth"] == "bits per sample: 8 or 16 (default 8)"
    assert "folder" in ph.film_formats() and "turns" in ph.paths()["rotate"].options
    assert "3840x2160" in ph.sizes()["4k"].description
    for name, make in CATALOGUES.items():
        assert getattr(ph, name.replace("-", "_"), make) is make
        entries = make()
        assert entries and all(key == entry.name for key, entry in entries.items())
        listed = dict(LISTS[name]())
        assert {key: listed[key] for key in entries} == {k: str(e) for k, e in entries.items()}
    with pytest.raises(AttributeError):
        ph.styles()["silk"].description = "another"
