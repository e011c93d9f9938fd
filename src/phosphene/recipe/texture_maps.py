"""Texture maps as recipes: the colour of each kind, by which a recipe is recognised as one."""

from __future__ import annotations

from phosphene.recipe.model import Recipe

# kind: colour space and colour; {m} is the prefix of names that `phosphene.render.textures` adds
MAP_COLOURS: dict[str, tuple[str, tuple[str, ...]]] = {
    "height": ("grey", ("{m}_height",)),
    "normal": ("rgb", ("vec(0.5, 0.5, 0.5) + 0.5*{m}_normal",)),
    "roughness": ("grey", ("{m}_rough",)),
    "ao": ("grey", ("{m}_ao",)),
    "orm": ("rgb", ("{m}_ao", "{m}_rough", "0")),
}


def map_colour(kind: str, prefix: str) -> tuple[str, list[str]]:
    """The colour space and the colour formulas of a map, with names that begin with `prefix`."""
    space, colour = MAP_COLOURS[kind]
    return space, [part.format(m=prefix) for part in colour]


def map_kind(recipe: Recipe) -> str | None:
    """The kind in `MAP_COLOURS` that a recipe paints, found by its names; None for a picture."""
    shading = recipe.shading
    prefixes = [name.removesuffix("_field") for name in shading.let if name.endswith("_field")]
    own = shading.colour_space, list(shading.colour)
    for prefix in prefixes:
        for kind in MAP_COLOURS:
            if f"{prefix}_rise" in shading.let and own == map_colour(kind, prefix):
                return kind
    return None
