"""The gate: what it measures, what it says of planted faults, how it rescues dull seeds."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError
from phosphene.judge import alike, check, distance, judge, measure, probe, rescue, thumbnail
from phosphene.judge.measures import MEASURES, Probe
from phosphene.judge.rescue import FEW, SEEDS, accept, derived_seed, house_styles
from phosphene.judge.rules import ALLOWANCES, LIMITS, REMARKS, RULES, SEAMS, verdicts
from phosphene.judge.scanlines import LINE_MEASURES
from phosphene.recipe import Recipe
from phosphene.styles import STYLES, Style

SMALL = {"main": {"depth": 1, "width": 1}}
WAVES = "0.5 + 0.45*sin(3*x + 2*y)*cos(2*y)"
DITHERED = {"dither": "blue"}


def drawn(seed=7, palettes=None, finish=None, networks=None, **shading) -> Recipe:
    """A picture that formulas of the plane draw."""
    data = {"seed": seed, "networks": networks or SMALL, "shading": shading}
    return Recipe(**data, palettes=palettes or {}, finish=finish or DITHERED)


def random(scale: int, k: int) -> str:
    """Noise: another value in each of `scale` cells per unit."""
    return f"fract(437.585*sin(127.1*floor({scale}*x) + {311.7 + 74.7 * k}*floor({scale}*y)))"


GOOD = drawn(palettes={"A": "ember"}, oklab=f"A({WAVES})")
FLAT = drawn(grey="select(r < 0.3, 0.9, 0.4)")
OLIVE = [(0.26, -0.01, 0.05), (0.6, -0.02, 0.1)]
MUD = drawn(palettes={"A": OLIVE}, oklab=f"A({WAVES})")
NOISE = {"grey": random(32, 0)}
FAULTS = {
    "flat": FLAT,
    "contrast": drawn(oklab=["0.6", "0.1*sin(5*x)", "0.1*cos(4*y)"]),
    "noise": drawn(**NOISE),
    "rainbow": drawn(oklab=["0.5 + 0.3*x", "0.09*sin(9*x)", "0.09*sin(8*y)"]),
    "alias": drawn(rgb=[random(3000, k) for k in range(3)]),
    "dark": drawn(grey=f"0.15*({WAVES})"),
    "clear": GOOD.replace({"shading.alpha": "0"}),
    "clip": drawn(rgb=["1", "0.5 + 0.4*x", "0.5 + 0.4*y"]),
    "garish": drawn(rgb=["0.9", "0.02", WAVES]),
    "mud": MUD,
    "bands": drawn(finish={"dither": "none"}, grey="0.07 + 0.06*x"),
    "edges": drawn(grey="0.1 + 0.8*(sin(9*x + 4*y) > 0)"),
}
MENDED = {
    "bands": FAULTS["bands"].replace({"finish.dither": "blue"}),
    "edges": FAULTS["edges"].replace({"finish.antialias": "auto"}),
}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def dull(monkeypatch):
    """A house style whose seed 7 is flat and any other is good."""

    def make(seed):
        return (FLAT if seed == 7 else GOOD).replace({"seed": seed, "style": "dull"})

    monkeypatch.setitem(STYLES, "dull", Style(make, "seed 7 is flat"))


def linear(weight: float):
    """A network that multiplies x and y."""
    layer = {"weights": [[weight, 0], [0, weight]]}
    return {"main": {"kind": "explicit", "layers": [layer]}}


def names(recipe: Recipe) -> set[str]:
    return {verdict.name for verdict in check(recipe).verdicts}


def said(text: str, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(shlex.split(text))
    return (code, *capsys.readouterr())


@pytest.mark.parametrize("name", [*RULES, *REMARKS])
def test_a_planted_fault_is_named_with_advice(name):
    found = {v.name: v for v in check(FAULTS[name]).verdicts}
    assert name in found
    assert found[name].advice and "{" not in found[name].message


def test_a_good_picture_has_no_faults():
    report = check(GOOD)
    assert report.ok and report.verdicts == ()
    assert set(report.measures) == {*MEASURES, *LINE_MEASURES}


@pytest.mark.parametrize("name", MENDED)
def test_a_picture_changed_as_advised_has_no_fault(name):
    assert name not in names(MENDED[name])


def test_the_gate_ignores_the_finish():
    for name in ("bands", "edges"):
        assert not {v.name for v in judge(FAULTS[name])} & set(REMARKS)


def test_measures_are_those_of_known_pictures():
    half = np.zeros((64, 64, 3))
    half[:, 32:] = 1.0
    found = measure(Probe(half, half))
    assert found["spread"] == pytest.approx(0.5, abs=1e-6)
    assert found["cells"] == pytest.approx(1.0) and found["largest"] == 0.5
    assert found["contrast"] == pytest.approx(1.0, abs=1e-6)
    assert found["clip"] == 1.0 and found["alias"] == 0.0
    assert found["rough"] == pytest.approx(np.sqrt(64 / (64 * 63) / 2) / 0.5)
    wheel = np.random.default_rng(1).random((64, 64, 3))
    found = measure(Probe(wheel, wheel[::-1]))
    assert found["rough"] == pytest.approx(np.sqrt(2), abs=0.02)
    assert found["alias"] == pytest.approx(np.abs(wheel - wheel[::-1]).mean() * 255)


def test_hues_are_counted_where_there_is_colour():
    wheel = measure(probe(drawn(oklab=["0.7", "0.08*cos(theta)", "0.08*sin(theta)"])))
    assert wheel["hues"] == pytest.approx(np.log2(36), abs=0.05)
    assert wheel["chroma"] == pytest.approx(0.08, abs=1e-3)
    assert measure(probe(drawn(grey=WAVES)))["hues"] < 1e-6


def test_a_style_made_of_stripes_may_be_rough():
    figures = measure(probe(GOOD)) | {"rough": 1.2}
    assert [v.name for v in verdicts(RULES, figures, "silk")] == ["noise"]
    for name in [n for n, allowed in ALLOWANCES.items() if "rough" in allowed]:
        assert verdicts(RULES, figures, name) == ()
    assert [v.name for v in verdicts(RULES, figures | {"rough": 1.33}, "riley")] == ["noise"]


def test_the_probe_is_the_whole_view_as_a_square_for_any_finish():
    plain = GOOD.replace({"finish.antialias": 16})
    assert np.array_equal(probe(GOOD).soft, ph.render(plain, 64).float)
    assert np.array_equal(probe(GOOD).sharp, ph.render(GOOD, 64).float)
    turned = GOOD.replace({"finish.invert": True})
    assert np.allclose(probe(turned).soft, 1 - probe(GOOD).soft)


def test_pictures_that_stretch_over_the_whole_image_are_judged():
    stretched = drawn(grey=f"({WAVES} - least({WAVES}))/(greatest({WAVES}) - least({WAVES}))")
    assert measure(probe(stretched))["contrast"] > 0.7


def test_near_duplicates_are_found_and_others_are_not():
    moved = GOOD.replace({"view.centre": (0.01, 0.0)})
    small = [thumbnail(probe(r)) for r in (GOOD, moved, FLAT)]
    assert distance(small[0], small[0]) == 0.0
    assert 0 < distance(small[0], small[1]) < LIMITS["apart"] < distance(small[0], small[2])
    reports = [check(r) for r in (GOOD, moved, FLAT)]
    assert [(a, b) for a, b, _ in alike(reports)] == [(reports[0].name, reports[1].name)]


def test_a_seam_is_found_and_a_tile_has_none():
    tile = drawn(grey="0.5 + 0.4*sin(pi*x)*cos(2*pi*y)")
    assert check(tile, tile=True).ok and check(tile).tiles
    across = drawn(grey="0.5 + 0.4*sin(2*x)*cos(2*pi*y)")
    found = check(across, tile=True)
    assert [v.name for v in found.verdicts] == ["seam across"]
    assert check(across).ok and not check(across).tiles
    assert found.measures["seam_x"] > 20 * found.measures["step_x"]
    down = drawn(grey="0.5 + 0.4*sin(2*y)*cos(2*pi*x)")
    assert [v.name for v in check(down, tile=True).verdicts] == ["seam down"]
    assert set(SEAMS) == {"seam across", "seam down"}


@pytest.mark.parametrize("name", ["a.png", "a.npy", "a.jpg", "grey.png", "clear.png"])
def test_the_pixels_of_a_file_are_judged_as_its_recipe_is(name):
    if name.endswith("npy") or name == "a.png":
        ph.render(GOOD, 400).save(name)
    else:
        shown = {"a.jpg": "RGB", "grey.png": "L", "clear.png": "RGBA"}[name]
        Image.fromarray(ph.render(GOOD, 400).uint8).convert(shown).save(name)
    found, wanted = check(name).measures, check(GOOD).measures
    for figure in ("contrast", "rough"):
        assert found[figure] == pytest.approx(wanted[figure], rel=0.05)
    assert found["alias"] == pytest.approx(wanted["alias"], abs=1)  # of 255
    assert found["seam_x"] == pytest.approx(wanted["seam_x"], rel=0.3)


def test_a_file_keeps_the_allowances_of_its_style():
    rough = drawn(grey="0.5 + 0.45*sin(38*x)*sin(38*y)", finish={"antialias": 16})
    found = {}
    for style in ("riley", "silk"):
        ph.render(rough.replace({"style": style}), 512).save(f"{style}.png")
        found[style] = [v.name for v in check(f"{style}.png").verdicts]
    figure = check("silk.png").measures["rough"]
    assert LIMITS["rough"] < figure < ALLOWANCES["riley"]["rough"]
    assert found == {"riley": [], "silk": ["noise"]}


def test_a_picture_in_memory_is_judged_by_its_pixels():
    assert check(ph.render(GOOD, 200)).ok
    grey = GOOD.replace({"shading.channels": 1})
    assert check(ph.render(grey, 200)).ok
    assert check(ph.render(GOOD, (60, 40))).ok
    with pytest.raises(InputError, match="20x20 is too small"):
        check(ph.render(GOOD, 20))


def test_a_good_recipe_passes_untouched():
    assert rescue(GOOD) is GOOD
    assert GOOD.rescued == ()


def test_first_the_palettes_of_the_next_seed_are_tried():
    def again(seed):
        return GOOD.replace({"seed": seed, "palettes": {"A": "abyss"}})

    saved = rescue(MUD, again)
    assert saved.rescued == ("mud: palettes of seed 7~1",)
    wanted = MUD.replace({"palettes": {"A": "abyss"}, "rescued": saved.rescued})
    assert saved == wanted
    assert judge(saved) == ()


def test_a_recipe_without_palettes_is_recoloured():
    gaudy = drawn(networks=linear(1), rgb=["0.9", "0.02", "0.5 + 0.4*main0"])
    assert {v.name for v in judge(gaudy)} == {"contrast", "garish"}
    saved = rescue(gaudy)
    assert saved.rescued == ("contrast, garish: recoloured",)
    assert saved.networks == gaudy.networks and saved.palettes and judge(saved) == ()
    assert rescue(gaudy, colours=False) == gaudy


def test_a_noisy_network_gets_a_smaller_scale():
    busy = drawn(
        networks=linear(90), palettes={"A": "ember"}, oklab="A(0.5 + 0.5*sin(main0)*sin(main1))"
    )
    assert {v.name for v in judge(busy)} == {"noise"}
    saved = rescue(busy)
    assert saved.rescued == ("noise: scale x 0.25",)
    assert saved.networks["main"].scale == 0.25 and saved.view == busy.view
    assert saved.seed == busy.seed and judge(saved) == ()
    assert rescue(busy, widen=False) == busy


def test_then_the_derived_seeds_are_tried():
    flat = FLAT.replace({"palettes": {"A": "ember"}})

    def again(seed):
        return (GOOD if seed == "7~2" else flat).replace({"seed": seed})

    saved = rescue(flat, again)
    assert saved == GOOD.replace({"seed": "7~2", "rescued": ["flat: seed 7~2"]})


def test_if_nothing_helps_the_recipe_is_unchanged():
    flat, seeds = FLAT.replace({"palettes": {"A": "ember"}}), set()

    def again(seed):
        seeds.add(seed)
        return flat.replace({"seed": seed})

    assert rescue(flat, again) is flat
    assert seeds >= {f"7~{k}" for k in range(1, 9)}


def test_if_given_colours_are_at_fault_few_seeds_are_tried():
    flat, seeds = MUD.replace({"palettes.A": OLIVE[:2]}), set()

    def again(seed):
        seeds.add(seed)
        return flat.replace({"seed": seed})

    assert rescue(flat, again, colours=False) is flat
    assert seeds == {f"7~{k}" for k in range(1, FEW + 1)}


def test_a_wanted_complexity_keeps_its_seed():
    recipe = accept("silk", 3, {}, complexity=30)
    assert recipe.seed == 3 and recipe.rescued == ()
    assert "noise" in {verdict.name for verdict in judge(recipe)}


def test_given_colours_stay_and_paint_reports_what_is_wrong(capsys):
    asked = "paint silk --seed 4 --size 64 -o red.png --palette"
    code, out, err = said(f"{asked} '#ff0000,#ff0000'", capsys)
    assert (code, out) == (0, "red.png\n")
    assert "contrast: lightness spans only" in err and "try a palette from dark" in err
    assert ph.open("red.png") == ph.style("silk", seed=4, palette="#ff0000,#ff0000")
    assert "contrast" not in said(f"{asked} '#ff0000,#ff0000' --no-gate --force", capsys)[2]
    assert "try" not in said(f"{asked} ember --force", capsys)[2]


def test_a_note_on_recolouring_a_house_style_says_what_keeps_its_shading(capsys):
    assert "--palette keeps it" in said("paint silk --seed 7 --size 64 --recolour noir", capsys)[2]
    assert "--palette" not in said("paint classic --seed 7 --size 64 --recolour noir", capsys)[2]
    assert "--palette keeps" in said("render silk-7.png --size 32 --recolour noir", capsys)[2]


def test_lightning_is_not_too_dark():
    figures = measure(probe(GOOD)) | {"light": 0.26}
    assert [v.name for v in verdicts(RULES, figures, "silk")] == ["dark"]
    assert verdicts(RULES, figures, "lightning") == ()


def test_transparent_pictures_are_judged_on_white_with_a_note(capsys):
    half = GOOD.replace({"shading.alpha": "x < 0"})
    found = check(half).measures
    assert found["clear"] == pytest.approx(0.5, abs=0.01) and found["clip"] > 0.4
    ph.render(half, 128).save("half.png")
    assert check("half.png").measures["clear"] == check(ph.render(half, 128)).measures["clear"]
    assert "transparent in 50% of it, judged on a white page" in said("check half.png", capsys)[1]
    Image.new("RGBA", (80, 80)).save("none.png")
    assert "100% of it is transparent and shows the background" in said("check none.png", capsys)[1]
    figures = check("none.png").measures
    assert figures["light"] > 0.99 and "clip" not in {v.name for v in check("none.png").verdicts}


def test_a_derived_seed_is_one_that_the_recipe_can_take():
    assert derived_seed(GOOD, 2) == "7~2"
    painter = ph.style("neural-painter", seed=7)
    seeds = {derived_seed(painter, k) for k in (1, 2)}
    assert len(seeds) == 2 and all(isinstance(s, int) and 0 <= s < 2**32 for s in seeds)


def test_house_styles_are_those_without_a_year_except_classic():
    assert {"silk", "drift"} <= set(house_styles())
    assert not {"classic", "neural-painter", "ichko"} & set(house_styles())


@pytest.mark.parametrize("name", [n for n, s in STYLES.items() if s.year or n == "classic"])
def test_the_styles_of_seed_systems_stay_as_they_are(name):
    assert accept(name, 2, {}) == ph.style(name, seed=2)


def test_a_seed_system_is_rescued_when_asked():
    painter = {"width": 4, "depth": 1}
    seed = next(s for s in range(50) if judge(ph.style("neural-painter", seed=s, **painter)))
    saved = accept("neural-painter", seed, painter, gate=True)
    assert saved.rescued and judge(saved) == ()
    assert accept("neural-painter", seed, painter).rescued == ()


def test_a_dull_seed_of_a_house_style_is_replaced_unless_any_will_do(dull):
    saved = accept("dull", 7, {})
    assert saved.rescued == ("flat: seed 7~1",) and saved.seed == "7~1"
    assert accept("dull", 7, {}, gate=False) == ph.style("dull", seed=7)
    assert accept("dull", 8, {}) == ph.style("dull", seed=8)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, (True, True)),
        ({"scale": "2"}, (True, False)),
        ({"set": {"networks.main.scale": 2}}, (True, False)),
        ({"set": {"palettes.A": "ember"}}, (False, True)),
        ({"palette": "ember"}, (False, True)),
    ],
)
def test_rescue_does_not_change_what_the_user_has_set(fields, kept, monkeypatch):
    asked = []

    def record(recipe, again, *, colours, widen, seeds):
        assert seeds == SEEDS
        asked.append((colours, widen))
        return recipe

    monkeypatch.setattr(sys.modules["phosphene.judge.rescue"], "rescue", record)
    accept("silk", 7, fields)
    assert asked == [kept]


def test_paint_rescues_with_a_note_and_no_gate_turns_it_off(dull, capsys):
    code, out, err = said("paint dull --seed 7 --size 64", capsys)
    assert (code, out) == (0, "dull-7~1.png\n")
    assert "rescued (--no-gate keeps the original): flat: seed 7~1" in err
    assert ph.open("dull-7~1.png").rescued == ("flat: seed 7~1",)
    code, out, err = said("paint dull --seed 7 --no-gate --size 64", capsys)
    assert (code, out) == (0, "dull-7.png\n") and "rescued" not in err


def test_check_reports_what_is_wrong_and_what_to_try(capsys):
    Path("flat.json").write_text(FLAT.json)
    code, out, _ = said("check flat.json", capsys)
    assert code == 0
    assert "flat.json: something is wrong" in out
    assert "flat: nearly one colour: 92% of it is the same" in out and "try another seed" in out
    assert "edges meet: it tiles (seam 0.0/255 across" in out
    assert said("check flat.json --strict", capsys)[0] == 1
    Path("good.json").write_text(GOOD.json)
    code, out, _ = said("check good.json --strict", capsys)
    assert code == 0 and "good.json: nothing wrong" in out and "it does not tile" in out
    code, out, _ = said("check good.json --tile --strict", capsys)
    assert code == 1 and "the left and right edges do not meet" in out


def test_check_gives_its_figures_as_json(capsys):
    Path("good.json").write_text(GOOD.json)
    found = json.loads(said("check good.json --json", capsys)[1])
    (data,) = found["pictures"]
    assert found["alike"] == []
    assert data["ok"] and data["verdicts"] == [] and not data["tiles"]
    assert data["measures"] == {k: round(v, 6) for k, v in check(GOOD).measures.items()}


def test_check_judges_every_picture_of_a_sheet_and_finds_near_duplicates(capsys):
    moved = GOOD.replace({"view.centre": (0.01, 0.0)})
    ph.grid(GOOD, x=("view.centre", [(0.0, 0.0), (0.01, 0.0)]), cell=16).save("s.png")
    assert ph.open("s.png", pick=2) == moved
    code, out, _ = said("check s.png", capsys)
    assert code == 0 and "s.png, picture 2: nothing wrong" in out
    assert "s.png, picture 1 and s.png, picture 2: near duplicates" in out
    assert said("check s.png --strict", capsys)[0] == 1
    assert said("check s.png --pick 1 --strict", capsys)[0] == 0
    data = json.loads(said("check s.png --json", capsys)[1])
    assert len(data["pictures"]) == 2 and len(data["alike"]) == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("missing.png", "missing.png: no such file"),
        ("missing.json", "missing.json: no such file"),
        ("text.png", "not a readable picture"),
        ("small.png", "20x30 is too small to judge; expected at least 32x32"),
        ("list.npy", "expected floats of shape"),
        ("text.npy", "not a readable picture"),
        ("cut.png", "cut"),
        (".", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_judged_is_explained(file, words, capsys):
    Path("text.png").write_text("no picture")
    Path("text.npy").write_text("no array")
    np.save("list.npy", np.arange(3))
    Image.new("RGB", (20, 30)).save("small.png")
    ph.render(GOOD, 100).save("whole.png")
    whole = Path("whole.png").read_bytes()
    Path("cut.png").write_bytes(whole[: len(whole) // 2])
    code, out, err = said(f"check {file}", capsys)
    assert code == 2 and out == ""
    assert words in err and "Traceback" not in err


def test_a_picture_without_a_recipe_is_judged_too(capsys):
    Image.new("RGB", (80, 80), "#445566").save("plain.png")
    code, out, _ = said("check plain.png", capsys)
    assert code == 0 and "flat: nearly one colour: 100% of it is the same" in out
