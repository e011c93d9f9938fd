"""Shells complete commands, options, styles and dials."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.tables import few_quick

PHOSPHENE = [sys.executable, "-m", "phosphene"]


def completed(line: str, shell: str) -> list[str]:
    """What our program offers for a line, as the script of a shell asks it."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    if shell != "bash":
        words = {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    asked = os.environ | words | {"_PHOSPHENE_COMPLETE": f"complete_{shell}"}
    done = subprocess.run(PHOSPHENE, env=asked, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    few_quick(
        [
            ("phosphene pa", {"paint", "palette"}),
            ("phosphene paint --with-i", {"--with-inverted"}),
            ("phosphene paint silk --fol", {"--folds"}),
            ("phosphene paint mar", {"marble"}),
            ("phosphene sheet mar", {"marble"}),
            ("phosphene paint nosuch", set()),
        ],
        2,
    ),
)
def test_bash_gets_commands_options_styles_and_dials(line, offered):
    assert set(completed(line, "bash")) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_them_too(shell):
    assert "palette" in " ".join(completed("phosphene pa", shell))


def test_the_script_completes_in_a_real_shell(tmp_path):
    program = tmp_path / "phosphene"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m phosphene "$@"\n')
    program.chmod(0o755)
    script = (
        "source <(phosphene --show-completion bash); COMP_WORDS=(phosphene pa); COMP_CWORD=1; "
        '_phosphene_completion phosphene; echo "${COMPREPLY[@]}"'
    )
    found = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], env=found, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["paint", "palette"]


def test_the_module_is_the_command():
    done = subprocess.run([*PHOSPHENE, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("phosphene ")
