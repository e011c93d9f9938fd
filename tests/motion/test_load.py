"""Films as files that commands take: rendered, shown, checked."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.motion import Film, checking
from phosphene.motion.checking import check_film
from phosphene.motion.load import film_in, frame_in
from phosphene.motion.paths.grammar import path_text, read_paths
from phosphene.styles import style
from tests.tables import few_quick

SMALL = (48, 32)
FILM = Film(style("silk", seed=7), tuple(read_paths("loop radius=0.4")), 6, size=SMALL)
KINDS = ["a.mp4", "a.gif", "a.webp", "a.apng", "a"]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def command(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    out, err = capsys.readouterr()
    return code, out, err


def pixels(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("name", KINDS)
def test_render_makes_the_still_of_a_film_at_its_size(name: str, capsys):
    FILM.save(name)
    code, out, err = command(f"render {name} -o still.png", capsys)
    assert (code, out) == (0, "still.png\n"), err
    assert np.array_equal(pixels("still.png"), ph.render(FILM.recipe, SMALL).uint8)
    assert ph.open("still.png") == FILM.recipe
    assert command(f"render {name} --size 30x20 --crop 3,4,9,8 -o part.png", capsys)[0] == 0
    assert np.array_equal(pixels("part.png"), ph.render(FILM.recipe, (30, 20)).uint8[4:12, 3:12])


@pytest.mark.parametrize("name", ["a.mp4", "a"])
def test_render_makes_a_frame_of_a_film_at_any_size_and_again_from_the_frame(name: str, capsys):
    FILM.save(name)
    code, out, err = command(f"render {name} --frame 4 --size 60x40 -o f.png --json", capsys)
    assert code == 0, err
    data = json.loads(out)
    assert (data["frame"], data["size"]) == (4, [60, 40])
    assert np.array_equal(pixels("f.png"), FILM.frame(4, (60, 40)).uint8)
    assert frame_in("f.png") == 4
    assert ph.open_film("f.png") == FILM
    assert command("render f.png -o again.png", capsys)[0] == 0
    assert np.array_equal(pixels("again.png"), pixels("f.png"))
    assert command("render f.png --frame 2 --size 48x32 -o two.jpg", capsys)[0] == 0
    assert frame_in("two.jpg") == 2
    assert command("render two.jpg -o two.png", capsys)[0] == 0
    assert np.array_equal(pixels("two.png"), FILM.frame(2).uint8)


def test_a_frame_takes_the_format_s_options_and_recipe_fields(capsys):
    FILM.save("a.gif")
    assert command("render a.gif --frame 1 --format-option depth=16 -o f.png", capsys)[0] == 0
    assert Path("f.png").read_bytes()[24] == 16  # bits per sample, in IHDR
    assert command("render a.gif --frame 1 --gain 1.5 -o g.png", capsys)[0] == 0
    other = replace(FILM, recipe=ph.open("g.png"))
    assert other.recipe != FILM.recipe
    assert np.array_equal(pixels("g.png"), other.frame(1).uint8)


@pytest.mark.parametrize("name", KINDS)
def test_show_prints_recipe_path_and_length(name: str, capsys):
    FILM.save(name)
    code, out, err = command(f"show {name}", capsys)
    assert code == 0, err
    assert "path: loop radius=0.4\n" in out
    assert "film: 6 frames, 0.2 s at 30 frames per second, 48x32, closed" in out
    data = json.loads(command(f"show {name} --json", capsys)[1])
    assert data["digest"] == FILM.recipe.digest
    assert (data["film"]["frames"], data["film"]["closed"]) == (6, True)
    assert data["film"]["path"] == json.loads(FILM.json)["path"]
    Path("r.json").write_text(json.dumps(data))
    assert ph.open("r.json") == FILM.recipe


@pytest.mark.parametrize(
    "text",
    [
        "loop radius=0.5 torus=3 seed=4",
        "zoom factor=8 x=0.3 back=yes",
        "walk z=0,0,1/1,0,0.5 how=linear closed=no",
        "sweep scale=1..2 gain.0=0.5..1 back=yes",
        "morph to=silk:8",
        "rotate",
    ],
)
def test_a_path_is_shown_as_animate_takes_it(text: str):
    (spec,) = read_paths(text)
    assert path_text(spec) == text
    assert read_paths(path_text(spec)) == [spec]


@pytest.mark.parametrize("name", few_quick(KINDS, 2))
def test_check_judges_a_film(name: str, capsys):
    FILM.save(name)
    code, out, err = command(f"check {name} --strict --json", capsys)
    assert code == 0, (out, err)
    (data,) = json.loads(out)["pictures"]
    assert (data["name"], data["ok"]) == (name, True)
    assert 0.5 < data["measures"]["loop_seam"] < 1.5
    plain = command(f"check {name}", capsys)[1]
    assert "OKLab per frame, the loop's seam" in plain


def test_check_judges_every_film_of_a_grid(capsys):
    asked = "grid classic --seed 3 --x depth=2..3 --path 'loop radius=0.5' --frames 5 --animate"
    assert command(f"{asked} --cell 16 -o g.gif", capsys)[0] == 0
    data = json.loads(command("check g.gif --json", capsys)[1])
    assert [p["name"] for p in data["pictures"]] == ["g.gif, depth 2", "g.gif, depth 3"]
    (one,) = json.loads(command("check g.gif --pick 2 --json", capsys)[1])["pictures"]
    assert one["name"] == "g.gif, film 2"
    assert one["measures"] == data["pictures"][1]["measures"]


def test_the_pixels_of_a_frame_and_of_a_strip_are_judged_as_they_are(capsys):
    FILM.save("a.gif")
    assert command("render a.gif --frame 1 --size 128 -o f.webp", capsys)[0] == 0
    assert command("strip a.gif --thumbnails 2 --size 64 -o s.png", capsys)[0] == 0
    for name in ("f.webp", "s.png"):
        assert film_in(name) is None
        (data,) = json.loads(command(f"check {name} --json", capsys)[1])["pictures"]
        assert "loop_step" not in data["measures"]


def test_a_gif_of_another_program_is_judged_by_its_pixels(capsys):
    ph.render(FILM.recipe, 128).save("a.png")
    with Image.open("a.png") as image:
        image.convert("P").save("foreign.gif")
    code, out, err = command("check foreign.gif", capsys)
    assert code == 0, err
    assert out.startswith("foreign.gif: ")


def verdicts(film: Film) -> dict[str, str]:
    return {v.name: v.message for v in check_film(film, "film").verdicts}


def test_a_loop_that_jumps_is_caught(monkeypatch):
    assert "jump" not in verdicts(FILM)
    monkeypatch.setattr(checking, "seam", lambda film: (0.09, 0.03))
    assert "3.0 usual steps" in verdicts(FILM)["jump"]
    assert "jump" not in verdicts(replace(FILM, path=tuple(read_paths("zoom 2"))))


def test_a_film_in_which_nothing_moves_is_caught():
    still = replace(FILM, path=tuple(read_paths("zoom 1")))
    assert "nothing moves" in verdicts(still)["still"]


def test_a_film_that_becomes_one_colour_is_caught():
    """Into a zoom so deep that one colour is left."""
    deep = replace(FILM, path=tuple(read_paths("zoom 100000")), count=8)
    assert verdicts(deep)["flat"].startswith("frame ")


FAULTS = {
    "render a.gif --frame 6 -o b.png": "frame 6: the film has frames 0 to 5",
    "render a.gif --frame -1 -o b.png": "--frame",
    "render a.gif --frame 1 -o b.mp4": "unknown format '.mp4'",
    "render a.gif --frame 1 -o a.gif": "unknown format '.gif'",
    "render a.gif --frame 1 --crop 0,0,2,2 -o b.png": "--crop: applies to pictures of a recipe",
    "render a.gif --frame 1 --resume -o b.png": "--resume: applies to pictures of a recipe",
    "render a.gif --frame 1 --tile -o b.png": "--tile: applies to pictures of a recipe",
    "render a.gif --frame 1 -o taken.png": "already exists",
    "render taken.png --frame 1 -o b.png": "--frame: taken.png is not a film",
    "render broken.mp4 -o b.png": "broken.mp4: the film is damaged",
    "show broken.mp4": "broken.mp4: the film is damaged",
    "check broken.mp4": "broken.mp4: the film is damaged",
    "show text.gif": "not a Phosphene film",
    "show foreign.gif": "a film without a recipe",
    "show nothing.mp4": "no such file",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_mistake_is_reported_in_one_line_and_changes_nothing(text: str, capsys):
    FILM.save("a.gif")
    ph.render(FILM.recipe, 8).save("taken.png")
    Image.new("RGB", (4, 4)).save("foreign.gif")
    Path("text.gif").write_text("hello")
    Path("broken.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    before = {p.name: p.read_bytes() for p in Path().iterdir()}
    code, out, err = command(text, capsys)
    assert code == 2, err
    assert (out, FAULTS[text] in err, "Traceback" in err) == ("", True, False), err
    assert {p.name: p.read_bytes() for p in Path().iterdir()} == before
