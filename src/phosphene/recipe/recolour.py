"""Recolouring a recipe: replace palettes, map fields through palettes, invert palettes."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from os import PathLike
from typing import Any

from phosphene.catalogue.palettes import PALETTES
from phosphene.colour.gamut import inside_srgb
from phosphene.colour.palette_files import is_palette_file, read_palette
from phosphene.colour.palette_generator import pair, plain
from phosphene.colour.ramps import anchors_to_oklab
from phosphene.colour.related_palettes import companion, nearest_matches
from phosphene.colour.srgb import LUMINANCE_TEXT
from phosphene.core.errors import RecipeError, UserError
from phosphene.core.rng import Seed, Stream
from phosphene.recipe.brand_colours import in_brand_colours, split_share
from phosphene.recipe.model import Recipe
from phosphene.recipe.parts import Anchor

# Monotonic output functions that squash: recolouring uses their input instead.
SQUASHING = frozenset(
    {"sigmoid", "hard_sigmoid", "tanh", "half_tanh", "softsign", "atan", "softmax", "logsoftmax"}
)
# A shading that calls these draws shapes, such as the level lines of neurogram graphs.
SHAPING = re.compile(r"\b(sigmoid|tanh|exp|abs|sin|cos)\(")
NO_PALETTE = "this recipe uses no palette; `recolour=auto` colours it by palettes"


def read_palettes(value: Any) -> list[Any]:
    """The palettes given by a text or a list, each as a name or a list of anchors.

    Texts: `ember`, `#102030,#ffeedd`, `ember;abyss` (or `/` for `;`), `art.gpl`. A list of colours
    is one palette, a list of names, lists or paths is several. Files are opened. Raises
    `RecipeError` for an empty palette, `InputError` for a file that has none.
    """
    if files_in(value):
        parts = value.split(";") if isinstance(value, str) else value
        parts = [parts] if isinstance(parts, PathLike) else list(parts)
        return [read_palette(p) if is_palette_file(p) else read_palettes(p)[0] for p in parts]
    if isinstance(value, str):
        parts = [part.strip() for part in value.replace("/", ";").split(";")]
        if not all(parts):
            raise RecipeError(
                f"'{value}': part {parts.index('') + 1} of {len(parts)} is empty; "
                "expected a name, or colours #hex,#hex,...; `phosphene list palettes` shows names",
                argument="palette",
            )
        return [_one(part) for part in parts]
    if isinstance(value, Sequence) and value and not all(_is_colour(v) for v in value):
        return list(value)
    return [value]


def files_in(value: Any) -> bool:
    """Whether a value given as palettes names a file, whose colours `read_palettes` reads."""
    parts = value.split(";") if isinstance(value, str) else value
    return any(map(is_palette_file, parts if isinstance(parts, list | tuple) else [parts]))


def _one(text: str) -> str | list[str]:
    """Splits a text of colours into a list; a single word is returned as it is, a name."""
    parts = text.replace(",", " ").split()
    return parts if len(parts) > 1 or text.startswith("#") else text


def _is_colour(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("#")
    if isinstance(value, Sequence) and len(value) == 2 and isinstance(value[0], str):
        return value[0].startswith("#") and isinstance(value[1], int | float)  # with its share
    return isinstance(value, Sequence) and all(isinstance(v, int | float) for v in value)


def with_palettes(recipe: Recipe, value: Any, shares: str | None = None) -> Recipe:
    """A copy of the recipe with the palettes of `value` (see `read_palettes`) in place of its own.

    They are assigned in order: first to palettes named by a letter (A, B, ...), then to those named
    by a word. The remaining palettes get a companion of the first
    (`phosphene.colour.related_palettes`). Letters name ramps from dark to light, which are
    replaced. Words (`night`, `inks`) name the colours of a part of the picture: each is replaced by
    the colour of equal lightness in its new palette. Raises `RecipeError` for a recipe without
    palettes, or with fewer than are given.
    """
    chosen = read_palettes(value)
    if not recipe.palettes:
        raise RecipeError(NO_PALETTE, argument="palette")
    brand = _brand(chosen, shares)
    if brand:
        return in_brand_colours(recipe, *brand)
    chosen = [_without_shares(palette) for palette in chosen]
    recipe = recipe.replace({"shares": {}})
    names = sorted(recipe.palettes, key=lambda name: (len(name) > 1, name))
    if len(chosen) > len(names):
        raise RecipeError(
            f"got {len(chosen)} palettes; this recipe has {', '.join(names)}. "
            "`set={'palettes.NAME': PALETTE}` adds another",
            argument="palette",
        )
    put = {f"palettes.{n}": p for n, p in zip(names, chosen, strict=False)}
    changed: dict[str, Any] = dict(recipe.replace(put).palettes)
    second = companion(anchors_to_oklab(changed[names[0]]))
    for k, name in enumerate(names):
        changed[name] = changed[name] if k < len(chosen) else second
        if len(name) > 1:
            old = anchors_to_oklab(recipe.palettes[name])
            changed[name] = nearest_matches(anchors_to_oklab(changed[name]), old)
    return recipe.replace({f"palettes.{n}": changed[n] for n in names})


SHARES = ("auto", "even", "no")


def _brand(chosen: list[Any], shares: str | None) -> tuple[list[Any], list[float | None]] | None:
    """The colours of one palette and their given shares; None if the palette is to be a plain ramp:
    one of several, or a name without `shares` "even".
    """
    if shares not in (None, *SHARES):
        raise RecipeError(f"got {shares!r:.60}; expected {', '.join(SHARES)}", argument="shares")
    palette = chosen[0]
    named = isinstance(palette, str)
    if shares == "no" or len(chosen) > 1 or (named and shares != "even"):
        return None
    if named and palette in PALETTES:
        palette = PALETTES[palette].split()
    if not isinstance(palette, Sequence) or isinstance(palette, str):
        return None  # not a palette: the recipe says why
    pairs = [split_share(colour) for colour in palette]
    return [colour for colour, _ in pairs], [share for _, share in pairs]


def _without_shares(palette: Any) -> Any:
    if isinstance(palette, str) or not isinstance(palette, Sequence):
        return palette
    return [split_share(colour)[0] for colour in palette]


def recolour(recipe: Recipe, palettes: Any = None, seed: Seed | None = None) -> Recipe:
    """A copy of the recipe that colours its fields by palettes in OKLab, instead of its shading.

    Field 0 of the network `main` (or of the first network by name), before any squashing output
    function, gives the position u in the palettes; field 1 mixes in the second palette. Both are
    scaled by their frozen statistics. If an RGB shading draws shapes (`SHAPING`), its luminance and
    its red take the place of the two fields. A network with one output, or one palette, makes a
    single ramp.

    `palettes`: see `read_palettes`; None, "auto" or "yes" draws a pair from `seed` (None: the
    recipe's), and "no" returns the recipe unchanged. Raises `UserError` for more than two.

    Networks, view and finish are kept, with two changes: the part of the plane in view becomes the
    window [-1, 1] on which statistics are measured, and `finish.invert` becomes 1 - u. A recipe
    that has palettes loses its own shading too; to only replace its palettes, see `with_palettes`.
    """
    if str(palettes).lower() in ("no", "false"):
        return recipe
    chosen = (
        _drawn(recipe, seed) if palettes in (None, True, "auto", "yes") else read_palettes(palettes)
    )
    if len(chosen) > 2:
        raise UserError(f"got {len(chosen)} palettes; expected one or two", argument="recolour")
    data = recipe.model_dump()
    name = "main" if "main" in recipe.networks else min(recipe.networks)
    shaped = _shaped(recipe)
    if not shaped:
        _bare(data["networks"][name])
    _normalise_view(data)
    plain_fields = [f"{name}{i}" for i in range(min(2, recipe.networks[name].outputs))]
    fields = [f"level({f}, 0.5)" for f in shaped or plain_fields]
    if recipe.finish.invert:
        fields[0] = f"1 - {fields[0]}"
    kept = recipe.shading if shaped or recipe.shading.alpha is not None else None
    taken = {*kept.params, *kept.let} if kept else set()
    letters = [c for c in string.ascii_uppercase if c not in taken][: min(len(chosen), len(fields))]
    colours = [f"{letter}({fields[0]})" for letter in letters]
    mixed = f"mix({', '.join(colours)}, smoothstep(0.3, 0.7, {fields[-1]}))"
    data["palettes"] = dict(zip(letters, map(_without_shares, chosen), strict=False))
    data["shares"] = {}
    data["shading"] = {
        "oklab": mixed if len(colours) == 2 else colours[0],
        "fixed_latent": True,
        **(kept.model_dump(include={"params", "let", "alpha"}) if kept else {}),
    }
    data["finish"]["invert"] = False
    if data["finish"]["antialias"] == "none":
        data["finish"]["antialias"] = "auto"
    return Recipe.checked(data)


def _shaped(recipe: Recipe) -> list[str]:
    """Formulas of luminance and red of an RGB shading that draws shapes; otherwise empty."""
    colour = recipe.shading.colour
    if recipe.shading.colour_space != "rgb" or len(colour) != 3 or recipe.palettes:
        return []
    return [LUMINANCE_TEXT.format(*colour), colour[0]] if any(map(SHAPING.search, colour)) else []


def _drawn(recipe: Recipe, seed: Seed | None) -> list[Any]:
    stream = Stream(recipe.seed if seed is None else seed, "recolour")
    return list(pair(stream, [PALETTES[name] for name in sorted(PALETTES)]))


def _bare(network: dict[str, Any]) -> None:
    """Removes the squashing function of the outputs from a network's data."""
    match network["kind"]:
        case "explicit":
            last = network["layers"][-1]
            if last["activation"] in SQUASHING:
                last["activation"] = "identity"
        case "graph":
            first = len(network["inputs"])
            feeding = {c["source"] for c in network["connections"]}
            ends = {n - first for n in network["output_nodes"] if n >= first and n not in feeding}
            network["nodes"] = [
                "identity" if k in ends and node in SQUASHING else node
                for k, node in enumerate(network["nodes"])
            ]
        case _:
            if network["output"] in SQUASHING:
                network["output"] = "identity"


def _normalise_view(data: dict[str, Any]) -> None:
    """Moves the part of the plane in view to [-1, 1], where statistics are measured.

    Does nothing if a network is itself normalised there or already has a warp.
    """
    view, networks = data["view"], data["networks"].values()
    own = any(
        n["warp"] is not None
        or n.get("norm") in ("batch", "frozen")
        or n.get("standardise", "none") != "none"
        for n in networks
    )
    if own or view["aspect"] == "pixel" or data["surface"]["kind"] != "plane":
        return
    (x, y), half = view["centre"], view["span"] / 2
    if (x, y, half) == (0.0, 0.0, 1.0):
        return
    for network in networks:
        network["warp"] = (f"{x!r} + {half!r}*x", f"{y!r} + {half!r}*y")
    view |= {"span": 2.0, "centre": (0.0, 0.0)}


def invert_palettes(recipe: Recipe) -> Recipe:
    """A copy of the recipe with the lightness of every palette inverted, hues unchanged.

    L' = Lmin + Lmax - L in each palette, with chroma reduced where sRGB requires it. Raises
    `RecipeError` for a recipe without palettes.
    """
    if not recipe.palettes:
        raise RecipeError(NO_PALETTE, argument="invert_palettes")
    return recipe.replace({f"palettes.{n}": _inverted(p) for n, p in recipe.palettes.items()})


def _inverted(palette: Sequence[Anchor]) -> Any:
    anchors = anchors_to_oklab(palette)
    lightness = anchors[:, 0]
    anchors[:, 0] = lightness.min() + lightness.max() - lightness
    return plain(inside_srgb(anchors))
