"""Validation errors as messages: where, what was given, what was expected, the nearest name."""

from __future__ import annotations

import re
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from phosphene.catalogue.features import GENERATORS
from phosphene.core.errors import UnknownNameError, unknown
from phosphene.core.extras import update_advice
from phosphene.core.version import __version__
from phosphene.recipe.needs import is_newer

_TAGS = {
    "Network", "ExplicitNetwork", "GraphNetwork", "formula", "one", "shared out", "listed",
    "random", "int", "str",
}  # fmt: skip
# What is expected, by the type of pydantic's error.
_PLAIN = {
    "tuple_type": "a list in brackets",
    "list_type": "a list in brackets",
    "dict_type": "an object with names as keys",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "too_short": "a length of at least {min_length}",
    "too_long": "a length of at most {max_length}",
    "string_pattern_mismatch": "a name of letters, with single underscores between them",
}
_EXPECTED = re.compile(r"^(\w+) should (be|have|match) ")
_OWN = {"networks", "palettes", "params", "let"}


def explain(error: ValidationError, model: type[BaseModel], data: Any = None) -> str:
    """The first error in `data`, and how many more there are. If `data` says that it `needs` a
    newer version than this one, the error may be valid there, so the message names that version.
    """
    found = error.errors(include_url=False)
    # pydantic reports the outer part too
    outer = {f["loc"][:k] for f in found for k in range(len(f["loc"]))}
    faults = [f for f in found if f["loc"] not in outer]
    first = faults[0]
    before = ("", *first["loc"])  # a user's name may equal a tag: a network named "torus"
    place = [p for b, p in zip(before, first["loc"], strict=False) if b in _OWN or not _is_tag(p)]
    text, where = _problem(first, place, model), _path(place)
    needs = data.get("needs") if isinstance(data, dict) else None
    if is_newer(needs):
        newer = f"needs phosphene {needs} or newer, this is {__version__}; {update_advice()}"
        strange = first["type"] == "extra_forbidden"
        return f"{where}: {newer}" if strange else f"{where}: {text} (the recipe {newer})"
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{where}: {text}{more}" if where else f"{text}{more}"


def _is_tag(part: Any) -> bool:
    if not isinstance(part, str):
        return False
    return (
        part == "[key]"
        or part in _TAGS | GENERATORS.keys()
        or part.startswith(("tuple[", "literal[", "function-", "constrained-"))
    )


def _path(place: list[Any]) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _problem(fault: Any, place: list[Any], model: type[BaseModel]) -> str:
    came = fault.get("input")
    shown = _shown(came)
    if fault["type"] == "extra_forbidden":
        fields = _fields(model, fault["loc"][:-1])
        return unknown("key", str(place[-1]), fields)
    if fault["type"] == "missing":
        return f"missing in {shown}"
    if fault["type"] == "value_error":
        problem = fault["ctx"]["error"]
        return problem.explained() if isinstance(problem, UnknownNameError) else str(problem)
    if fault["type"] == "union_tag_invalid":
        expected = fault["ctx"]["expected_tags"].replace("'formula', ", "")
        return f"got {shown}; expected a formula text or one of the kinds {expected}"
    if fault["type"] in _PLAIN:
        return f"got {shown}; expected {_PLAIN[fault['type']].format(**fault.get('ctx', {}))}"
    text = fault["msg"][0].lower() + fault["msg"][1:]
    return f"got {shown}; expected {_EXPECTED.sub(_expected, text, count=1)}"


def _expected(found: re.Match[str]) -> str:
    """What pydantic says should be, as what is expected: "value should have" becomes "a value
    with", "keys should be" becomes "keys that are".
    """
    what, verb = found.groups()
    if what == "input" and verb == "be":
        return "a value " if found.string[found.end() :].startswith(("greater", "less")) else ""
    subject = what if what.endswith("s") else f"{'an' if what == 'input' else 'a'} {what}"
    words = {"have": "with", "match": "that matches", "be": "that are"}
    return f"{subject} {words[verb]} "


def _shown(value: Any) -> str:
    """A value in a message, or its type if it is long."""
    try:
        text = repr(value)
    except RecursionError:
        return f"{type(value).__name__} nested too deeply"
    return text if len(text) < 60 else type(value).__name__


def _fields(model: Any, place: tuple[Any, ...]) -> set[str]:
    """The field names of the model at a location; a tag in it selects one of the alternatives."""
    models = _models(model)
    for part in place:
        tagged = {m for m in models if part in (m.__name__, m.__name__.lower())}
        if tagged:
            models = tagged
        if _is_tag(part):
            continue
        inner: set[type[BaseModel]] = set()
        for m in models:
            if part in m.model_fields:
                inner |= _models(m.model_fields[part].annotation)
            else:
                inner.add(m)
        models = inner
    return {name for m in models for name in m.model_fields}


def _models(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(_models(a) for a in get_args(annotation)), set())
