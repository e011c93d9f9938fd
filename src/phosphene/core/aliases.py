"""Old names that keep working for one release: one table for Python and for the command line.

Remove a row in the release after `since`. Python warns with a DeprecationWarning, the command line
with one line on stderr.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, NamedTuple, ParamSpec, TypeVar

from phosphene.core.errors import UserError

Kind = Literal["name", "attribute", "keyword", "command", "option", "word"]
P = ParamSpec("P")
R = TypeVar("R")


class Alias(NamedTuple):
    """An old name of something that is now called `new`, since a version.

    `where` limits it: the class of an attribute, the command of an option or of a "word", which is
    an argument that is no option; "" is everywhere.
    """

    kind: Kind
    old: str
    new: str
    since: str
    where: str = ""


ALIASES: tuple[Alias, ...] = (
    Alias("name", "maps", "textures", "0.2"),
    Alias("name", "twin", "invert_palettes", "0.2"),
    Alias("keyword", "force", "overwrite", "0.2"),
    Alias("keyword", "twin", "invert_palettes", "0.2"),
    Alias("keyword", "strength", "slope", "0.2"),
    Alias("attribute", "pixels", "float", "0.2", "Picture"),
    Alias("attribute", "bytes", "uint8", "0.2", "Picture"),
    Alias("attribute", "pixels", "uint8", "0.2", "Sheet"),
    Alias("attribute", "told", "notes", "0.2", "Sheet"),
    Alias("attribute", "told", "notes", "0.2", "Film"),
    Alias("attribute", "stage", "renderer", "0.2", "Film"),
    Alias("attribute", "moment", "state", "0.2", "Film"),
    Alias("attribute", "moments", "states", "0.2", "Film"),
    Alias("attribute", "says", "message", "0.2", "Verdict"),
    Alias("attribute", "stage", "renderer", "0.2", "GridFilm"),
    Alias("attribute", "moments", "states", "0.2", "GridFilm"),
    Alias("command", "maps", "textures", "0.2"),
    Alias("command", "neural-painter", "compat neural-painter", "0.2"),
    Alias("command", "huenermann", "compat huenermann", "0.2"),
    Alias("word", "endings", "colour-spaces", "0.2", "list"),
    Alias("option", "--any", "--no-gate", "0.2"),
    Alias("option", "--twin yes", "--invert-palettes", "0.2"),
    Alias("option", "--twin no", "--no-invert-palettes", "0.2"),
    Alias("option", "--uneven", "--no-even", "0.2"),
    Alias("option", "--frames-shown", "--thumbnails", "0.2", "strip"),
    Alias("option", "--relief", "--height", "0.2", "maps"),
    Alias("attribute", "ending", "colour_space", "0.2", "Shading"),
    Alias("attribute", "still", "fixed_latent", "0.2", "Shading"),
    Alias("attribute", "norm_tiny", "epsilon", "0.2", "Network"),
    Alias("attribute", "norm_tiny", "epsilon", "0.2", "Layer"),
)


def aliases(kind: Kind, where: str = "") -> dict[str, str]:
    """A mapping from old names to new ones, of one kind and place."""
    return {a.old: a.new for a in ALIASES if a.kind == kind and a.where in ("", where)}


def warn_renamed(old: str, new: str, *, depth: int = 2) -> None:
    """Issue a DeprecationWarning for the line that used the old name, `depth` calls up."""
    text = f"{old} is now {new}; the old name works for one release"
    warnings.warn(text, DeprecationWarning, stacklevel=depth + 1)


def old_attribute(owner: object, name: str) -> Any:
    """The attribute under its new name, with a warning; call it from a class's `__getattr__`.
    Raises `AttributeError` for a name that never existed.
    """
    kind = type(owner).__name__
    new = aliases("attribute", kind).get(name)
    if new is None:
        raise AttributeError(f"'{kind}' object has no attribute '{name}'")
    warn_renamed(f"{kind}.{name}", f"{kind}.{new}", depth=3)
    return getattr(owner, new)


def old_keywords(function: Callable[P, R]) -> Callable[P, R]:
    """A decorator: the function also accepts the old names of its keywords, with a warning."""
    own = function.__kwdefaults__ or {}
    renamed = {old: new for old, new in aliases("keyword").items() if new in own}

    @wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        for old in renamed.keys() & kwargs:
            new = renamed[old]
            if new in kwargs:
                raise UserError(f"{old} and {new} are two names of one keyword; use only {new}")
            warn_renamed(f"{old}=", f"{new}=")
            kwargs[new] = kwargs.pop(old)
        return function(*args, **kwargs)

    return wrapper
