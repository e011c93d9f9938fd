"""A program that follows the README passes mypy and pyright at their strictest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MORE = """
import io
import pathlib

from typing_extensions import assert_type

opened = ph.open(io.BytesIO(data))
assert_type(opened, ph.Recipe)
ph.render(opened, 64)
ph.render(ph.open("art.png"))
ph.sheet("silk").save(io.BytesIO(), format="png")
assert_type(ph.sheet("silk").to_bytes("png"), bytes)
ph.animate("silk").save(io.BytesIO(), format="gif")
assert_type(ph.animate("silk").to_bytes("gif"), bytes)
assert_type(ph.open_film("turn.gif"), ph.Film | ph.GridFilm)
assert_type(ph.styles(), dict[str, ph.Entry])
assert_type(ph.as_recipe({"phosphene": 1, "seed": 3}, files=False), ph.Recipe)
assert_type(ph.textures("marble", 64)["height"], ph.Picture)
assert_type(picture.to_bytes("png"), bytes)
ph.render(pathlib.Path("small.png"), z=[0.1], gain=[0.9, 1.3], set={"view.span": 3.0}, tile="both")
ph.render_file("silk", "big.tiff", "4k", seed=3, overwrite=True, depth=16)
ph.grid("classic", x=("depth", range(2, 5)), y="width=4,8", cell=32, activation="sin")
picture.save(io.BytesIO(), format="png")
ph.invert_palettes(ph.recolour("silk", "ember"))
ph.with_complexity("classic", 4.0, seed=3)
ph.Recipe(
    networks={"main": ph.Network(width=8, depth=2, inputs=("x", "y"))},
    shading=ph.Shading(oklab=["main0", "main1", "main2"]),
    view=ph.View(span=3),
    finish=ph.Finish(antialias="none"),
)
try:
    ph.render("slik")
except ph.UserError as error:
    print(error)
"""


def program() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```python\n(.*?)```", readme, re.S)) + MORE


def check(tool: str, path: Path) -> tuple[int, str]:
    """The exit code of a type checker, and what it says of the file."""
    folder, source = path.parent, str(ROOT / "src")
    commands = {
        "mypy": ["mypy", "--strict", "--no-error-summary", "--cache-dir", str(folder), str(path)],
        "pyright": ["pyright", "--pythonpath", sys.executable, "--project", str(folder)],
    }
    strict = {"include": [path.name], "typeCheckingMode": "strict", "extraPaths": [source]}
    (folder / "pyrightconfig.json").write_text(json.dumps(strict))
    command = [sys.executable, "-m", *commands[tool]]
    env = {**os.environ, "MYPYPATH": source}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env)
    ours = [line for line in done.stdout.splitlines() if path.name in line]
    return done.returncode, "\n".join(ours) or done.stdout + done.stderr


@pytest.mark.slow  # each reads all of NumPy's and pydantic's types
@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_the_readme_and_the_public_functions_are_typed(tool, tmp_path):
    path = tmp_path / "user.py"
    path.write_text(program(), encoding="utf-8")
    code, said = check(tool, path)
    assert code == 0, said


ENGINES = """
import numpy as np
from numpy.typing import NDArray

from phosphene.engines import Engine, MeasuringEngine, RenderingEngine, can_render, get_engine
from phosphene.engines.cpu.engine import CpuEngine
from phosphene.engines.plan import RenderPlan
from phosphene.engines.reference import ReferenceEngine


class Device(CpuEngine):
    precisions = ("f32",)

    def render(self, plan: RenderPlan, rect: tuple[int, int, int, int]) -> NDArray[np.floating]:
        return np.zeros((plan.program.channels, rect[2] * rect[3]), np.float32)


engines: list[Engine] = [CpuEngine(), ReferenceEngine(), Device(), get_engine("reference")]
measuring: list[MeasuringEngine] = [CpuEngine(), get_engine("cpu")]
rendering: list[RenderingEngine] = [Device(), *filter(can_render, engines)]
"""


@pytest.mark.slow  # as above
def test_the_engines_are_what_their_protocols_say(tmp_path: Path):
    path = tmp_path / "engines.py"
    path.write_text(ENGINES, encoding="utf-8")
    code, said = check("pyright", path)
    assert code == 0, said
    wrong = {
        "one": ("MeasuringEngine", "ReferenceEngine()"),
        "two": ("MeasuringEngine", 'get_engine("reference")'),
        "three": ("RenderingEngine", "CpuEngine()"),
        "four": ("Engine", "object()"),
    }
    planted = (f"{name}: {kind} = {value}\n" for name, (kind, value) in wrong.items())
    path.write_text(ENGINES + "".join(planted), encoding="utf-8")
    code, said = check("pyright", path)
    assert code != 0
    assert re.findall('declared type "(.*)"', said) == [kind for kind, _ in wrong.values()]


@pytest.mark.slow  # as above
@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_a_planted_mistake_is_caught(tool, tmp_path):
    path = tmp_path / "user.py"
    path.write_text('import phosphene as ph\n\nph.render("silk", antialas=4)\n', encoding="utf-8")
    code, said = check(tool, path)
    assert code != 0 and "antialas" in said
