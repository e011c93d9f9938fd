"""phosphene list"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated

import typer

from phosphene.cli.options import Json
from phosphene.core.errors import UserError, unknown

EXAMPLE = "phosphene list activations"

Rows = list[tuple[str, str]]


def _activations() -> Rows:
    from phosphene.catalogue.activations import ACROSS, ACTIVATIONS

    single = [(n, f"{a.says} ({a.source})") for n, a in ACTIVATIONS.items()]
    return single + [(n, f"across units: {a.says} ({a.source})") for n, a in ACROSS.items()]


def _features() -> Rows:
    from phosphene.catalogue.features import FEATURES, GENERATORS

    return [(n, f.says) for n, f in FEATURES.items()] + list(GENERATORS.items())


def _folds() -> Rows:
    from phosphene.catalogue.folds import FOLDS

    return [(n, f.says) for n, f in FOLDS.items()]


def _weights() -> Rows:
    from phosphene.catalogue.weights import WEIGHTS

    return [(n, f"{w.says} ({w.source})") for n, w in WEIGHTS.items()]


def _biases() -> Rows:
    from phosphene.catalogue.weights import BIASES

    return list(BIASES.items())


def _colour_spaces() -> Rows:
    from phosphene.catalogue.colour_spaces import COLOUR_SPACES

    return [(n, e.says) for n, e in COLOUR_SPACES.items()]


def _palettes() -> Rows:
    from phosphene.catalogue.palettes import PALETTES

    return list(PALETTES.items())


def _functions() -> Rows:
    from phosphene.catalogue.statistics import STATISTICS
    from phosphene.catalogue.vectors import VECTORS
    from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS

    words = [(n, w.says) for n, w in {**PRIMITIVES, **FUNCTIONS}.items()]
    spelled = [(short, f"the same as {name}") for short, name in SPELLINGS.items()]
    vector = ("vec", "vec(a, b, c): three numbers taken together, such as a colour")
    vectors = [(name, word.says) for name, word in VECTORS.items()]
    return [*words, *spelled, vector, *vectors, *STATISTICS.items()]


def _architectures() -> Rows:
    from phosphene.catalogue.architectures import ARCHITECTURES, FIXED

    return [*ARCHITECTURES.items(), *FIXED.items()]


def _paths() -> Rows:
    from phosphene.motion import PATHS

    rows: Rows = []
    for name, path in PATHS.items():
        rows.append((name, path.says))
        rows += [(f"{name} {word}", argument.says) for word, argument in path.arguments.items()]
    return rows


def _styles() -> Rows:
    from phosphene.styles import STYLES

    return [(n, str(s)) for n, s in STYLES.items()]


def _formats() -> Rows:
    from phosphene.files import FORMATS
    from phosphene.files.film.formats import FILMS, FOLDER

    rows: Rows = []
    films = {"folder" if suffix == FOLDER else f"{suffix} film": f for suffix, f in FILMS.items()}
    for suffix, found in {**FORMATS, **films}.items():
        rows.append((suffix, found.says))
        for name, option in found.options.items():
            default = str(option.default).lower()
            says = f"{option.says}: {option.choices} (default {default})"
            rows.append((f"{suffix} {name}", says))
    return rows


def _engines() -> Rows:
    from phosphene.engines import ENGINES

    return [(name, row.says) for name, row in ENGINES.items()]


def _sizes() -> Rows:
    from phosphene.catalogue.sizes import DEFAULT_DPI, PAPERS, PRESETS

    screens = [(n, f"{w}x{h}: {says}") for n, (w, h, says) in PRESETS.items()]
    papers = [(n, f"{w:g}x{h:g} mm: {says}") for n, (w, h, says) in PAPERS.items()]
    lying = ("a3-landscape", "420x297 mm: -landscape and -portrait turn any size")
    finer = ("a3@600dpi", f"any paper in other than {DEFAULT_DPI} pixels per inch")
    return [*screens, *papers, lying, finer]


def _fields() -> Rows:
    from phosphene.recipe import FIELDS

    return [(n, f"{f.path}: {f.says}") for n, f in FIELDS.items()]


LISTS: dict[str, Callable[[], Rows]] = {
    "styles": _styles,
    "activations": _activations,
    "architectures": _architectures,
    "features": _features,
    "folds": _folds,
    "weights": _weights,
    "biases": _biases,
    "functions": _functions,
    "colour-spaces": _colour_spaces,
    "palettes": _palettes,
    "fields": _fields,
    "formats": _formats,
    "paths": _paths,
    "engines": _engines,
    "sizes": _sizes,
}

OLD_LISTS = {"endings": "colour-spaces"}


def list_command(
    what: Annotated[str | None, typer.Argument(metavar="CATALOGUE", help=", ".join(LISTS))] = None,
    as_json: Json = False,
) -> None:
    """Print a catalogue: names and what they mean. Without a name, all of them."""
    what = OLD_LISTS.get(what, what) if what else what
    if what is not None and what not in LISTS:
        raise UserError(unknown("catalogue", what, LISTS))
    chosen = {name: rows() for name, rows in LISTS.items() if what in (None, name)}
    if as_json:
        data = {name: dict(rows) for name, rows in chosen.items()}
        print(json.dumps(data if what is None else data[what], indent=1, ensure_ascii=False))
        return
    for name, rows in chosen.items():
        if what is None:
            print(f"\n{name}")
        wide = max(len(n) for n, _ in rows)
        for entry, says in rows:
            print(f"{entry:<{wide}}  {says}")
