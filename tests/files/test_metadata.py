"""How much a file says: all, the recipe without names that pixels do not need, or nothing."""

from __future__ import annotations

import io
import json
import re
import shlex
import zlib
from pathlib import Path

import numpy as np
import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError, UserError
from phosphene.files import FORMATS
from phosphene.files.film import FILMS
from phosphene.files.film.formats import FOLDER
from phosphene.files.piece_store import store_folder
from phosphene.networks.nameless import nameless
from phosphene.render.tiling import tiled
from tests.files.test_copies import chunks, joined
from tests.output.contents import bands_in
from tests.tables import HOUSE, few_quick

SEED = "user1@example.com"
NAMES = [SEED, "user1", "silk"]  # of the seed and the style, which pixels do not need
WORDS = [*NAMES, '"networks"', '"shading"', "main0", '"seed"', "algorithmicMedia"]
RECIPE = ph.style("silk", seed=SEED)
FILM = ph.animate(RECIPE, frames=2, size=16, subframes=1, even=False)
GRID = ph.animate_grid(
    "silk", "rotate turns=1", x="depth=2..3", cell=16, frames=2, even=False, seed=SEED
)


def contents(place: Path) -> bytes:
    """All bytes of a file or a folder, with the names in it, and what is compressed inside."""
    files = [f for f in place.rglob("*") if f.is_file()] if place.is_dir() else [place]
    bodies = [file.read_bytes() for file in files]
    names = " ".join(str(file.relative_to(place)) for file in files if file != place)
    bodies += [part for body in list(bodies) for part in _inflated(body)]
    hexed = [re.sub(rb"\s", b"", body) for body in bodies if body.lstrip().startswith(b"exif")]
    bodies += [bytes.fromhex(digits[-(len(digits) - 20) & ~1 :].decode()) for digits in hexed]
    return b"\n".join([*bodies, names.encode()])


def _inflated(body: bytes) -> list[bytes]:
    """What every zlib stream in a body holds."""
    found = []
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", body):
        try:
            found.append(zlib.decompressobj().decompress(body[start.start() :], 1 << 24))
        except zlib.error:
            continue
    return found


def said(place: Path, words: list[str]) -> list[str]:
    """The words that a file contains in any spelling of letters."""
    body = contents(place)
    both = body.lower() + body.replace(b"\0", b"").lower()  # UTF-16
    return [word for word in words if word.lower().encode() in both]


def write(suffix: str, folder: Path, level: str) -> list[Path]:
    path = folder / f"art{suffix}"
    ph.render(RECIPE, 24).save(path, metadata=level)
    return sorted(folder.iterdir())


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_picture_says_as_much_as_is_asked(suffix, tmp_path):
    for level, words in (("full", []), ("recipe", NAMES), ("none", WORDS)):
        folder = tmp_path / level
        folder.mkdir()
        places = write(suffix, folder, level)
        told = {word for place in places for word in said(place, WORDS)}
        if level == "full":  # what finds the words finds them in every format
            assert {SEED, "silk", '"networks"', "main0"} <= told
        assert not told & set(words), (level, told)
        path = folder / f"art{suffix}"
        if level == "none":
            with pytest.raises(InputError, match="without a recipe"):
                ph.open(path)
            ph.render(RECIPE, 24).save(path, metadata=False, overwrite=True)  # it is still ours
        else:
            again = ph.open(path)
            assert again == (RECIPE if level == "full" else nameless(RECIPE))
            same = ph.render(again, 24).float
            assert np.array_equal(same, ph.render(RECIPE, 24).float)


@pytest.mark.parametrize("suffix", FILMS)
def test_a_film_says_as_much_as_is_asked(suffix, tmp_path):
    for level, words in (("full", []), ("recipe", NAMES), ("none", WORDS)):
        path = tmp_path / f"{level}{'' if suffix == FOLDER else suffix}"
        FILM.save(path, size=(32, 32), metadata=level)
        told = set(said(path, WORDS))
        if level == "full":
            assert {SEED, "silk", '"networks"'} <= told
        assert not told & set(words), (level, told)
        if level == "none":
            with pytest.raises(InputError, match="without a recipe"):
                ph.open_film(path)
            FILM.save(path, size=(32, 32), metadata=False, overwrite=True)
        else:
            again = ph.open_film(path)
            for k in range(2):
                assert np.array_equal(again[k].float, FILM[k].float)


def test_a_sheet_and_a_grid_of_films_name_nothing(tmp_path):
    page = ph.sheet("silk", count=2, seed=SEED, cell=24, gate=False)
    page.save(tmp_path / "a.png", metadata="recipe")
    assert not said(tmp_path / "a.png", NAMES)
    assert ph.open(tmp_path / "a.png", 2) == nameless(page.pictures[1][1])
    page.save(tmp_path / "b.png", metadata="none")
    assert not said(tmp_path / "b.png", WORDS)
    GRID.save(tmp_path / "a.gif", metadata="recipe")
    assert not said(tmp_path / "a.gif", NAMES)
    again = ph.open_film(tmp_path / "a.gif")
    assert all(np.array_equal(a, b) for a, b in zip(again.frames(), GRID.frames(), strict=True))
    GRID.save(tmp_path / "b.gif", metadata="none")
    assert not said(tmp_path / "b.gif", WORDS)


COMMANDS = [
    "paint silk --seed {seed} --size 24 -o {out}.png --sidecar",
    "paint silk --seed {seed} --size 24 -o {out}.jpg --dpi 300",
    "grid silk --seed {seed} --x depth=2..3 --cell 24 --animate --frames 2 -o {out}.gif",
    "render a.json --size 24 -o {out}.webp",
    "animate silk --seed {seed} --size 32x32 --frames 2 -o {out}.mp4",
    "strip silk --seed {seed} --size 24x24 --frames 2 -o {out}.png",
    "sheet silk --seed {seed} --count 2 --cell 24 -o {out}.png",
    "render a.gif --frame 1 --size 24 -o {out}.tiff",
    "grid silk --seed {seed} --x depth=2..3 --cell 24 -o {out}.png",
    "textures silk --seed {seed} --size 24 -o {out}",
]


@pytest.mark.parametrize("line", few_quick(COMMANDS, 3))
def test_every_command_that_writes_pictures_takes_the_level(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ph.render(RECIPE, 8).save("a.json")
    FILM.save("a.gif")
    for option, words in (("--metadata recipe", NAMES), ("--no-metadata", WORDS)):
        folder = tmp_path / option.strip("-").replace(" ", "-")
        folder.mkdir()
        told = line.format(seed=SEED, out=folder / "out")
        told = told.replace(" --sidecar", "") if words is WORDS else told
        assert run(shlex.split(f"{told} {option}")) == 0, capsys.readouterr().err
        made = list(folder.iterdir())
        assert made and not {word for place in made for word in said(place, words)}


def test_levels_that_make_no_sense_are_refused(tmp_path, capsys):
    art = ph.render(RECIPE, 8)
    with pytest.raises(UserError, match="metadata: got 'some'; expected full, recipe, none"):
        art.save(tmp_path / "a.png", metadata="some")
    with pytest.raises(UserError, match="sidecar: a sidecar is the recipe"):
        art.save(tmp_path / "a.png", metadata=False, sidecar=True)
    with pytest.raises(UserError, match="metadata: got none; a .json file is the recipe"):
        art.save(tmp_path / "a.json", metadata=False)
    line = f"paint silk --size 8 -o {tmp_path / 'a.png'} --no-metadata --metadata recipe"
    assert run(shlex.split(line)) == 2
    assert "--no-metadata: contradicts --metadata recipe" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert ph.Recipe.from_json(art.to_bytes("json", metadata="recipe")) == nameless(RECIPE)
    memory = io.BytesIO()
    art.save(memory, format="png", metadata="none")
    assert SEED.encode() not in memory.getvalue() and b"iTXt" not in memory.getvalue()


def test_an_interrupted_export_resumes_at_any_level_and_names_no_seed(tmp_path, monkeypatch):
    bands_in(monkeypatch, 1280)
    path = tmp_path / "a.png"

    def stop(done, total):
        if done > 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ph.render_file(RECIPE, path, (64, 100), metadata="none", threads=1, progress=stop)
    about = (store_folder(path) / "job.json").read_text()
    assert SEED not in about and "silk" not in about
    ph.render_file(RECIPE, path, (64, 100), resume=True, metadata="recipe")
    assert ph.open(path) == nameless(RECIPE)


# recipes without names


@pytest.mark.parametrize("name", few_quick(sorted({*ph.styles()} - {"neural-painter"}), 6))
def test_a_nameless_recipe_of_every_style_paints_the_same_pixels(name):
    recipe = ph.style(name, seed=SEED)
    found = nameless(recipe)
    assert SEED not in found.json and found.style is None and not found.rescued
    assert np.array_equal(ph.render(found, 16).float, ph.render(recipe, 16).float)
    assert nameless(found) == found == ph.Recipe.from_json(found.json)
    assert "needs" not in json.loads(found.json)


def test_own_seeds_of_a_recipe_become_keys_and_numpys_generator_keeps_its_number():
    fourier = {"kind": "fourier", "count": 3, "seed": "mine"}
    recipe = ph.Recipe(
        seed="a", networks={"main": {"inputs": ["x", fourier], "latent": {"size": 2, "seed": "b"},
                                     "weights": {"seed": "c"}}},
    )  # fmt: skip
    found = nameless(recipe)
    assert not [name for name in ('"a"', '"b"', '"c"', "mine") if name in found.json]
    assert np.array_equal(ph.render(found, 16).float, ph.render(recipe, 16).float)
    sequential = ph.style("neural-painter", seed=5)
    found = nameless(sequential)
    assert found.get("networks.main.weights.seed") == 5
    assert np.array_equal(ph.render(found, 16).float, ph.render(sequential, 16).float)


def test_what_a_table_of_keys_does_not_list_has_its_own_numbers():
    found = nameless(RECIPE)
    deeper = found.replace({"networks.main.depth": 7})
    assert not np.array_equal(
        ph.render(deeper, 16).float, ph.render(RECIPE.replace({"networks.main.depth": 7}), 16).float
    )
    assert np.array_equal(ph.render(deeper, 16).float, ph.render(deeper, 16).float)
    other = ph.sheet(found, vary="seed", count=2, cell=16)  # a number replaces the table
    assert [recipe.seed for _, recipe in other.pictures] == [0, 1]


@pytest.mark.parametrize(
    ("seed", "message"),
    [({}, "a seed of 0 streams"), ({"main/latent": "12"}, "stream 'main/latent': got '12'"),
     ({"": "0" * 32}, "not the name of a random stream"), ({"a": 3}, "32 hexadecimal digits")],
)  # fmt: skip
def test_a_damaged_table_of_keys_is_named(seed, message):
    with pytest.raises(ph.RecipeError, match=message):
        ph.Recipe(seed=seed)


PATHS = [
    "loop seed=private", "walk through=2", "walk how=bezier seed=private", "zoom factor=2",
    "sweep depth=2..5", "morph marble:private", "morph silk:private + loop", "rotate turns=1",
]  # fmt: skip


@pytest.mark.parametrize("path", few_quick(PATHS, 3))
def test_a_nameless_film_has_the_same_frames(path):
    film = ph.animate(RECIPE, path, frames=3, size=16, subframes=1, even=False)
    texts = film.texts((16, 16), "recipe")
    assert not [name for name in [*NAMES, "private", "marble"] if name in "".join(texts.values())]
    again = ph.Film.from_texts(texts)
    for k in range(3):
        assert np.array_equal(again[k].float, film[k].float), k
    assert ph.Film.from_texts(again.texts((16, 16), "recipe")) == again


def test_a_missing_key_would_be_noticed():
    found = nameless(RECIPE)
    name = next(iter(found.seed))
    less = {key: value for key, value in found.seed.items() if key != name}
    other = found.replace({"seed": less})
    assert not np.array_equal(ph.render(other, 16).float, ph.render(RECIPE, 16).float)


def test_house_styles_say_nothing_of_themselves():
    for name in HOUSE:
        text = nameless(ph.style(name, seed=SEED)).json
        assert f'"{name}"' not in text and '"style"' not in text


def test_the_search_finds_words_that_are_compressed_and_in_hexadecimal(tmp_path):
    only = [c for c in chunks(ph.render(RECIPE, 8).to_bytes("png")) if c[0] in (b"IHDR", b"zTXt")]
    (tmp_path / "a.png").write_bytes(joined(only))
    assert SEED.encode() not in (tmp_path / "a.png").read_bytes()
    assert said(tmp_path / "a.png", NAMES) == NAMES


def gpano(data):
    """The GPano numbers in a file's XMP by name, as other programs find them: by searching."""
    return dict(re.findall(rb'GPano:(\w+)="([^"]*)"', data))


PANORAMA = {
    b"ProjectionType": b"equirectangular", b"UsePanoramaViewer": b"True",
    b"FullPanoWidthPixels": b"32", b"FullPanoHeightPixels": b"16",
    b"CroppedAreaLeftPixels": b"0", b"CroppedAreaTopPixels": b"0",
    b"CroppedAreaImageWidthPixels": b"32", b"CroppedAreaImageHeightPixels": b"16",
}  # fmt: skip


@pytest.mark.parametrize("suffix", few_quick([".png", ".jpg", ".webp", ".avif", ".tiff"], 2))
def test_a_panorama_says_so_to_viewers_of_360_degree_pictures(suffix, tmp_path):
    sphere = tiled(ph.style("silk", seed=7), (32, 16), "panorama")
    path = tmp_path / f"a{suffix}"
    for level in ("full", "recipe"):
        ph.render(sphere, (32, 16)).save(path, overwrite=True, metadata=level)
        assert gpano(path.read_bytes()) == PANORAMA
    ph.render(sphere, (32, 16), crop=(8, 4, 16, 8)).save(path, overwrite=True)
    part = {
        b"CroppedAreaLeftPixels": b"8", b"CroppedAreaTopPixels": b"4",
        b"CroppedAreaImageWidthPixels": b"16", b"CroppedAreaImageHeightPixels": b"8",
    }  # fmt: skip
    assert gpano(path.read_bytes()) == PANORAMA | part


def test_what_is_no_whole_panorama_does_not_say_so(tmp_path):
    sphere = tiled(ph.style("silk", seed=7), (32, 16), "panorama")
    path = tmp_path / "a.png"
    for recipe, size in (
        (ph.style("silk", seed=7), (32, 16)),
        (tiled(ph.style("silk", seed=7), (32, 16), "both"), (32, 16)),
        (sphere, (32, 20)),
        (sphere.replace({"view.span": 1.0}), (32, 16)),
        (sphere.replace({"view.centre": [0.0, 0.5]}), (32, 16)),
        (sphere.replace({"view.rotation": 0.3}), (32, 16)),
    ):
        ph.render(recipe, size).save(path, overwrite=True)
        assert gpano(path.read_bytes()) == {}
