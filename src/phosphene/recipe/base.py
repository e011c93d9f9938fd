"""Building blocks of recipe models: frozen parts, catalogue names, seeds and points."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from phosphene.catalogue.other_words import OTHER_WORDS, catalogue_name
from phosphene.core.aliases import aliases, old_attribute
from phosphene.core.errors import RecipeError, UnknownNameError
from phosphene.core.limits import exceed, limits_in_force
from phosphene.recipe.explain import explain

K = TypeVar("K")
V = TypeVar("V")


def refuse_change() -> NoReturn:
    """Raises `TypeError`, as Python does for a tuple."""
    raise TypeError(
        "a recipe cannot be changed; recipe.replace({'palettes.A': 'ember'}) returns a changed copy"
    )


DEEPEST = 60  # dictionaries and lists in each other; recipes have 8


# Lists of numbers under these keys are arrays, and text under these is base64: limited by the file.
ARRAYS, ENCODED = {"weights", "biases", "shortcut"}, {"f32", "f64"}


def check_data(data: Any) -> None:
    """Raise `RecipeError` if a text in plain data is not valid Unicode, which JSON can express, or
    if the data is nested deeper than any recipe; `LimitError` if there is more of it than the
    limits in force allow.
    """
    _DataCheck().check(data, "", 0)


class _DataCheck:
    """Counts the values and characters of plain data while it checks them."""

    def __init__(self) -> None:
        self.values = self.characters = 0
        limits = limits_in_force()
        self.most = limits.values, limits.formulas

    def check(self, data: Any, path: str, depth: int) -> None:
        if depth > DEEPEST:
            raise RecipeError(f"{path[1:60]}...: nested too deeply to be a recipe")
        self.values += 1
        if self.values > self.most[0]:
            exceed("values")
        if isinstance(data, str):
            self._check_text(data, path)
        elif isinstance(data, dict):
            for key, value in data.items():
                self._check_text(key, path)
                inside = f"{path}.{key}"
                if key in ARRAYS and isinstance(value, list | tuple):
                    self._check_array(value, inside, depth + 1)
                elif key in ENCODED and isinstance(value, str):
                    check_unicode(value, inside)
                else:
                    self.check(value, inside, depth + 1)
        elif isinstance(data, list | tuple):
            for k, value in enumerate(data):
                self.check(value, f"{path}[{k}]", depth + 1)

    def _check_text(self, text: Any, path: str) -> None:
        if isinstance(text, str):
            check_unicode(text, path)
            self.characters += len(text)
            if self.characters > self.most[1]:
                exceed("formulas")

    def _check_array(self, data: Any, path: str, depth: int) -> None:
        """Nested lists of numbers, which are not counted."""
        for k, value in enumerate(data):
            if isinstance(value, list | tuple) and depth < DEEPEST:
                self._check_array(value, f"{path}[{k}]", depth + 1)
            elif not isinstance(value, int | float):
                self.check(value, f"{path}[{k}]", depth + 1)


def check_unicode(text: str, path: str = "") -> None:
    """Raise `RecipeError` if a text is not valid Unicode."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        where = f"{path.removeprefix('.')}: " if path else ""
        raise RecipeError(
            f"{where}a text contains {text[error.start]!a}, half of a surrogate pair; expected "
            "valid Unicode"
        ) from None


_MACHINERY = frozenset(name for name in dir(BaseModel) if not name.startswith("_"))


class _PartType(type(BaseModel)):
    """Completion of a part's class lists what parts define, without pydantic's own methods."""

    def __dir__(cls) -> list[str]:
        own = {name for part in cls.__mro__ if isinstance(part, _PartType) for name in vars(part)}
        fields: Any = getattr(cls, "model_fields", {})
        known = {*super().__dir__(), *fields}
        return sorted(known - (_MACHINERY - own) - {"model_config"})


class Part(BaseModel, metaclass=_PartType):
    """A frozen model that rejects unknown keys. Raises `RecipeError` with the path of the invalid
    value, what it was and what was expected.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    def __init__(self, /, **data: Any):
        check_data(data)
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise RecipeError(explain(error, type(self), data)) from None

    # With this pydantic flag, nested parts are validated without calling their constructors, so an
    # error inside a recipe is reported once, by the recipe, with its full path.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __dir__(self) -> list[str]:
        return dir(type(self))

    if not TYPE_CHECKING:  # type checkers must see only the fields

        def __setattr__(self, name: str, value: Any) -> None:
            refuse_change()

        def __delattr__(self, name: str) -> None:
            refuse_change()

        def __getattr__(self, name: str) -> Any:
            if name in aliases("attribute", type(self).__name__):
                return old_attribute(self, name)
            return super().__getattr__(name)


class FrozenDict(dict[K, V]):
    """A read-only dictionary. `dict(frozen)` is a mutable copy."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        refuse_change()

    __setitem__ = __delitem__ = __ior__ = _refuse  # type: ignore[assignment]
    clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        return type(self), (dict(self),)


class _ReadOnly:
    """Marks a `Mapping` field of a part: accepts any dictionary and stores a `FrozenDict`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            FrozenDict,
            handler.generate_schema(dict[get_args(source)]),  # type: ignore[misc]
        )


Named = Annotated[Mapping[K, V], _ReadOnly()]


def listed(value: Any) -> Any:
    """Wraps a single value in a list; lists and tuples are returned as they are."""
    return value if isinstance(value, list | tuple) else [value]


class KindPart(Part):
    """A part that is one of several kinds. Its kind alone, as a text, stands for it."""

    @model_validator(mode="before")
    @classmethod
    def _from_kind(cls, data: Any) -> Any:
        return {"kind": data} if isinstance(data, str) else data


def known(kind: str, names: Any, list_with: str = "") -> AfterValidator:
    """A validator that accepts only `names`, and other programs' words for them. It suggests the
    nearest name.
    """

    def check(name: str) -> str:
        if list_with in OTHER_WORDS:
            name = catalogue_name(list_with, name, names)
        if name not in names:
            raise UnknownNameError(kind, name, names, list_with=list_with)
        return name

    return AfterValidator(check)


def _seed(value: Any) -> Any:
    """Converts integers written as text to numbers: "42" and 42 are the same seed."""
    if hasattr(value, "__index__") and not isinstance(value, bool):
        value = operator.index(value)
        if abs(value) < 10**18:
            return value
        raise ValueError("a number as a seed has up to 18 digits; use a string for longer seeds")
    if isinstance(value, Mapping):
        return _keys(value)
    if not isinstance(value, str):
        raise ValueError(f"expected a whole number or a string, got {value!r}")
    if len(value) > 1000 or not value.isprintable():
        raise ValueError("a string as a seed has up to 1000 printable characters")
    if re.fullmatch(r"0|-?[1-9][0-9]{0,17}", value):
        return int(value)
    return value


def _keys(value: Mapping[Any, Any]) -> Mapping[str, str]:
    """A table of the keys of random streams, which `phosphene.networks.nameless` makes."""
    if not 1 <= len(value) <= MOST_STREAMS:
        raise ValueError(f"a seed of {len(value)} streams; expected 1 to {MOST_STREAMS:,}")
    for name, key in value.items():
        if not isinstance(name, str) or not 0 < len(name) <= 200 or not name.isprintable():
            raise ValueError(f"{name!r:.60} is not the name of a random stream")
        if not isinstance(key, str) or not re.fullmatch(r"[0-9a-f]{32}", key):
            raise ValueError(
                f"stream {name!r:.60}: got {key!r:.60}; expected a key of 32 hexadecimal digits"
            )
    return FrozenDict(value)


MOST_STREAMS = 10_000
Seed = Annotated[int | str | Named[str, str], BeforeValidator(_seed)]
Point = tuple[float, float]
_Length = Annotated[float, Field(gt=1e-6, lt=1e6)]
Period = tuple[_Length, _Length]
