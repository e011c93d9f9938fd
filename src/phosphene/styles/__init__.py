"""Styles: from a seed to a recipe, one file each; those of seed systems are in `systems`.

A style draws from streams named `style/...` and writes an explicit recipe, so a saved picture never
depends on the style's code. The table is literal, and so is the list from which a bare seed picks:
a picture never depends on what is installed.
"""

from __future__ import annotations

from typing import Any

from phosphene.core.errors import UserError, unknown
from phosphene.core.rng import Seed, Stream
from phosphene.recipe import FIELDS, Recipe, with_fields, with_new_names
from phosphene.recipe.dials import Style, read_dial
from phosphene.styles.agate import AGATE, agate
from phosphene.styles.aurora import AURORA, aurora
from phosphene.styles.batik import BATIK, batik
from phosphene.styles.bloom import BLOOM, bloom
from phosphene.styles.chrome import CHROME, chrome
from phosphene.styles.classic import classic
from phosphene.styles.contour import CONTOUR, contour
from phosphene.styles.crystal import CRYSTAL, crystal
from phosphene.styles.drift import DRIFT, drift
from phosphene.styles.dunes import DUNES, dunes
from phosphene.styles.engraving import ENGRAVING, engraving
from phosphene.styles.glass import GLASS, glass
from phosphene.styles.impasto import IMPASTO, impasto
from phosphene.styles.ink import INK, ink
from phosphene.styles.lightning import LIGHTNING, lightning
from phosphene.styles.mandala import MANDALA, mandala
from phosphene.styles.marble import MARBLE, marble
from phosphene.styles.nebula import NEBULA, nebula
from phosphene.styles.papercut import PAPERCUT, papercut
from phosphene.styles.pearl import PEARL, pearl
from phosphene.styles.prism import PRISM, prism
from phosphene.styles.riley import RILEY, riley
from phosphene.styles.silk import SILK, silk
from phosphene.systems.convnetjs import CONVNETJS, convnetjs
from phosphene.systems.cppn_art import CPPN_ART, cppn_art
from phosphene.systems.huenermann import (
    CPPN_KERAS,
    HUENERMANN_BROWSER,
    HUENERMANN_PYTHON,
    cppn_keras,
    huenermann_browser,
    huenermann_python,
)
from phosphene.systems.ichko import ICHKO, ichko
from phosphene.systems.neale import NEALE, neale
from phosphene.systems.netart import NETART, netart
from phosphene.systems.neural_painter import NEURAL_PAINTER, neural_painter
from phosphene.systems.neurogram import NEUROGRAM, neurogram
from phosphene.systems.npainter import NPAINTER, npainter
from phosphene.systems.otoro import CPPN_GAN_VAE, CPPN_TENSORFLOW, cppn_gan_vae, cppn_tensorflow
from phosphene.systems.resnet_cppn import RESNET_CPPN, resnet_cppn
from phosphene.systems.rppn import RPPN, rppn

STYLES: dict[str, Style] = {
    "drift": Style(
        drift, "two palettes drifting through each other, softly lit", dials=DRIFT,
        sweep="flow=0..1/6",
    ),
    "silk": Style(silk, "folded cloth under a low light", dials=SILK, sweep="folds=1..7/5"),
    "marble": Style(
        marble, "clouded stone with cracks that swell and vanish, and some gold", dials=MARBLE,
        sweep="veins=0.4..3.4/6",
    ),
    "nebula": Style(
        nebula, "glowing gas drawn into filaments, dark dust, and stars behind", dials=NEBULA,
        sweep="swirl=0..1/6",
    ),
    "glass": Style(
        glass, "stained glass, uneven and lit from behind, in lines of lead", dials=GLASS,
        sweep="cuts=3..15/5",
    ),
    "lightning": Style(
        lightning, "jagged bolts that fork, in front of the clouds that they light",
        dials=LIGHTNING, sweep="jags=0..0.25/6",
    ),
    "ink": Style(
        ink, "brush strokes on paper, one in a few in colour, as the brush runs dry", dials=INK,
        sweep="lines=3..28/6",
    ),
    "agate": Style(
        agate, "cut and polished stone, banded down to a hair, crystals at its heart", dials=AGATE,
        sweep="bands=0.3..3/6",
    ),
    "mandala": Style(
        mandala, "a rosette of enamel, each colour held by a wire of gold", dials=MANDALA,
        sweep="petals=3..23/5",
    ),
    "contour": Style(
        contour, "a map of hills, their layers tinted and softly lit", dials=CONTOUR,
        sweep="layers=4..32/5",
    ),
    "aurora": Style(
        aurora, "curtains of rays, sharp below and fading upwards, before stars", dials=AURORA,
        sweep="rays=2..24/6",
    ),
    "impasto": Style(
        impasto, "oil paint laid on thick, in strokes of unmixed colours", dials=IMPASTO,
        sweep="strokes=2..17/6",
    ),
    "dunes": Style(
        dunes, "wind-blown ridges with rippled backs under a low sun", dials=DUNES,
        sweep="ridges=1..11/6",
    ),
    "pearl": Style(
        pearl, "mother-of-pearl, light or black, its colours turning with the slope", dials=PEARL,
        sweep="folds=0.5..5.5/6",
    ),
    "chrome": Style(
        chrome, "liquid metal that mirrors a studio of bright and dark walls", dials=CHROME,
        sweep="walls=1..9/5",
    ),
    "papercut": Style(
        papercut, "sheets of coloured paper, cut and stacked under a lamp", dials=PAPERCUT,
        sweep="sheets=3..15/5",
    ),
    "crystal": Style(
        crystal, "a cut stone whose facets catch the light and bend what lies behind",
        dials=CRYSTAL, sweep="facets=6..46/5",
    ),
    "riley": Style(
        riley, "stripes bent by a field until they read as relief, as in the 1960s", dials=RILEY,
        sweep="stripes=15..115/6",
    ),
    "bloom": Style(
        bloom, "colours that open into each other, as soft as out of focus", dials=BLOOM,
        sweep="swirl=0.3..3/6",
    ),
    "prism": Style(
        prism, "splinters of coloured glass laid over each other", dials=PRISM,
        sweep="splinters=6..56/6",
    ),
    "batik": Style(
        batik, "cloth dyed in repeats that mirror and turn, with lines drawn in wax", dials=BATIK,
        sweep="repeats=0.5..3/6",
    ),
    "engraving": Style(
        engraving,
        "folds drawn in cut lines that swell in the shade and fade in the light",
        dials=ENGRAVING, sweep="lines=10..80/6",
    ),
    "classic": Style(classic, "a plain tanh network in raw RGB, as in 2016"),
    "neural-painter": Style(
        neural_painter, "as zxytim's neural-painter paints, its published pictures bit for bit",
        2016, "24 nonlinearities drawn again at every layer", NEURAL_PAINTER,
    ),
    "npainter": Style(
        npainter, "as rupeshs's npainter paints", 2017,
        "neural abstract art in a browser tab, in twelve styles", NPAINTER,
    ),
    "cppn-tensorflow": Style(
        cppn_tensorflow, "as the sampler of otoro's cppn-tensorflow paints", 2016,
        "high resolution out of a tiny latent vector, and its morphing films", CPPN_TENSORFLOW,
    ),
    "cppn-gan-vae": Style(
        cppn_gan_vae, "the generator of otoro's cppn-gan-vae, untrained", 2016,
        "digits drawn at any resolution", CPPN_GAN_VAE,
    ),
    "resnet-cppn": Style(
        resnet_cppn, "the generator of otoro's resnet-cppn-gan, untrained", 2016,
        "a hundred and twenty layers of six units", RESNET_CPPN,
    ),
    "netart": Style(
        netart, "as otoro's netart-js paints", 2016,
        "the post's web demo: RGB, CMYK, HSV, HSL and alpha", NETART,
    ),
    "neurogram": Style(
        neurogram, "as otoro's neurogram paints before anyone has chosen", 2015,
        "pictures bred in a browser, their graphs growing by NEAT", NEUROGRAM,
    ),
    "cppn-art": Style(
        cppn_art, "as johnguibas's cppn-art paints", 2018,
        "wide grey views whose coordinates count pixels", CPPN_ART,
    ),
    "ichko": Style(
        ichko, "as the post \"Generating random art with neural networks\" paints", 2021,
        "its grids of width against depth", ICHKO,
    ),
    "huenermann-python": Style(
        huenermann_python, "as Huenermann's script paints", 2017,
        "wallpapers in hues stretched over the whole wheel", HUENERMANN_PYTHON,
    ),
    "huenermann-browser": Style(
        huenermann_browser, "as Huenermann's page paints", 2018,
        "a variance slider and links to share a seed", HUENERMANN_BROWSER,
    ),
    "cppn-keras": Style(
        cppn_keras, "as hochthom's and wottpal's cppn-keras paint", 2017,
        "wallpapers from forty lines of Keras", CPPN_KERAS,
    ),
    "neale": Style(
        neale, "as neale's CPPN paints", 2019,
        "one layer used three times; files that carry their seed and z", NEALE,
    ),
    "rppn": Style(
        rppn, "as w4nderlust's RPPN paints", 2019,
        "one block iterated, and films over the number of iterations", RPPN,
    ),
    "convnetjs": Style(
        convnetjs, "the network of karpathy's image regression demo, untrained", 2014,
        "a network that learns to paint a photograph", CONVNETJS,
    ),
}  # fmt: skip

# From which a seed without a style picks, per edition.
PICKS: dict[int, tuple[str, ...]] = {
    1: (
        "agate", "aurora", "batik", "bloom", "chrome", "contour", "crystal", "drift", "dunes",
        "engraving", "glass", "impasto", "ink", "lightning", "mandala", "marble", "nebula",
        "papercut", "pearl", "prism", "riley", "silk",
    ),
}  # fmt: skip


def dial_owners(field: str) -> list[str]:
    """The styles that have a dial of this name."""
    return [name for name, chosen in STYLES.items() if field in chosen.dials]


def style(name: str | None = None, *, seed: Seed = 0, **fields: Any) -> Recipe:
    """The recipe that a style makes of a seed; without a name, of the style that the seed picks.

    `fields` put in values by name (`width=42`, `depth=4`, `activation="sin"`, `z=[...]`), or by
    dotted path in a dict `set={"networks.main.width": 42}`; names of the style's own dials
    (`variance=588.1`, see `phosphene list styles`), or a dict of `dials`, go to the style.

    Raises `UserError` for an unknown style, `RecipeError` for what a recipe cannot hold.
    """
    fields = with_new_names(fields)
    fields |= fields.pop("dials", None) or {}
    asked = name
    if name is None:
        picks = PICKS[1]
        name = picks[int(Stream(seed, "style").pick(1, len(picks))[0])]
    if name not in STYLES:
        raise UserError(unknown("style", name, STYLES, list_with="styles"))
    chosen = STYLES[name]
    dials = {dial: default for dial, (default, _) in chosen.dials.items()}
    for dial in [f for f in fields if f in dials and fields[f] is not None]:
        dials[dial] = read_dial(dial, fields.pop(dial), chosen.dials[dial])
    for field in fields:
        if field not in FIELDS and field not in dials and field != "set":
            raise UserError(_unknown_field(name, field, None if asked else seed))
    rest = {field: value for field, value in fields.items() if field not in dials}
    return with_fields(chosen.make(Recipe(seed=seed).seed, **dials), rest)


def _unknown_field(style: str, field: str, picked_by: Seed | None) -> str:
    """Of a dial, whose it is; `picked_by` is the seed that picked the style, if one did."""
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
