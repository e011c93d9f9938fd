"""What all parts of a recipe are made of: frozen models, names of catalogues, seeds, places."""

from __future__ import annotations

import operator
import re
import warnings
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from phosphene.core.errors import unknown
from phosphene.recipe.old_keys import OLD_KEYS


class Part(BaseModel):
    """A frozen model that knows no other keys than its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    if not TYPE_CHECKING:  # type checkers must see no attribute but the fields

        def __getattr__(self, name: str) -> Any:
            today = OLD_KEYS.get(type(self).__name__, {}).get(name)
            if today is None:
                return super().__getattr__(name)
            where = type(self).__name__
            warnings.warn(
                f"{where}.{name} is now {where}.{today}", DeprecationWarning, stacklevel=2
            )
            return getattr(self, today)


def known(kind: str, names: Any, list_with: str = "") -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(unknown(kind, name, names, list_with=list_with))
        return name

    return AfterValidator(check)


def _seed(value: Any) -> Any:
    """Whole numbers written as text are numbers: "42" and 42 are one seed."""
    if hasattr(value, "__index__") and not isinstance(value, bool):
        value = operator.index(value)
        if abs(value) < 10**18:
            return value
        raise ValueError("a whole number as a seed has up to 18 digits; any text will do too")
    if not isinstance(value, str):
        raise ValueError(f"expected a whole number or a text, got {value!r}")
    if len(value) > 1000 or not value.isprintable():
        raise ValueError("a text as a seed has up to 1000 characters that can be printed")
    if re.fullmatch(r"0|-?[1-9][0-9]{0,17}", value):
        return int(value)
    return value


Seed = Annotated[int | str, BeforeValidator(_seed)]
Point = tuple[float, float]
_Length = Annotated[float, Field(gt=1e-6, lt=1e6)]
Period = tuple[_Length, _Length]
