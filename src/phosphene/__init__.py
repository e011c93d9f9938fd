"""Phosphene: pictures from small neural networks that map a point of the plane to a colour.

    import phosphene as ph
    picture = ph.render(ph.style("silk", seed=7), size=(1920, 1080))
    picture.save("art.png")
    ph.open("art.png") == picture.recipe

Names are loaded on first use, so `import phosphene` is fast.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from phosphene.core.aliases import aliases, warn_renamed
from phosphene.core.version import __version__ as __version__

if TYPE_CHECKING:
    from phosphene.catalogues import Entry as Entry
    from phosphene.catalogues import activations as activations
    from phosphene.catalogues import architectures as architectures
    from phosphene.catalogues import biases as biases
    from phosphene.catalogues import colour_spaces as colour_spaces
    from phosphene.catalogues import engines as engines
    from phosphene.catalogues import features as features
    from phosphene.catalogues import fields as fields
    from phosphene.catalogues import film_formats as film_formats
    from phosphene.catalogues import folds as folds
    from phosphene.catalogues import formats as formats
    from phosphene.catalogues import functions as functions
    from phosphene.catalogues import limits as limits
    from phosphene.catalogues import palettes as palettes
    from phosphene.catalogues import paths as paths
    from phosphene.catalogues import sizes as sizes
    from phosphene.catalogues import styles as styles
    from phosphene.catalogues import weights as weights
    from phosphene.compiler.complexity import with_complexity as with_complexity
    from phosphene.core.errors import LimitError as LimitError
    from phosphene.core.errors import PhospheneError as PhospheneError
    from phosphene.core.errors import RecipeError as RecipeError
    from phosphene.core.errors import RecipeWarning as RecipeWarning
    from phosphene.core.errors import UserError as UserError
    from phosphene.core.limits import Limits as Limits
    from phosphene.files import open_recipe as open
    from phosphene.judge.check import check as check
    from phosphene.motion import Film as Film
    from phosphene.motion import GridFilm as GridFilm
    from phosphene.motion import animate as animate
    from phosphene.motion import animate_grid as animate_grid
    from phosphene.motion.load import open_film as open_film
    from phosphene.raster import Picture as Picture
    from phosphene.recipe import Biases as Biases
    from phosphene.recipe import Connection as Connection
    from phosphene.recipe import ExplicitNetwork as ExplicitNetwork
    from phosphene.recipe import Finish as Finish
    from phosphene.recipe import Fold as Fold
    from phosphene.recipe import Fourier as Fourier
    from phosphene.recipe import GraphNetwork as GraphNetwork
    from phosphene.recipe import Latent as Latent
    from phosphene.recipe import Layer as Layer
    from phosphene.recipe import Network as Network
    from phosphene.recipe import Radius as Radius
    from phosphene.recipe import RandomActivations as RandomActivations
    from phosphene.recipe import Recipe as Recipe
    from phosphene.recipe import Rings as Rings
    from phosphene.recipe import Shading as Shading
    from phosphene.recipe import Surface as Surface
    from phosphene.recipe import Symmetry as Symmetry
    from phosphene.recipe import Torus as Torus
    from phosphene.recipe import View as View
    from phosphene.recipe import Waves as Waves
    from phosphene.recipe import Weights as Weights
    from phosphene.render import render as render
    from phosphene.render import render_file as render_file
    from phosphene.render.dask_array import as_dask_array as as_dask_array
    from phosphene.render.network_svg import network_svg as network_svg
    from phosphene.render.sheets import Sheet as Sheet
    from phosphene.render.sheets import grid as grid
    from phosphene.render.sheets import sheet as sheet
    from phosphene.render.textures import textures as textures
    from phosphene.sources import as_recipe as as_recipe
    from phosphene.sources import invert_palettes as invert_palettes
    from phosphene.sources import recolour as recolour
    from phosphene.styles import style as style


_PLACES = {
    "Biases": ("phosphene.recipe", "Biases"),
    "Connection": ("phosphene.recipe", "Connection"),
    "Entry": ("phosphene.catalogues", "Entry"),
    "ExplicitNetwork": ("phosphene.recipe", "ExplicitNetwork"),
    "Film": ("phosphene.motion", "Film"),
    "Finish": ("phosphene.recipe", "Finish"),
    "Fold": ("phosphene.recipe", "Fold"),
    "Fourier": ("phosphene.recipe", "Fourier"),
    "GraphNetwork": ("phosphene.recipe", "GraphNetwork"),
    "GridFilm": ("phosphene.motion", "GridFilm"),
    "Latent": ("phosphene.recipe", "Latent"),
    "Layer": ("phosphene.recipe", "Layer"),
    "LimitError": ("phosphene.core.errors", "LimitError"),
    "Limits": ("phosphene.core.limits", "Limits"),
    "Network": ("phosphene.recipe", "Network"),
    "PhospheneError": ("phosphene.core.errors", "PhospheneError"),
    "Picture": ("phosphene.raster", "Picture"),
    "Radius": ("phosphene.recipe", "Radius"),
    "RandomActivations": ("phosphene.recipe", "RandomActivations"),
    "Recipe": ("phosphene.recipe", "Recipe"),
    "RecipeError": ("phosphene.core.errors", "RecipeError"),
    "RecipeWarning": ("phosphene.core.errors", "RecipeWarning"),
    "Rings": ("phosphene.recipe", "Rings"),
    "Shading": ("phosphene.recipe", "Shading"),
    "Sheet": ("phosphene.render.sheets", "Sheet"),
    "Surface": ("phosphene.recipe", "Surface"),
    "Symmetry": ("phosphene.recipe", "Symmetry"),
    "Torus": ("phosphene.recipe", "Torus"),
    "UserError": ("phosphene.core.errors", "UserError"),
    "View": ("phosphene.recipe", "View"),
    "Waves": ("phosphene.recipe", "Waves"),
    "Weights": ("phosphene.recipe", "Weights"),
    "activations": ("phosphene.catalogues", "activations"),
    "animate": ("phosphene.motion", "animate"),
    "animate_grid": ("phosphene.motion", "animate_grid"),
    "architectures": ("phosphene.catalogues", "architectures"),
    "as_dask_array": ("phosphene.render.dask_array", "as_dask_array"),
    "as_recipe": ("phosphene.sources", "as_recipe"),
    "biases": ("phosphene.catalogues", "biases"),
    "check": ("phosphene.judge.check", "check"),
    "colour_spaces": ("phosphene.catalogues", "colour_spaces"),
    "engines": ("phosphene.catalogues", "engines"),
    "features": ("phosphene.catalogues", "features"),
    "fields": ("phosphene.catalogues", "fields"),
    "film_formats": ("phosphene.catalogues", "film_formats"),
    "folds": ("phosphene.catalogues", "folds"),
    "formats": ("phosphene.catalogues", "formats"),
    "functions": ("phosphene.catalogues", "functions"),
    "grid": ("phosphene.render.sheets", "grid"),
    "invert_palettes": ("phosphene.sources", "invert_palettes"),
    "limits": ("phosphene.catalogues", "limits"),
    "network_svg": ("phosphene.render.network_svg", "network_svg"),
    "open": ("phosphene.files", "open_recipe"),
    "open_film": ("phosphene.motion.load", "open_film"),
    "palettes": ("phosphene.catalogues", "palettes"),
    "paths": ("phosphene.catalogues", "paths"),
    "recolour": ("phosphene.sources", "recolour"),
    "render": ("phosphene.render", "render"),
    "render_file": ("phosphene.render", "render_file"),
    "sheet": ("phosphene.render.sheets", "sheet"),
    "sizes": ("phosphene.catalogues", "sizes"),
    "style": ("phosphene.styles", "style"),
    "styles": ("phosphene.catalogues", "styles"),
    "textures": ("phosphene.render.textures", "textures"),
    "weights": ("phosphene.catalogues", "weights"),
    "with_complexity": ("phosphene.compiler.complexity", "with_complexity"),
}

__all__ = [
    "Biases",
    "Connection",
    "Entry",
    "ExplicitNetwork",
    "Film",
    "Finish",
    "Fold",
    "Fourier",
    "GraphNetwork",
    "GridFilm",
    "Latent",
    "Layer",
    "LimitError",
    "Limits",
    "Network",
    "PhospheneError",
    "Picture",
    "Radius",
    "RandomActivations",
    "Recipe",
    "RecipeError",
    "RecipeWarning",
    "Rings",
    "Shading",
    "Sheet",
    "Surface",
    "Symmetry",
    "Torus",
    "UserError",
    "View",
    "Waves",
    "Weights",
    "activations",
    "animate",
    "animate_grid",
    "architectures",
    "as_dask_array",
    "as_recipe",
    "biases",
    "check",
    "colour_spaces",
    "engines",
    "features",
    "fields",
    "film_formats",
    "folds",
    "formats",
    "functions",
    "grid",
    "invert_palettes",
    "limits",
    "network_svg",
    "open",
    "open_film",
    "palettes",
    "paths",
    "recolour",
    "render",
    "render_file",
    "sheet",
    "sizes",
    "style",
    "styles",
    "textures",
    "weights",
    "with_complexity",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        new = aliases("name").get(name)
        if new is None:
            raise AttributeError(f"module 'phosphene' has no attribute '{name}'")
        warn_renamed(f"phosphene.{name}", f"phosphene.{new}")
        name = new
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


class _Package(ModuleType):
    """Keeps public names that are also subpackages (`ph.render`, `phosphene/render/`) callable:
    importing the subpackage must not replace the function, as Python does by default.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
