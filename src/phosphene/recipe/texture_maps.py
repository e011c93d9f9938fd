"""Recipes that are maps for textures: the colour of each kind, by which it is known again."""

from __future__ import annotations

from phosphene.recipe.model import Recipe

# map: its colour space and colour; {m} begins the names that `phosphene.render.textures` adds
MAP_COLOURS: dict[str, tuple[str, tuple[str, ...]]] = {
    "height": ("grey", ("{m}_height",)),
    "normal": ("rgb", ("vec(0.5, 0.5, 0.5) + 0.5*{m}_normal",)),
    "roughness": ("grey", ("{m}_rough",)),
    "ao": ("grey", ("{m}_ao",)),
    "orm": ("rgb", ("{m}_ao", "{m}_rough", "0")),
}


def map_colour(kind: str, prefix: str) -> tuple[str, list[str]]:
    """The colour space and the colour of a map, with names that begin with `prefix`."""
    space, colour = MAP_COLOURS[kind]
    return space, [part.format(m=prefix) for part in colour]


def map_kind(recipe: Recipe) -> str | None:
    """Which map in `MAP_COLOURS` a recipe paints, by the names in it; None for a picture."""
    shading = recipe.shading
    prefixes = [name.removesuffix("_field") for name in shading.let if name.endswith("_field")]
    said = shading.colour_space, list(shading.colour)
    for prefix in prefixes:
        for kind in MAP_COLOURS:
            if f"{prefix}_rise" in shading.let and said == map_colour(kind, prefix):
                return kind
    return None
