"""Other programs' own interfaces, opened onto our recipes."""

from __future__ import annotations

import inspect
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.cli.huenermann import huenermann_command
from phosphene.compat import CPPN, FFN, Sampler
from phosphene.compiler import latents


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sampler():
    return Sampler(z_dim=8, scale=10.0, net_size=32, c_dim=1, seed=5)


def test_a_session_of_the_post_runs(sampler):
    z = sampler.generate_z()
    assert z.shape == (1, 8) and np.abs(z).max() < 1
    image = sampler.generate(z, x_dim=40, y_dim=30, scale=10.0)
    assert image.shape == (30, 40, 1) and 0 <= image.min() < image.max() <= 1
    assert np.array_equal(image, sampler.generate(z[0], 40, 30))
    sampler.save_png(image, "art.png")
    with Image.open("art.png") as stored:
        assert stored.mode == "L" and stored.size == (40, 30)
        assert np.array_equal(
            np.asarray(stored), ((1 - image) * np.float32(255)).astype("u1")[..., 0]
        )
    assert np.array_equal(
        np.asarray(sampler.show_image(image)), np.asarray(sampler.to_image(image))
    )


def test_the_network_of_model_py_has_its_constructor_and_gives_batches():
    names = inspect.signature(CPPN).parameters
    assert {name: p.default for name, p in names.items() if name != "seed"} == {
        "batch_size": 1, "z_dim": 32, "c_dim": 1, "scale": 8.0, "net_size": 32,
    }  # fmt: skip
    cppn = CPPN(batch_size=3, z_dim=4, c_dim=3, net_size=8, seed=1)
    made = cppn.generate(x_dim=20, y_dim=10)
    assert made.shape == (3, 10, 20, 3) and len({p.tobytes() for p in made}) == 3
    assert CPPN(seed=1).generate().shape == (1, 26, 26, 1)
    z = cppn.generate_z()
    assert z.shape == (3, 4) and np.abs(z).max() < 1
    made = cppn.generate(z, 20, 10, scale=5.0)
    assert np.array_equal(cppn.generate(z[1], 20, 10, 5.0)[0], made[1])
    assert cppn.pictures[0].recipe == cppn.recipe_of(z[1], 5.0)
    cppn.reinit()
    assert not np.array_equal(cppn.generate(z, 20, 10, scale=5.0), made)
    assert np.array_equal(CPPN(3, 4, 3, 8.0, 8, seed=1).generate(z, 20, 10, 5.0), made)
    cppn.close()


def test_the_sampler_paints_by_its_network(sampler):
    z = sampler.generate_z()
    alone = CPPN(z_dim=8, scale=10.0, net_size=32, c_dim=1, seed=5)
    assert np.array_equal(alone.generate(z, 16, 12, 10.0)[0], sampler.generate(z, 16, 12))


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"z_dim": 0}])
def test_a_network_of_nothing_is_refused(wrong):
    with pytest.raises(ph.UserError, match="got 0; expected at least 1"):
        CPPN(**wrong)


def test_the_network_has_the_layers_and_the_plane_of_the_original():
    """As in the weights of the original, which test_vectors.py paints."""
    stored = np.load(Path(__file__).parents[1] / "data/vectors/cppn_tensorflow-1.npz")
    z = stored["z"].ravel()
    recipe = CPPN(z_dim=len(z), c_dim=stored["pixels"].shape[-1], seed=1).recipe_of(z, 10.0)
    main = recipe.networks["main"]
    assert stored["g_0_z.Matrix"].shape == (main.latent.size, main.width)
    assert stored["g_final.Matrix"].shape == (main.width, main.outputs)
    hidden = [name for name in stored if name.startswith("g_tanh_") and name.endswith("Matrix")]
    assert (len(hidden) + 1, ("tanh",), "sigmoid") == (main.depth, main.activations, main.output)
    assert (recipe.view.sampling, recipe.view.aspect) == ("ends", "stretch")


def test_the_scale_of_generate_moves_the_plane_and_leaves_z(sampler):
    z = sampler.generate_z()
    near, far = sampler.recipe_of(z, 5.0), sampler.recipe_of(z, 20.0)
    assert near.networks["main"].latent == far.networks["main"].latent
    assert near.networks["main"].latent.gain == 10.0
    middle = sampler.generate(z, 21, 21, 20.0)[5:16, 5:16]
    assert np.abs(sampler.generate(z, 11, 11, 10.0) - middle).max() < 1e-3


def test_a_saved_picture_carries_the_recipe_of_its_z(sampler):
    image = sampler.generate(sampler.generate_z(), 16, 16)
    sampler.save_png(image, "art.png")
    assert ph.open("art.png") == sampler.recipe
    sampler.save_png(image * 0.5, "other.png")
    with Image.open("other.png") as other:
        assert "phosphene" not in other.info


def test_an_image_is_dithered_as_its_png_is(sampler):
    sampler.cppn.base = sampler.cppn.base.replace({"finish.dither": "auto"})
    image = sampler.generate(np.zeros(8), 40, 30, 0.5)
    sampler.save_png(image, "art.png")
    assert sampler.made.finish.dither == "blue"
    with Image.open("art.png") as stored:
        assert np.array_equal(np.asarray(stored), np.asarray(sampler.to_image(image)))
        assert not np.array_equal(np.asarray(stored), np.asarray(sampler.to_image(image.copy())))


def test_a_batch_of_z_gives_a_batch_of_pictures(sampler):
    batch = np.concatenate([sampler.generate_z(), sampler.generate_z()])
    images = sampler.generate(batch, 12, 10)
    assert images.shape == (2, 10, 12, 1)
    assert np.array_equal(images[1], sampler.generate(batch[1], 12, 10))
    assert not np.array_equal(images[0], images[1])


def test_reinit_draws_new_weights_and_a_seed_repeats_the_session():
    first, second = Sampler(c_dim=3, seed="a"), Sampler(c_dim=3, seed="a")
    z = first.generate_z()
    assert np.array_equal(z, second.generate_z())
    before = first.generate(z, 8, 8)
    assert before.shape == (8, 8, 3)
    first.reinit()
    assert not np.array_equal(before, first.generate(z, 8, 8))
    assert np.array_equal(before, second.generate(z, 8, 8))
    assert Sampler().seed != Sampler().seed


@pytest.mark.parametrize(("reverse", "count"), [(True, 23), (False, 12)])
def test_a_film_runs_there_and_back(sampler, reverse, count):
    ends = sampler.generate_z(), sampler.generate_z()
    sampler.save_anim_gif(*ends, "film.gif", x_dim=16, y_dim=12, reverse=reverse)
    with Image.open("film.gif") as film:
        assert (film.size, film.n_frames, film.info["loop"]) == ((16, 12), count, 0)
        durations = []
        for k in range(count):
            film.seek(k)
            durations.append(film.info["duration"])
            if k == 11:
                last = np.asarray(film.convert("L")).astype(int)
    assert durations[:12] == [500] + 10 * [100] + [1000]
    if reverse:
        assert durations[12:] == 10 * [100] + [500]
    wanted = np.asarray(sampler.to_image(sampler.generate(ends[1], 16, 12))).astype(int)
    assert np.abs(last - wanted).max() <= 2


def test_a_z_of_another_size_is_refused(sampler):
    for wrong in (np.zeros(7), np.zeros((2, 3, 8)), []):
        with pytest.raises(ph.UserError, match=r"z: shape .*expected \(8,\)"):
            sampler.generate(wrong)


def test_ffn_counts_linear_layers():
    network = FFN(width=10, depth=4, seed=3)
    assert network.recipe.networks["main"].depth == 3
    assert network(12).shape == (12, 12, 3)
    with pytest.raises(ph.UserError, match="depth: got 1"):
        FFN(depth=1)


def door(text: str) -> int:
    return run(["compat", "neural-painter", *shlex.split(text)])


def test_neural_painter_takes_every_flag():
    code = door(
        "--image_size 20x12 --hidden_size 10 --nr_hidden 4 --nonlin random_every_time "
        "--nr_channel 3 --output_nonlin identity --coord_bias --seed 42 --output 42.png"
    )
    assert code == 0
    wanted = ph.style("neural-painter", seed=42, width=10, depth=5)
    assert ph.open("42.png") == wanted
    with Image.open("42.png") as image:  # rows are the width, as there
        assert image.size == (12, 20)
        assert np.array_equal(np.asarray(image), ph.render(wanted, (12, 20)).uint8)
    code = door(
        "-s 7 --image_size 8x8 --recurrent --use_bias --batch_norm --nonlin tanh "
        "--batch_norm_position after_nonlin -o 7.png"
    )
    main = ph.open("7.png").networks["main"]
    assert code == 0 and (main.kind, main.norm, main.norm_position) == ("tied", "layer", "after")
    assert main.biases.kind == "normal" and main.inputs == ("x", "y")


def test_neural_painter_has_the_defaults_of_the_original():
    assert door("-o art.png") == 0
    recipe = ph.open("art.png")
    wanted = ph.style(
        "neural-painter", seed=42, width=100, depth=4, nonlin="tanh", channels=1, coord_bias=False
    )
    assert recipe == wanted
    with Image.open("art.png") as image:
        assert image.size == (100, 100) and image.mode == "L"


def test_auto_name_contains_every_option_in_order():
    assert door("--image_size 8x8 --hidden_size 5 --output art.png --auto_name") == 0
    (name,) = [p.name for p in Path(".").iterdir()]
    said = [part.split(":")[0] for part in name.removesuffix(".png").split("-")[1:]]
    assert name.startswith("art-batch_norm:False-") and said == sorted(said) and len(said) == 12
    assert "output" not in said and "auto_name" not in said and "hidden_size:5" in name


def test_neural_painter_writes_any_format_and_any_window():
    assert door("--image_size 20x12 -o whole.png") == 0
    code = door("--image_size 20x12 -o art.tiff --crop 2,3,8,9 --format-option tile=16 --dpi 300")
    assert code == 0
    with Image.open("art.tiff") as part, Image.open("whole.png") as whole:
        assert part.info["dpi"] == (300, 300)
        assert np.array_equal(np.asarray(part), np.asarray(whole)[3:12, 2:10])
    assert door("--image_size 20x12 -o art.tiff --resume") == 2  # it is there, and whole
    assert door("--image_size 20x12 -o art.tiff --resume --force --sidecar --workers 1") == 0
    assert ph.open("art.tiff.json") == ph.open("art.tiff") == ph.open("whole.png")


@pytest.mark.parametrize(("text", "words"), [
    ("--nonlin tnah", "Did you mean 'tanh'?"),
    ("--nonlin selu", "unknown nonlinearity 'selu'"),
    ("--output_nonlin random_once", "unknown output nonlinearity"),
    ("--nr_channel 4", "Known: 1, 3"),
    ("--batch_norm_position middle", "after_nonlin, before_nonlin"),
    ("--seed 4294967296", "0 to 4294967295"),
    ("--seed one", "0 to 4294967295"),
    ("--nr_hidden -1", "expected 0 or more"),
    ("--hidden_size 0", "networks.main.width: got 0"),
    ("--image_size 0x5", "at least 1 pixel"),
    ("--image_size big", "unknown size 'big'"),
    ("--nonlinear tanh", "no such option"),
])  # fmt: skip
def test_unsupported_options_of_neural_painter_are_reported(text, words, capsys):
    assert door(f"{text} -o art.png") == 2
    assert words in capsys.readouterr().err


def script(text: str) -> int:
    return run(["compat", "huenermann", *shlex.split(text)])


def test_huenermanns_script_takes_every_flag(capsys):
    code = script(
        "-s -p --n 2 --path art/new --x 12 --y 8 --bw --variance 80.5 --seed 7 --series 3 --json"
    )
    assert code == 0
    made = json.loads(capsys.readouterr().out)
    names = [f"img.var80.seed{seed}.{k}.png" for seed in (7, 8) for k in (1, 2, 3)]
    assert [Path(entry["path"]).name for entry in made] == names
    assert sorted(p.name for p in Path("art/new").iterdir()) == names
    wanted = ph.style("huenermann-python", seed=8, variance=80.5, bw=True)
    recipes = [ph.open(f"art/new/{name}") for name in names[3:]]
    assert recipes[0] == wanted
    z = [latents(recipe)["main.z0"] for recipe in recipes]
    assert np.allclose(np.diff(z), 2 / 3)
    assert all(r == wanted.replace({"networks.main.latent.values": [v]})
               for r, v in zip(recipes[1:], z[1:], strict=True))  # fmt: skip
    with Image.open(f"art/new/{names[3]}") as image:
        assert image.size == (12, 8)
        assert np.array_equal(np.asarray(image), ph.render(wanted, (12, 8)).uint8[..., 0])


def test_the_script_draws_a_variance_as_the_style_does(capsys):
    assert script("--x 6 --y 6 --seed 3 --series 1") == 0
    (path,) = capsys.readouterr().out.split()
    assert path.startswith("results/img.var") and path.endswith(".seed3.1.png")
    assert ph.open(path) == ph.style("huenermann-python", seed=3)
    assert 50 <= int(path.split(".")[1].removeprefix("var")) <= 150


def test_the_script_has_the_defaults_of_the_original():
    defaults = inspect.signature(huenermann_command).parameters
    found = {name: defaults[name].default for name in "n path x y bw seed series".split()}
    assert found == {
        "n": 1, "path": "./results", "x": 1600, "y": 1600, "bw": False, "seed": 100, "series": 2,
    }  # fmt: skip


def test_the_script_overwrites_nothing_without_the_option(capsys):
    assert script("--x 6 --y 6 --series 1") == 0
    assert script("--x 6 --y 6 --series 1") == 2
    assert "--overwrite" in capsys.readouterr().err
    assert script("--x 6 --y 6 --series 1 --force") == 0


@pytest.mark.parametrize(("text", "words"), [
    ("--variance -1", "expected a number above 0"),
    ("--variance nan", "variance: cannot read nan"),
    ("--variance wild", "--variance: got wild"),
    ("--x 0", "at least 1 pixel"),
    ("--n 0", "--n: "),
    ("--series 0", "--series: "),
    ("--seed one", "--seed: got one"),
    ("--alpha 3", "no such option"),
])  # fmt: skip
def test_unsupported_options_of_the_script_are_reported(text, words, capsys):
    assert script(f"--x 6 --y 6 --path art {text}") == 2
    assert words in capsys.readouterr().err
    assert not Path("art").exists()


def test_a_path_that_is_a_file_is_reported(capsys):
    Path("art").write_text("")
    assert script("--x 6 --y 6 --path art") == 2
    assert "--path: art: the folder cannot be created" in capsys.readouterr().err


def test_an_interrupted_series_can_be_resumed(capsys):
    text = "--path art --x 12 --y 8 --seed 7 --series 3"
    assert script(text) == 0
    whole = {p.name: p.read_bytes() for p in Path("art").iterdir()}
    (last,) = Path("art").glob("*.3.png")
    last.unlink()
    assert script(text) == 2  # nothing is overwritten
    capsys.readouterr()
    assert script(f"{text} --resume") == 0
    said = capsys.readouterr()
    assert said.out.split() == [str(last)] and said.err.count("already exists") == 2
    assert {p.name: p.read_bytes() for p in Path("art").iterdir()} == whole
    assert script(f"{text.replace('--x 12', '--x 13')} --resume") == 2  # others stand there
