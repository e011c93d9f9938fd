"""The files about the project say what the package says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

import phosphene as ph

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_is_of_this_version_and_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == ph.__version__ and cited["license"] == PROJECT["license"]
    assert cited["cff-version"] == "1.2.0" and cited["authors"] and cited["title"]


def listed(text: str) -> set[tuple[str, str]]:
    """The packages of the table of licences, with their extras."""
    rows = set(re.findall(r"^\| ([\w-]+) \| `?(\w*)`? ?\| [^|\s]", text, re.M))
    return rows - {("package", "extra")}


def test_every_package_that_we_install_has_its_licence_in_the_table():
    extras = PROJECT["optional-dependencies"]
    wanted = {(name_of(text), "") for text in PROJECT["dependencies"]}
    wanted |= {(name_of(text), extra) for extra in extras if extra not in ("all", "dev")
               for text in extras[extra]}  # fmt: skip
    assert listed((ROOT / "docs/licences.md").read_text(encoding="utf-8")) == wanted


def test_a_missing_row_is_seen():
    assert listed("| isal | | PSF |\n| av | `video` | BSD |") == {("isal", ""), ("av", "video")}
    assert listed("| isal | | |") == set()


def name_of(requirement: str) -> str:
    return re.match(r"[\w-]+", requirement)[0].lower()


def test_the_security_page_names_options_that_exist():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "make fuzz" in text and "\nfuzz:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "ph.Limits" in text and hasattr(ph, "Limits")
