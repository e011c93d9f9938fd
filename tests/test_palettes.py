"""Palettes: in harmony, inside sRGB, never olive; put into recipes, old and new."""

from __future__ import annotations

import numpy as np
import pytest

import phosphene as ph
from phosphene.catalogue.palettes import PALETTES
from phosphene.colour import gamut
from phosphene.colour import palette_generator as harmony
from phosphene.colour.oklab import oklab_to_bytes, oklab_to_linear, srgb_to_oklab
from phosphene.colour.palette_generator import RAMPS, SCHEMES, generate
from phosphene.colour.ramps import anchors_to_oklab, interpolate, ramp
from phosphene.colour.related_palettes import companion
from phosphene.core.errors import UserError
from phosphene.core.rng import Stream
from phosphene.judge import house_styles
from phosphene.recipe.recolour import invert_palettes, read_palettes, recolour
from phosphene.styles import STYLES
from tests.tables import few_quick

PINNED = (
    (0.147048, -0.016367, -0.005556), (0.340451, -0.052226, 4.6e-05),
    (0.564047, -0.08306, 0.02836), (0.796386, -0.092318, 0.071232),
    (0.941566, -0.018737, 0.02826),
)  # fmt: skip
PINNED_CURATED = (
    (0.150323, 0.005946, -0.01602), (0.246284, 0.069619, 0.003171),
    (0.420448, 0.133867, 0.060485), (0.637233, 0.146926, 0.110514),
    (0.82083, 0.044495, 0.141772), (0.959222, -0.00141, 0.053951),
)  # fmt: skip


def excess(lab: np.ndarray) -> float:
    """How far linear light lies outside 0..1."""
    rgb = oklab_to_linear(lab)
    return float(max(-rgb.min(), rgb.max() - 1, 0.0))


def chroma(lab: np.ndarray) -> np.ndarray:
    return np.hypot(lab[..., 1], lab[..., 2])


def between(anchors: np.ndarray, places: int = 256) -> np.ndarray:
    """Ramps through anchors of shape (n, ramps, 3)."""
    return interpolate(anchors.reshape(len(anchors), -1), places).reshape(places, -1, 3)


# ---- the generator


@pytest.mark.parametrize("name", few_quick(RAMPS, 2))
def test_generated_palettes_get_lighter_inside_srgb_and_are_not_olive(name: str):
    count = 2000 if name == "full" else 200
    drawn = [generate(Stream(seed, "test"), name) for seed in range(count)]
    labs = between(np.array(drawn).swapaxes(0, 1))
    rises = (np.diff(labs[..., 0], axis=0) > 0).all(axis=0)
    assert rises.sum() == count
    assert excess(labs) <= 1e-6
    for k in (0, count // 2, count - 1):
        np.testing.assert_array_equal(ramp(np.array(drawn[k])), between(np.array(drawn[k]))[:, 0])
    if name == "full":
        assert np.ptp(labs[..., 0], axis=0).min() > 0.7
    assert harmony.olive(labs[::8]).max() < 0.1


def muddy_darks(drawn: list[harmony.Anchors]) -> int:
    """How many palettes have dark anchors of a yellow hue, 60 to 130 degrees."""
    darks = np.array(drawn)[:, :2]
    hue = np.degrees(np.arctan2(darks[..., 2], darks[..., 1])) % 360
    return int(((hue > 60) & (hue < 130)).any(axis=1).sum())


def test_dark_yellow_is_chestnut_or_bottle_green(monkeypatch: pytest.MonkeyPatch):
    drawn = [generate(Stream(seed, "test")) for seed in range(300)]
    assert muddy_darks(drawn) == 0
    monkeypatch.setattr(harmony, "_clean_darks", lambda lightness, hue: hue)
    assert muddy_darks([generate(Stream(seed, "test")) for seed in range(300)]) > 5


def test_a_ramp_that_darkens_leaves_srgb_or_is_olive_is_caught():
    khaki = anchors_to_oklab(["#1a180c", "#4a4423", "#847a42", "#bdb76b", "#f3f0d8"])[:, None]
    assert harmony.olive(between(khaki, 33))[0] > 0.5
    loud = khaki * np.array([1.0, 4.0, 4.0])
    assert excess(between(loud)) > 0.01
    fallen = between(khaki[[0, 2, 1, 3, 4]])
    assert (np.diff(fallen[..., 0], axis=0) < 0).any()


def test_a_generated_palette_is_the_same_everywhere_and_never_changes():
    assert generate(Stream(7, "pinned")) == PINNED
    assert harmony.choose(Stream(7, "pinned"), [PALETTES["ember"]], share=1.0) == PINNED_CURATED


def test_a_given_draw_does_not_shift_the_others():
    stream = Stream(3, "test")
    free = np.array(generate(stream))
    for given in ({"saturation": 0.5}, {"scheme": "mono"}, {"ramp": "dark"}):
        fixed = np.array(generate(stream, **given))
        if "ramp" not in given:
            np.testing.assert_array_equal(fixed[:, 0], free[:, 0])
        else:
            moved = fixed[:, 0] - RAMPS["dark"], free[:, 0] - RAMPS["full"]
            np.testing.assert_allclose(*moved, atol=2e-6)
    less = np.hypot(*np.array(generate(stream, saturation=0.3)).T[1:])
    more = np.hypot(*np.array(generate(stream, saturation=0.9)).T[1:])
    assert (less < more).all()


def test_every_scheme_is_drawn_as_often_as_it_should_be():
    assert sum(share for share, *_ in SCHEMES.values()) == pytest.approx(1)
    drawn = [harmony.drawn_scheme((k + 0.5) / 1000) for k in range(1000)]
    for name, (share, *_) in SCHEMES.items():
        assert drawn.count(name) == pytest.approx(1000 * share, abs=1)


def test_curated_palettes_keep_their_lightness_and_turn_their_hue_a_little():
    for name, text in PALETTES.items():
        anchors = anchors_to_oklab(text.split())
        turned = np.array(harmony.curated(text, Stream(1, name)))
        np.testing.assert_allclose(turned[:, 0], anchors[:, 0], atol=1e-5)
        apart = np.hypot(*(turned - anchors).T[1:])
        assert 0 < apart.max() < 0.12
    turns = [harmony.curated(PALETTES["noir"], Stream(seed, "x")) for seed in range(9)]
    assert len(set(turns)) == 9


def test_choose_takes_a_named_palette_as_often_as_asked():
    names = ["ember", "rose"]
    lights = {name: anchors_to_oklab(PALETTES[name].split())[:, 0].round(4) for name in names}

    def is_named(anchors: tuple) -> bool:
        light = np.array(anchors)[:, 0]
        return any(
            len(light) == len(v) and np.allclose(light, v, atol=1e-3) for v in lights.values()
        )

    texts = [PALETTES[name] for name in names]
    drawn = [harmony.choose(Stream(seed, "c"), texts, share=0.6) for seed in range(300)]
    assert sum(map(is_named, drawn)) == pytest.approx(180, abs=30)
    assert len(set(drawn)) == 300


def test_a_pair_mixes_without_olive_and_differs():
    for seed in range(60):
        first, second = harmony.pair(
            Stream(seed, "pair"), [PALETTES[name] for name in sorted(PALETTES)]
        )
        a, b = (interpolate(np.array(p), 33) for p in (first, second))
        assert harmony.olive(((a + b) / 2)[:, None])[0] < 0.3
        assert np.hypot(*(a - b).T[1:]).mean() > 0.03


@pytest.mark.parametrize("given", [{"ramp": "ful"}, {"scheme": "split2"}])
def test_an_unknown_ramp_or_scheme_is_named(given: dict[str, str]):
    with pytest.raises(UserError, match="Did you mean"):
        generate(Stream(1, "x"), **given)


# ---- what sRGB can show


def test_the_chroma_limit_is_where_srgb_ends():
    rng = np.random.default_rng(1)
    lightness, hue = rng.integers(4, 64, 500) / 64, rng.integers(-360, 720, 500).astype(float)
    most = gamut.max_chroma(lightness, hue)
    a, b = most * np.cos(np.radians(hue)), most * np.sin(np.radians(hue))
    lab = np.stack([lightness, a, b], axis=-1)
    assert excess(lab) <= 1e-6
    beyond = lab * np.array([1.0, 1.01, 1.01])
    assert all(excess(one) > 5e-7 for one in beyond)
    assert gamut.chroma_limit_table().shape == (65, 360)
    assert gamut.max_chroma(1.0, 40.0) == 0 and gamut.max_chroma(0.0, 40.0) == 0


def test_the_chroma_limit_between_places_of_its_table_is_close():
    lightness, hue = np.meshgrid(np.linspace(0.1, 0.95, 41), np.linspace(0.5, 359.5, 90))
    most = gamut.max_chroma(lightness, hue) * 0.97
    a, b = most * np.cos(np.radians(hue)), most * np.sin(np.radians(hue))
    assert excess(np.stack([lightness, a, b], axis=-1)) < 0.01


def colours(reds: range) -> np.ndarray:
    rest = np.stack(np.meshgrid(range(256), range(256), indexing="ij"), axis=-1).reshape(-1, 2)
    return np.concatenate([np.insert(rest, 0, red, axis=1) for red in reds])


def test_a_byte_stays_what_it_is_through_oklab():
    some = colours(range(0, 256, 85))[::17]
    np.testing.assert_array_equal(oklab_to_bytes(srgb_to_oklab(some / 255)), some)
    assert (oklab_to_bytes(srgb_to_oklab(some / 255) * 1.01) != some).any()


@pytest.mark.slow  # all 16,777,216 colours, some ten seconds
def test_every_colour_stays_what_it_is_through_oklab():
    for red in range(0, 256, 8):
        some = colours(range(red, red + 8))
        np.testing.assert_array_equal(oklab_to_bytes(srgb_to_oklab(some / 255)), some)


# ---- palettes into recipes


def test_the_field_palette_reads_names_lists_and_several():
    assert read_palettes("ember") == ["ember"]
    assert read_palettes("#102030,#ffeedd") == [["#102030", "#ffeedd"]]
    assert read_palettes("#123 #fed; rose/noir") == [["#123", "#fed"], "rose", "noir"]
    assert read_palettes(["#123", (0.5, 0.1, 0.0)]) == [["#123", (0.5, 0.1, 0.0)]]
    assert read_palettes(["rose", ["#123", "#fed"]]) == ["rose", ["#123", "#fed"]]


def test_a_palette_goes_into_a_recipe_that_has_some():
    recipe = ph.style("drift", seed=1, palette="ember;#102030,#ffeedd")
    assert recipe.palettes["A"] == tuple(PALETTES["ember"].split())
    assert recipe.palettes["B"] == ("#102030", "#ffeedd")
    other = ph.style("drift", seed=1)
    assert recipe.networks == other.networks and recipe.shading == other.shading


@pytest.mark.parametrize(
    ("style", "palette", "words"),
    [
        ("drift", "#102030", ["palettes.A", "2 to 64"]),
        ("drift", "#102030,#12345g", ["palettes.A", "'#12345g' is not a colour", "#rrggbb"]),
        ("drift", "#102030,#+1+1+1", ["'#+1+1+1' is not a colour"]),
        ("drift", "embre", ["palettes.A", "Did you mean 'ember'"]),
        ("drift", "ember;", ["'ember;': part 2 of 2 is empty"]),
        ("drift", "ember;rose;noir", ["got 3", "has A, B"]),
        ("silk", ";", ["';': part 1 of 2 is empty", "phosphene list palettes"]),
        ("silk", "=", ["unknown palette '='", "phosphene list palettes"]),
        ("ink", "embre", ["Did you mean 'ember'"]),
        ("ink", "ember;rose", ["got 2 palettes", "has inks"]),
        ("classic", "ember", ["no palette", "`recolour=auto`"]),
    ],
)
def test_an_invalid_palette_is_explained(style: str, palette: str, words: list[str]):
    with pytest.raises(ph.RecipeError) as caught:
        ph.style(style, seed=1, palette=palette)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", house_styles())
def test_one_given_palette_colours_all_of_a_house_style(name: str):
    """A palette of greys leaves no colour but that of light, which is nearly white."""
    grey = srgb_to_oklab(ph.render(ph.style(name, seed=4, palette="noir"), 48).float[..., :3])
    assert np.quantile(chroma(grey), 0.99) < 0.04
    own = srgb_to_oklab(ph.render(ph.style(name, seed=4, palette="ember"), 48).float[..., :3])
    assert chroma(own).max() > 0.1


def test_a_second_palette_made_of_the_first_has_its_lightness_and_its_hues():
    ember = anchors_to_oklab(PALETTES["ember"].split())
    other = np.array(companion(ember))
    assert np.abs(other[:, 0] - ember[:, 0]).max() < 1e-5
    assert np.abs(other - ember).max() > 0.02
    hues = np.arctan2(ember[:, 2], ember[:, 1])
    apart = np.abs(np.arctan2(other[:, 2], other[:, 1])[:, None] - hues)
    assert apart.min(axis=1).max() < 0.01
    recipe = ph.style("drift", seed=1, palette="ember")
    assert recipe.palettes == {"A": tuple(PALETTES["ember"].split()), "B": companion(ember)}
    grey = np.array([[0.1, 0.0, 0.0], [0.9, 0.0, 0.0]])
    assert np.array_equal(companion(grey), grey)


def test_a_part_of_a_picture_keeps_its_lightness_with_any_palette():
    for palette in (*PALETTES, "#ff0000,#ff0000", "#fff,#eee"):
        aurora = ph.style("aurora", seed=1, palette=palette, shares="no")
        night = anchors_to_oklab(aurora.palettes["night"])
        assert night[:, 0].max() < 0.32, palette
        ink = ph.style("ink", seed=1, palette=palette, shares="no")
        paper, black, _ = anchors_to_oklab(ink.palettes["inks"])
        assert paper[0] > 0.85 and black[0] < 0.35, palette
    lights = np.array(ph.style("aurora", seed=1, palette="teal_rust").palettes["lights"])
    assert (lights[:, 0] > 0.7).all() and lights[:, 1].min() < -0.02 < 0.05 < lights[:, 1].max()


def test_several_palettes_go_to_letters_and_then_to_words():
    recipe = ph.style("mandala", seed=1, palette="ember;abyss")
    assert recipe.palettes["A"] == tuple(PALETTES["ember"].split())
    abyss = ph.style("ink", seed=1, palette="abyss")
    assert recipe.palettes["inks"] != ph.style("mandala", seed=1, palette="ember").palettes["inks"]
    assert anchors_to_oklab(abyss.palettes["inks"])[1, 1] < 0  # blue-green
    given = ph.style("aurora", seed=1, set={"palettes.night": ["#102030", "#ffeedd"]})
    assert given.palettes["night"] == ("#102030", "#ffeedd")  # by its name as it is


# ---- recolouring


@pytest.mark.parametrize("name", STYLES)
def test_every_style_can_be_recoloured(name: str):
    recipe = recolour(ph.style(name, seed=5))
    assert recipe.shading.colour_space == "oklab" and recipe.finish.antialias != "none"
    assert recipe.style == name and ph.Recipe.from_json(recipe.json) == recipe
    assert set(recipe.palettes) <= {"A", "B"}


def test_recolouring_shows_the_palettes_for_any_network():
    recipe = ph.style("classic", seed=5, recolour="noir")
    pixels = ph.render(recipe, 48).float
    assert np.ptp(pixels) > 0.8
    grey = np.ptp(pixels, axis=-1)
    assert grey.max() < 0.1  # noir is grey
    assert np.ptp(ph.render(ph.style("classic", seed=5), 48).float, axis=-1).max() > 0.3


def test_recolouring_is_a_function_of_the_seed_and_keeps_the_networks():
    recipe = ph.style("classic", seed=5)
    assert recolour(recipe) == recolour(recipe)
    assert recolour(recipe, seed=6).palettes != recolour(recipe).palettes
    assert recolour(recipe, "ember;rose") == ph.style("classic", seed=5, recolour="ember/rose")
    assert recolour(recipe).networks["main"] == recipe.networks["main"].model_copy(
        update={"output": "identity"}
    )


def test_recolouring_removes_the_last_squashing_activation():
    given = ph.Recipe(
        networks={
            "main": {
                "kind": "explicit",
                "layers": [{"weights": [[1, 2], [3, 4]], "activation": "sigmoid"}],
            }
        },
        shading={"grey": "main0"},
    )
    assert recolour(given).networks["main"].layers[-1].activation == "identity"
    graph = ph.Recipe(
        networks={
            "main": {
                "kind": "graph",
                "nodes": ["sigmoid", "tanh", "sin"],
                "connections": [
                    {"source": 0, "target": 2, "weight": 1.5},
                    {"source": 1, "target": 3, "weight": 1.5},
                    {"source": 2, "target": 4, "weight": 1.5},
                ],
                "output_nodes": [2, 3, 4],
            }
        },
        shading={"grey": "main0"},
    )
    # Node 2 feeds another, node 4 is a wave: only node 3 is bared.
    assert recolour(graph).networks["main"].nodes == ("sigmoid", "identity", "sin")


def test_one_output_or_one_palette_makes_a_ramp():
    one = ph.Recipe(networks={"sky": {"outputs": 1}}, shading={"grey": "sky0"})
    recipe = recolour(one)
    assert set(recipe.palettes) == {"A"} and recipe.shading.colour == ("A(level(sky0, 0.5))",)
    assert recolour(ph.Recipe(), "ember").shading.colour == ("A(level(main0, 0.5))",)
    with pytest.raises(UserError, match="got 3 palettes"):
        recolour(ph.Recipe(), "ember;rose;noir")


def test_recolouring_measures_what_the_view_shows():
    """A window far away is where the statistics are measured, pixel for pixel the same place."""
    far = {"centre": [7.0, -3.0], "span": 0.5}
    recipe = ph.Recipe(
        networks={"main": {"activations": ["sin"], "outputs": 2}},
        shading={"grey": "main0"},
        view=far,
    )
    seen = recolour(recipe, "noir")
    assert seen.view.span == 2.0 and seen.networks["main"].warp == ("7.0 + 0.25*x", "-3.0 + 0.25*y")
    assert np.ptp(ph.render(seen, 32).float) > 0.8
    plain = recipe.replace({"shading": {"grey": "0.5 + 0.2*main0"}})
    moved = seen.replace({"shading": {"grey": "0.5 + 0.2*main0"}, "palettes": {}})
    moved = moved.replace({"finish": plain.finish})
    np.testing.assert_allclose(ph.render(moved, 32), ph.render(plain, 32), atol=1e-5)


@pytest.mark.parametrize("name", ["cppn-tensorflow", "cppn-gan-vae", "resnet-cppn"])
def test_recolouring_keeps_light_and_dark_of_an_inverted_picture(name: str):
    recipe = ph.style(name, seed=1)
    assert recipe.finish.invert
    seen = [
        ph.render(r, 32).uint8.mean(axis=-1).ravel() for r in (recipe, recolour(recipe, "noir"))
    ]
    assert np.corrcoef(*seen)[0, 1] > 0.6


@pytest.mark.parametrize("seed", [3, 5, 12])
def test_recolouring_keeps_the_shapes_that_a_shading_makes(seed: int):
    """Of neurogram the fields are slopes; what is seen are their levels."""
    recipe = ph.style("neurogram", seed=seed)
    shown = ph.render(recipe, 64).float @ np.array([0.2126, 0.7152, 0.0722])
    noir = ph.render(recolour(recipe, "noir"), 64).float.mean(axis=-1)
    bare = recipe.replace({"shading": {"rgb": ["main0", "main1", "main2"]}})
    slope = ph.render(recolour(bare, "noir"), 64).float.mean(axis=-1)

    def order(pixels: np.ndarray) -> np.ndarray:
        return np.argsort(np.argsort(pixels.ravel(), kind="stable"), kind="stable")

    found = [np.corrcoef(order(shown), order(seen))[0, 1] for seen in (noir, slope)]
    assert found[0] > 0.75 > found[1]


def test_recolouring_can_be_declined():
    assert ph.style("classic", recolour="no") == ph.style("classic")
    with pytest.raises(ph.RecipeError, match="part 1 of 2 is empty"):
        ph.style("classic", recolour=";")


def test_recolouring_keeps_opacity():
    recipe = ph.Recipe(
        shading={
            "params": {"A": 0.4}, "let": {"edge": "smoothstep(1.0, A, r)"},
            "rgb": ["main0", "main1", "main2"], "alpha": "edge",
        },
        finish={"antialias": 4},
    )  # fmt: skip
    changed = recolour(recipe, "ember;rose")
    assert set(changed.palettes) == {"B", "C"}
    alpha = ph.render(changed, 16).float[..., 3]
    np.testing.assert_array_equal(alpha, ph.render(recipe, 16).float[..., 3])


# ---- twins


def test_a_twin_is_light_where_the_picture_is_dark():
    recipe = ph.style("drift", seed=2)
    other = invert_palettes(recipe)
    for name, palette in recipe.palettes.items():
        lab, turned = anchors_to_oklab(palette), anchors_to_oklab(other.palettes[name])
        lightness = lab[:, 0]
        wanted = lightness.min() + lightness.max() - lightness
        np.testing.assert_allclose(turned[:, 0], wanted, atol=1e-6)
        assert excess(ramp(turned)) <= 1.1e-4
        cross = lab[:, 1] * turned[:, 2] - lab[:, 2] * turned[:, 1]
        assert np.abs(cross).max() < 1e-6  # the same hue
    assert other == ph.style("drift", seed=2, invert_palettes=True)
    back = invert_palettes(other).palettes["A"]
    np.testing.assert_allclose(
        anchors_to_oklab(back)[:, 0], anchors_to_oklab(recipe.palettes["A"])[:, 0], atol=2e-6
    )
    light = [ph.render(r, 32).float.mean(axis=-1) for r in (recipe, other)]
    assert np.corrcoef(light[0].ravel(), light[1].ravel())[0, 1] < -0.5


def test_a_twin_needs_palettes_and_a_plain_answer():
    with pytest.raises(ph.RecipeError, match="`recolour=auto`"):
        invert_palettes(ph.Recipe())
    with pytest.raises(UserError, match="cannot read 'dark'"):
        ph.style("drift", invert_palettes="dark")
    assert ph.style("drift", invert_palettes="no") == ph.style("drift")
    assert (
        ph.style("classic", recolour="ember", invert_palettes=True).palettes["A"]
        != PALETTES["ember"]
    )
