"""Write the page of the Python interface: every public name, by what it is for.

mkdocstrings fills in the signatures and docstrings when the site is built.
"""

from __future__ import annotations

import inspect
from typing import Any

import phosphene as ph

NOTE = "<!-- written by `make docs`; edit docs/api.py or the docstrings, not this page -->"

INTRODUCTION = """\
`import phosphene as ph` is enough for everything on this page. Every function that takes a recipe
also takes the name of a style, a file, a dict or JSON text. All functions check what they are given
and raise `UserError` or one of its kind, with a message that says what to do.
[Commands](commands.md) are calls of the same functions.

The site shows the signature and the full text of each name below its table; on a code host,
`help(ph.render)` does."""

GROUPS: dict[str, str] = {
    "Pictures": "render render_file Picture check textures as_dask_array network_svg",
    "Sheets and grids": "sheet grid Sheet",
    "Films": "animate animate_grid Film GridFilm open_film",
    "Recipes": "style as_recipe open Recipe recolour invert_palettes with_complexity",
    "Parts of a recipe": "Network ExplicitNetwork GraphNetwork Layer Connection Weights Biases "
    "Latent RandomActivations Fold Fourier Radius Rings Torus Waves Shading Surface Symmetry View "
    "Finish",
    "Catalogues": "Entry styles palettes activations architectures features folds weights biases "
    "functions colour_spaces fields paths sizes formats film_formats engines limits",
    "Limits and errors": "Limits LimitError PhospheneError UserError RecipeError RecipeWarning",
}


def page() -> str:
    """docs/api.md."""
    lines = ["# Python", "", NOTE, "", INTRODUCTION]
    for title, names in GROUPS.items():
        lines += ["", f"## {title}", "", "| name | what it is |", "|---|---|"]
        lines += [f"| `{name}` | {_summary(name)} |" for name in names.split()]
        for name in names.split():
            lines += ["", f"::: {_place(name)}", "    options:", f"      heading: {name}"]
            lines += [f"      toc_label: {name}"]
    return "\n".join(lines) + "\n"


def _summary(name: str) -> str:
    """The first sentence of a docstring."""
    text = " ".join((inspect.getdoc(getattr(ph, name)) or "").split())
    return text.partition(". ")[0].rstrip(".").replace("|", "\\|")


def _place(name: str) -> str:
    """Where a name is defined: `phosphene.render` would be the module."""
    found: Any = getattr(ph, name)
    return f"{found.__module__}.{found.__qualname__}"
