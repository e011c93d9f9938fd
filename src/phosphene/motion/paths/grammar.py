"""Parses and writes the grammar of paths: `loop radius=0.5 + zoom factor=4`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from phosphene.core.errors import unknown
from phosphene.motion.paths.path import Spec, path_error
from phosphene.motion.paths.table import PATHS, row

Given = str | Spec | Sequence[str | Spec]


def read_paths(given: Given, *, files: bool = True) -> list[Spec]:
    """Paths as data, with every argument, from a text, a dictionary, or a list of these.

    Raises `UserError` for an invalid path, and without `files` for an argument that is a file.
    """
    parts: list[Any] = list(given) if isinstance(given, list | tuple) else [given]
    for part in parts:
        if not isinstance(part, str | dict):
            raise path_error(
                f"got {part!r:.60} ({type(part).__name__}); expected a text such as "
                "'zoom factor=4', a dictionary, or a list of these"
            )
    found: list[Spec] = []
    for part in parts:
        texts = _split(part) if isinstance(part, str) else [part]
        found += [_read(_words(t) if isinstance(t, str) else t, files) for t in texts]
    if not found:
        raise path_error(f"got nothing; expected one of {', '.join(PATHS)}")
    towards = [spec["path"] for spec in found if row(spec).blend(spec) is not None]
    if towards[1:]:
        raise path_error(
            f"{towards[0]} and {towards[1]}: each becomes another picture, and a film can become "
            "only one; make one film after the other"
            if towards[0] != towards[1]
            else f"{towards[0]} twice; make one film after the other"
        )
    return found


def _split(text: str) -> list[str]:
    """Splits at every + that is followed by a word, which should be the name of a path."""
    return [part.strip() for part in re.split(r"\+(?=\s*[A-Za-z]+(?:[ :+;]|$))", text)]


def _words(text: str) -> Spec:
    name, _, rest = re.sub(r"^(\w+):", r"\1 ", text).partition(" ")
    spec: Spec = {"path": name}
    try:
        words = shlex.split(rest.replace(";", " "))
    except ValueError as error:
        raise path_error(f"{text}: {error}") from None
    for word in words:
        key, equals, value = word.partition("=")
        bare = PATHS[name].bare if name in PATHS else ""
        if not equals and not bare:
            raise path_error(f"{text}: '{word}': expected name=value")
        spec |= {key: value} if equals else {bare: word}
    return spec


def _read(spec: Spec, files: bool) -> Spec:
    name = spec.get("path")
    if name not in PATHS:
        raise path_error(f"{unknown('path', str(name), PATHS)}")
    path = PATHS[name]
    made: Spec = {"path": name, **{n: a.default for n, a in path.arguments.items()}}
    for key, value in spec.items():
        if key in path.arguments:
            default = path.arguments[key].default
            same = value is None or value == default
            if not files and not same and path.arguments[key].is_file(value):
                raise path_error(
                    f"{name} {key}: got the path {value!r:.80}, but `files=False` opens no file"
                )
            made[key] = default if same else path.arguments[key].read(f"{name} {key}", value)
        elif key != "path" and path.open:
            where, read = path.open
            made[where] = {**(made[where] or {}), key: read(key, value)}
        elif key != "path":
            raise path_error(f"{name}: {unknown('argument', key, path.arguments)}")
    for key, argument in path.arguments.items():
        if argument.needed and not made[key]:
            raise path_error(f"{name}: lacks '{key}': {argument.description} ({path.description})")
    return made


def path_text(spec: Spec) -> str:
    """A path in the grammar, without defaults; another recipe is given by style and seed."""
    words = [str(spec["path"])]
    for name, argument in row(spec).arguments.items():
        value = spec.get(name)
        if value is not None and value != argument.default:
            words.append(argument.write(name, value))
    return " ".join(filter(None, words))
