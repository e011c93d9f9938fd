"""Every catalogue as data: `ph.styles()`, `ph.palettes()`, ... and `phosphene list`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES, FIXED
from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.features import FEATURES, GENERATORS
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.other_words import OTHER_WORDS
from phosphene.catalogue.palettes import PALETTES
from phosphene.catalogue.sizes import DEFAULT_DPI, PAPERS, PRESETS
from phosphene.catalogue.statistics import STATISTICS
from phosphene.catalogue.vectors import VECTORS
from phosphene.catalogue.weights import BIASES, WEIGHTS
from phosphene.core.limits import LIMITS, Limits
from phosphene.engines import ENGINES
from phosphene.files import FORMATS, Option
from phosphene.files.film.formats import FILMS, FOLDER
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS
from phosphene.motion import PATHS
from phosphene.recipe import FIELDS
from phosphene.styles import STYLES

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """One entry of a catalogue: its description, its source ("" if it originates here), and the
    descriptions of its options: dials of a style, arguments of a path, options of a format.
    """

    name: str
    description: str
    source: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: _NONE)

    def __str__(self) -> str:
        return f"{self.description} ({self.source})" if self.source else self.description


Catalogue = dict[str, Entry]


class _Described(Protocol):
    @property
    def description(self) -> str: ...


def styles() -> Catalogue:
    """The styles, for `ph.style(name)` and anything that takes a recipe; options are dials."""
    return {
        name: _entry(
            name, str(style), {dial: description for dial, (_, description) in style.dials.items()}
        )
        for name, style in STYLES.items()
    }


def activations() -> Catalogue:
    """The activations of a network's units, then those that act across all units of a layer; last,
    other programs' words for them, which are accepted too.
    """
    single = {n: Entry(n, a.description, a.source) for n, a in ACTIVATIONS.items()}
    across = {n: Entry(n, f"across units: {a.description}", a.source) for n, a in ACROSS.items()}
    return single | across | _other_words("activations")


def architectures() -> Catalogue:
    """The network architectures."""
    return _texts({**ARCHITECTURES, **FIXED}) | _other_words("architectures")


def features() -> Catalogue:
    """The inputs of networks: names in formulas, and generators of several inputs."""
    return _from_rows(FEATURES) | _texts(GENERATORS) | _other_words("features")


def folds() -> Catalogue:
    """The symmetries that fold a network's plane."""
    return _from_rows(FOLDS)


def weights() -> Catalogue:
    """The distributions that weights are drawn from."""
    drawn = {name: Entry(name, w.description, w.source) for name, w in WEIGHTS.items()}
    return drawn | _other_words("weights")


def biases() -> Catalogue:
    """The distributions that biases are drawn from."""
    return _texts(BIASES)


def functions() -> Catalogue:
    """The words of the formula language."""
    same = {short: f"the same as {name}" for short, name in SPELLINGS.items()}
    vec = {"vec": "vec(a, b, c): a vector of three numbers, such as a colour"}
    words = _from_rows({**PRIMITIVES, **FUNCTIONS})
    return words | _texts(same | vec) | _from_rows(VECTORS) | _texts(STATISTICS)


def colour_spaces() -> Catalogue:
    """The colour spaces in which a shading's formulas may give colours."""
    return _from_rows(COLOUR_SPACES)


def palettes() -> Catalogue:
    """The palettes; the description of each is its colours from dark to light."""
    return _texts(PALETTES)


def fields() -> Catalogue:
    """The keywords that set values of a recipe, such as in `ph.render("silk", antialias=16)`."""
    return _texts({name: f"{found.path}: {found.description}" for name, found in FIELDS.items()})


def formats() -> Catalogue:
    """The formats of pictures, by suffix."""
    return {name: _entry(name, f.description, _options(f.options)) for name, f in FORMATS.items()}


def film_formats() -> Catalogue:
    """The formats of films, by suffix; "folder" is a folder of frames."""
    named = {"folder" if suffix == FOLDER else suffix: f for suffix, f in FILMS.items()}
    return {name: _entry(name, f.description, _options(f.options)) for name, f in named.items()}


def paths() -> Catalogue:
    """The paths that a film may follow; options are arguments, as in "zoom factor=8"."""
    return {
        name: _entry(
            name, path.description, {word: a.description for word, a in path.arguments.items()}
        )
        for name, path in PATHS.items()
    }


def engines() -> Catalogue:
    """The engines that evaluate programs."""
    return _from_rows(ENGINES)


def sizes() -> Catalogue:
    """The named sizes: screens and covers in pixels, paper in millimetres."""
    screens = {n: f"{w}x{h}: {description}" for n, (w, h, description) in PRESETS.items()}
    papers = {n: f"{w:g}x{h:g} mm: {description}" for n, (w, h, description) in PAPERS.items()}
    forms = {
        "a3-landscape": "420x297 mm: -landscape and -portrait work with any size",
        "a3@600dpi": f"any paper size at a resolution other than {DEFAULT_DPI} pixels per inch",
    }
    return _texts(screens | papers | forms)


def limits() -> Catalogue:
    """The limits of `ph.Limits`, with their defaults."""
    default = Limits()
    return _texts(
        {
            name: f"{limit.description} (default {getattr(default, name):,})"
            for name, limit in LIMITS.items()
        }
    )


# The catalogues of `phosphene list NAME`.
CATALOGUES: dict[str, Callable[[], Catalogue]] = {
    "styles": styles,
    "activations": activations,
    "architectures": architectures,
    "features": features,
    "folds": folds,
    "weights": weights,
    "biases": biases,
    "functions": functions,
    "colour-spaces": colour_spaces,
    "palettes": palettes,
    "fields": fields,
    "formats": formats,
    "film-formats": film_formats,
    "paths": paths,
    "engines": engines,
    "sizes": sizes,
    "limits": limits,
}


def _entry(name: str, description: str, options: Mapping[str, str]) -> Entry:
    return Entry(name, description, options=MappingProxyType(dict(options)))


def _texts(descriptions: Mapping[str, str]) -> Catalogue:
    return {name: Entry(name, description) for name, description in descriptions.items()}


def _from_rows(rows: Mapping[str, _Described]) -> Catalogue:
    return {name: Entry(name, row.description) for name, row in rows.items()}


def _other_words(catalogue: str) -> Catalogue:
    rows = OTHER_WORDS[catalogue].items()
    return {word: Entry(word, f"the same as {row.name}", row.source) for word, row in rows}


def _options(options: Mapping[str, Option]) -> dict[str, str]:
    return {
        name: f"{o.description}: {o.choices} (default {str(o.default).lower()})"
        for name, o in options.items()
    }
