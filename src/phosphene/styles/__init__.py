"""Styles: from a seed to a recipe, one file each; those of seed systems are in `systems`.

A style draws random numbers from streams named `style/...` and writes an explicit recipe, so a
saved picture never depends on the style's code. The table is literal, and so is the list from which
a seed without a style picks, so pictures never depend on what is installed. A style's file is
loaded on first use.
"""

from __future__ import annotations

from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import FIELDS, Recipe, flat_fields, normal_seed, with_fields, with_new_names
from phosphene.recipe.chance import drawn_dial
from phosphene.recipe.dials import Style, read_dial

STYLES: dict[str, Style] = {
    "drift": Style(
        "phosphene.styles.drift.drift",
        "two palettes drifting through each other, softly lit", sweep="flow=0..1/6",
    ),
    "silk": Style(
        "phosphene.styles.silk.silk",
        "folded cloth under a low light", sweep="folds=1..7/5",
    ),
    "marble": Style(
        "phosphene.styles.marble.marble",
        "clouded stone with cracks that swell and vanish, and some gold", sweep="veins=0.4..3.4/6",
        metal="smoothstep(0.2, 0.5, thread)",
    ),
    "nebula": Style(
        "phosphene.styles.nebula.nebula",
        "glowing gas in filaments, dark dust, and stars behind", sweep="swirl=0..1/6",
    ),
    "glass": Style(
        "phosphene.styles.glass.glass",
        "stained glass, uneven and lit from behind, in lines of lead", sweep="cuts=3..15/5",
    ),
    "lightning": Style(
        "phosphene.styles.lightning.lightning",
        "jagged bolts that fork, in front of the clouds that they light", sweep="jags=0..0.25/6",
    ),
    "ink": Style(
        "phosphene.styles.ink.ink",
        "brush strokes on paper, some in colour, from a brush that runs dry",
        sweep="lines=3..28/6",
    ),
    "agate": Style(
        "phosphene.styles.agate.agate",
        "cut and polished stone with broad to hair-fine bands, and crystals at its centre",
        sweep="bands=0.3..3/6",
    ),
    "mandala": Style(
        "phosphene.styles.mandala.mandala",
        "a rosette of enamel, its colours separated by gold wire", sweep="petals=3..23/5",
        metal="line",
    ),
    "contour": Style(
        "phosphene.styles.contour.contour",
        "a map of hills in tinted layers, softly lit", sweep="layers=4..32/5",
    ),
    "aurora": Style(
        "phosphene.styles.aurora.aurora",
        "curtains of rays, sharp below and fading upwards, before stars", sweep="rays=2..24/6",
    ),
    "impasto": Style(
        "phosphene.styles.impasto.impasto",
        "oil paint laid on thick, in strokes of unmixed colours", sweep="strokes=2..17/6",
    ),
    "dunes": Style(
        "phosphene.styles.dunes.dunes",
        "wind-blown ridges with rippled backs under a low sun", sweep="ridges=1..11/6",
    ),
    "pearl": Style(
        "phosphene.styles.pearl.pearl",
        "mother-of-pearl, light or black, its colours changing with the slope",
        sweep="folds=0.5..5.5/6",
    ),
    "chrome": Style(
        "phosphene.styles.chrome.chrome",
        "liquid metal that mirrors a studio of bright and dark walls", sweep="walls=1..9/5",
        metal="1",
    ),
    "papercut": Style(
        "phosphene.styles.papercut.papercut",
        "sheets of coloured paper, cut and stacked under a lamp", sweep="sheets=3..15/5",
    ),
    "crystal": Style(
        "phosphene.styles.crystal.crystal",
        "a cut stone with facets that reflect light and refract what is behind",
        sweep="facets=6..46/5",
    ),
    "riley": Style(
        "phosphene.styles.riley.riley",
        "stripes bent by a field until they look like relief, as in the 1960s",
        sweep="stripes=15..115/6",
    ),
    "bloom": Style(
        "phosphene.styles.bloom.bloom",
        "colours that blend into each other, soft as if out of focus", sweep="swirl=0.3..3/6",
    ),
    "prism": Style(
        "phosphene.styles.prism.prism",
        "overlapping splinters of coloured glass", sweep="splinters=6..56/6",
    ),
    "batik": Style(
        "phosphene.styles.batik.batik",
        "dyed cloth in mirrored and rotated repeats, with lines drawn in wax",
        sweep="repeats=0.5..3/6",
    ),
    "engraving": Style(
        "phosphene.styles.engraving.engraving",
        "folds engraved in lines that swell in the shade and fade in the light",
        sweep="lines=10..80/6",
    ),
    "classic": Style(
        "phosphene.styles.classic.classic",
        "a plain tanh network in raw RGB, as in 2016",
    ),
    "neural-painter": Style(
        "phosphene.systems.neural_painter.neural_painter",
        "as zxytim's neural-painter paints, its published pictures bit for bit", 2016,
        "24 nonlinearities, one drawn for every layer",
    ),
    "npainter": Style(
        "phosphene.systems.npainter.npainter",
        "as rupeshs's npainter paints", 2017,
        "neural abstract art in a browser tab, in twelve styles",
    ),
    "cppn-tensorflow": Style(
        "phosphene.systems.otoro.cppn_tensorflow",
        "as the sampler of otoro's cppn-tensorflow paints", 2016,
        "high resolution out of a tiny latent vector, and its morphing films",
    ),
    "cppn-gan-vae": Style(
        "phosphene.systems.otoro.cppn_gan_vae",
        "the generator of otoro's cppn-gan-vae, untrained", 2016, "digits drawn at any resolution",
    ),
    "resnet-cppn": Style(
        "phosphene.systems.resnet_cppn.resnet_cppn",
        "the generator of otoro's resnet-cppn-gan, untrained", 2016,
        "a hundred and twenty layers of six units",
    ),
    "netart": Style(
        "phosphene.systems.netart.netart",
        "as otoro's netart-js paints", 2016, "the post's web demo: RGB, CMYK, HSV, HSL and alpha",
    ),
    "neurogram": Style(
        "phosphene.systems.neurogram.neurogram",
        "as otoro's neurogram paints before any selection", 2015,
        "pictures bred in a browser, their graphs growing by NEAT",
    ),
    "cppn-art": Style(
        "phosphene.systems.cppn_art.cppn_art",
        "as johnguibas's cppn-art paints", 2018, "wide grey views with coordinates in pixels",
    ),
    "ichko": Style(
        "phosphene.systems.ichko.ichko",
        "as the post \"Generating random art with neural networks\" paints", 2021,
        "its grids of width against depth",
    ),
    "huenermann-python": Style(
        "phosphene.systems.huenermann.huenermann_python",
        "as Huenermann's script paints", 2017, "wallpapers in hues stretched over the whole wheel",
    ),
    "huenermann-browser": Style(
        "phosphene.systems.huenermann.huenermann_browser",
        "as Huenermann's page paints", 2018, "a variance slider and links to share a seed",
    ),
    "cppn-keras": Style(
        "phosphene.systems.huenermann.cppn_keras",
        "as hochthom's and wottpal's cppn-keras paint", 2017,
        "wallpapers from forty lines of Keras",
    ),
    "neale": Style(
        "phosphene.systems.neale.neale",
        "as neale's CPPN paints", 2019,
        "one layer used three times; files that carry their seed and z",
    ),
    "rppn": Style(
        "phosphene.systems.rppn.rppn",
        "as w4nderlust's RPPN paints", 2019,
        "one block iterated, and films over the number of iterations",
    ),
    "convnetjs": Style(
        "phosphene.systems.convnetjs.convnetjs",
        "the network of karpathy's image regression demo, untrained", 2014,
        "a network that learns to paint a photograph",
    ),
}  # fmt: skip

# The styles from which a seed without a style picks, by edition.
PICKS: dict[int, tuple[str, ...]] = {
    1: (
        "agate", "aurora", "batik", "bloom", "chrome", "contour", "crystal", "drift", "dunes",
        "engraving", "glass", "impasto", "ink", "lightning", "mandala", "marble", "nebula",
        "papercut", "pearl", "prism", "riley", "silk",
    ),
}  # fmt: skip


def dial_owners(field: str) -> list[str]:
    """The names of the styles that have a dial of this name."""
    return [name for name, chosen in STYLES.items() if field in chosen.dials]


def style(name: str | None = None, *, seed: Seed = 0, **fields: Any) -> Recipe:
    """The recipe that a style makes from a seed; without a name, the seed picks the style.

    `fields` set values by name (`width=42`, `depth=4`, `activation="sin"`, `z=[...]`), or by dotted
    path in a dict `set={"networks.main.width": 42}`; the style's own dials (`variance=588.1`, see
    `phosphene list styles`), or a dict of `dials`, are passed to the style.

    A text such as `width="4..64"` or `width="random"` has the seed draw the number, which is then
    written into the recipe (`phosphene.recipe.chance`).

    Raises `UserError` for an unknown style, `RecipeError` for an invalid recipe.
    """
    fields = flat_fields(with_new_names(fields))
    asked = name
    if name is None:
        picks = PICKS[1]
        name = picks[int(Stream(seed, "style").pick(1, len(picks))[0])]
    if name not in STYLES:
        raise UserError(unknown("style", name, STYLES, list_with="styles"))
    chosen = STYLES[name]
    dials = {dial: default for dial, (default, _) in chosen.dials.items()}
    for dial in [f for f in fields if f in dials and fields[f] is not None]:
        value = drawn_dial(dial, fields.pop(dial), seed, chosen.dials[dial][0])
        dials[dial] = value if value is None else read_dial(dial, value, chosen.dials[dial])
    for field in fields:
        if field not in FIELDS and field not in dials and field != "set":
            raise UserError(_unknown_field(name, field, None if asked else seed))
    rest = {field: value for field, value in fields.items() if field not in dials}
    return with_fields(chosen.make(normal_seed(seed), **dials), rest)


def _unknown_field(style: str, field: str, picked_by: Seed | None) -> str:
    """The message for an unknown field, with the styles that have such a dial; `picked_by` is the
    seed if it picked the style.
    """
    dials = STYLES[style].dials
    takes = f"takes {', '.join(dials)}" if dials else "has no dials of its own"
    owners = dial_owners(field)
    if owners:
        who = style if picked_by is None else f"seed {picked_by} picked {style}, which"
        return (
            f"{field}: a dial of {', '.join(owners)}; {who} {takes}. Name the style that is meant"
        )
    hint, _, _ = unknown("field", field, [*dials, *FIELDS]).partition(" Known:")
    return f"{hint} {style} {takes}; every style has {', '.join(FIELDS)}."
