"""Other colours for a recipe: palettes put in, its fields put through palettes, its twin."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

from phosphene.catalogue.harmony import pair, plain
from phosphene.catalogue.palettes import PALETTES, anchors_to_oklab, inside_srgb
from phosphene.errors import RecipeError, UserError
from phosphene.recipe.model import Recipe
from phosphene.recipe.parts import Anchor
from phosphene.rng import Seed, Stream

# Functions of a network's output that squash it without a wave: recolouring takes what they squash.
SQUASHING = frozenset(
    {"sigmoid", "hard_sigmoid", "tanh", "half_tanh", "softsign", "atan", "softmax", "logsoftmax"}
)


def read_palettes(value: Any) -> list[Any]:
    """The palettes of a text or of a list, each a name or a list of anchors.

    `ember`, `#102030,#ffeedd`, `ember;abyss` (or `/` for `;`); a list of colours is one palette, a
    list of names or of lists is several.
    """
    if isinstance(value, str):
        return [_one(part.strip()) for part in value.replace("/", ";").split(";")]
    if isinstance(value, Sequence) and value and not all(_is_colour(v) for v in value):
        return list(value)
    return [value]


def _one(text: str) -> str | list[str]:
    """A list of colours in one text; a single word stays, for the recipe to know it."""
    parts = text.replace(",", " ").split()
    return parts if len(parts) > 1 or text.startswith("#") else text


def _is_colour(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("#")
    return isinstance(value, Sequence) and all(isinstance(v, int | float) for v in value)


def with_palettes(recipe: Recipe, value: Any) -> Recipe:
    """The recipe with its palettes A, B, ... replaced by those of `value` (see `read_palettes`)."""
    chosen = read_palettes(value)
    names = string.ascii_uppercase[: len(chosen)]
    lacking = [name for name in names if name not in recipe.palettes]
    if not recipe.palettes:
        raise RecipeError("palette: this recipe uses no palette; --recolour puts it through some")
    if lacking:
        has = ", ".join(sorted(recipe.palettes))
        raise RecipeError(
            f"palette: got {len(chosen)}, for {', '.join(names)}; this recipe has {has}. "
            "Another is --set palettes.NAME=PALETTE"
        )
    return recipe.replace({f"palettes.{n}": p for n, p in zip(names, chosen, strict=True)})


def recolour(recipe: Recipe, palettes: Any = None, seed: Seed | None = None) -> Recipe:
    """The recipe's fields, before what squashes them, through palettes in OKLab.

    Field 0 of the network `main` (else of the first by name) gives the place u in the palettes,
    field 1 mixes the second palette in; both by their frozen statistics. `palettes`: see
    `read_palettes`; None or "auto" draws a pair from `seed` (None: the recipe's). A network of one
    output, or one palette, makes a ramp. Networks, view and finish stay, but what a view shows
    becomes the window [-1, 1] on which statistics are measured.
    """
    chosen = (
        _drawn(recipe, seed) if palettes in (None, True, "auto", "yes") else read_palettes(palettes)
    )
    if len(chosen) > 2:
        raise UserError(f"recolour: got {len(chosen)} palettes; it takes one or two")
    data = recipe.model_dump()
    name = "main" if "main" in recipe.networks else min(recipe.networks)
    _bare(data["networks"][name])
    _look_through_window(data)
    fields = [f"level({name}{i}, 0.5)" for i in range(min(2, recipe.networks[name].outputs))]
    kept = recipe.shading if recipe.shading.alpha is not None else None
    taken = {*kept.params, *kept.let} if kept else set()
    letters = [c for c in string.ascii_uppercase if c not in taken][: min(len(chosen), len(fields))]
    colours = [f"{letter}({fields[0]})" for letter in letters]
    mixed = f"mix({', '.join(colours)}, smoothstep(0.3, 0.7, {fields[-1]}))"
    data["palettes"] = dict(zip(letters, chosen, strict=False))
    data["shading"] = {
        "oklab": mixed if len(colours) == 2 else colours[0],
        "still": True,
        **(kept.model_dump(include={"params", "let", "alpha"}) if kept else {}),
    }
    data["finish"]["invert"] = False
    if data["finish"]["antialias"] == "none":
        data["finish"]["antialias"] = "auto"
    return Recipe.checked(data)


def _drawn(recipe: Recipe, seed: Seed | None) -> list[Any]:
    stream = Stream(recipe.seed if seed is None else seed, "recolour")
    return list(pair(stream, sorted(PALETTES)))


def _bare(network: dict[str, Any]) -> None:
    """Takes the squashing function of the outputs off a network's data."""
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


def _look_through_window(data: dict[str, Any]) -> None:
    """Moves what the view shows to [-1, 1], where statistics are measured.

    Not where the networks themselves are measured there, or look elsewhere already.
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


def twin(recipe: Recipe) -> Recipe:
    """The recipe with every palette turned over: light where it was dark, in the same hues.

    L' = Lmin + Lmax - L in each palette, chroma held to what sRGB has there. Raises `RecipeError`
    for a recipe without palettes.
    """
    if not recipe.palettes:
        raise RecipeError("twin: this recipe uses no palette; --recolour puts it through some")
    return recipe.replace({f"palettes.{n}": _turned(p) for n, p in recipe.palettes.items()})


def _turned(palette: Sequence[Anchor]) -> Any:
    anchors = anchors_to_oklab(palette)
    lightness = anchors[:, 0]
    anchors[:, 0] = lightness.min() + lightness.max() - lightness
    return plain(inside_srgb(anchors))
