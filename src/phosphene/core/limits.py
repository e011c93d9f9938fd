"""Limits on what recipes and files may cost, and the limits in force.

Work begins only if its cost is within the limits. Functions that read or paint take `limits=`: it
is in force while they run, also in the threads that they start. Everything below calls `require`
and does not pass limits on.
"""

from __future__ import annotations

import functools
import inspect
import math
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple, NoReturn, ParamSpec, Self, TypeVar

from phosphene.core.errors import LimitError, UserError

P = ParamSpec("P")
R = TypeVar("R")


class Limit(NamedTuple):
    """What a limit counts: a plural for messages, and a description."""

    unit: str
    description: str


LIMITS: dict[str, Limit] = {
    "weights": Limit("weights", "weights and biases of the networks that a picture uses"),
    "nodes": Limit("formula nodes", "nodes of all formulas, with every at(...) written out"),
    "operations": Limit("operations per sample", "multiply-adds for one sample of a pixel"),
    "sampling": Limit("operations per pixel", "multiply-adds for all samples of a pixel"),
    "probe": Limit("operations on the probe", "multiply-adds for norms and statistics"),
    "memory": Limit("bytes on the probe", "bytes of the values that norms and statistics need"),
    "tables": Limit("table entries", "entries of palettes and measured distributions"),
    "values": Limit("values in the recipe", "numbers, texts, lists and objects of a recipe"),
    "formulas": Limit("characters", "characters of all formulas and other texts of a recipe"),
    "text": Limit(
        "bytes of text",
        "bytes of a JSON recipe, or of the texts in a file; a list, an object, a key or a string "
        "counts as 64 or more",
    ),
    "pixels": Limit("pixels", "pixels decoded from a file, all pages and frames together"),
    "arrays": Limit("bytes of arrays", "bytes of the arrays in a file of weights or pixels"),
    "frames": Limit("frames", "frames of a film"),
    "seconds": Limit("seconds", "seconds that preparing one recipe may take"),
}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that a recipe or a file may ask for; `phosphene list limits` describes each number.

    `Limits(weights=10_000_000)` raises one limit and keeps the other defaults; `Limits.none()` has
    none. As a context manager it is in force inside the block: `with ph.Limits(weights=1e7): ...`.
    Raises `UserError` for anything but numbers from 0 on; `math.inf` is no limit.
    """

    weights: float = 4_000_000
    nodes: float = 200_000
    operations: float = 1_000_000
    sampling: float = 20_000_000
    probe: float = 40_000_000_000
    memory: float = 400_000_000
    tables: float = 1_000_000
    values: float = 100_000
    formulas: float = 100_000
    text: float = 16 << 20
    pixels: float = 512_000_000
    arrays: float = 256 << 20
    frames: float = 100_000
    seconds: float = 60

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not value >= 0:
                raise UserError(
                    f"got {name}={value!r:.60}; expected a number from 0 on", argument="limits"
                )

    @classmethod
    def none(cls) -> Limits:
        """No limits."""
        return cls(**{field.name: math.inf for field in fields(cls)})

    def __enter__(self) -> Self:
        _in_force.set((*_in_force.get(), self))
        return self

    def __exit__(self, *_: object) -> None:
        _in_force.set(_in_force.get()[:-1])


# Those of the blocks that the calling code is in; the last is in force.
_in_force: ContextVar[tuple[Limits, ...]] = ContextVar("limits", default=(Limits(),))


def limits_in_force() -> Limits:
    """The limits that apply to the calling code."""
    return _in_force.get()[-1]


def limited(limits: Limits | None) -> AbstractContextManager[Any]:
    """A context manager: `limits` are in force inside; None keeps those that are. Raises
    `UserError` for anything else.
    """
    if limits is not None and not isinstance(limits, Limits):
        raise UserError(
            f"got {limits!r:.60}; expected ph.Limits(...) or ph.Limits.none()", argument="limits"
        )
    return limits or nullcontext()


def with_limits(function: Callable[P, R]) -> Callable[P, R]:
    """A decorator: the function's keyword `limits` is in force while it runs."""
    assert "limits" in inspect.signature(function).parameters, function

    @functools.wraps(function)
    def wrapper(*args: P.args, **given: P.kwargs) -> R:
        limits: Any = given.get("limits")
        with limited(limits):
            return function(*args, **given)

    wrapper.__kwdefaults__ = function.__kwdefaults__  # type: ignore[attr-defined]
    return wrapper


def require(where: str = "", **asked: float) -> None:
    """Raise `LimitError` if any of the numbers, by the names of `LIMITS`, is above its limit.

    `where` is what asks for it, such as the name of a file.
    """
    limits = limits_in_force()
    above = {name: number for name, number in asked.items() if number > getattr(limits, name)}
    if above:
        _refuse(where, above)


_deadline: ContextVar[float] = ContextVar("deadline", default=math.inf)


@contextmanager
def time_limited() -> Generator[None]:
    """A context manager: work inside that calls `check_time` may take the limit of seconds. It is a
    backstop; what work costs is checked before it begins.
    """
    token = _deadline.set(min(_deadline.get(), time.monotonic() + limits_in_force().seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def check_time() -> None:
    """Raise `LimitError` if the time for the work in progress is over."""
    if time.monotonic() > _deadline.get():
        exceed("seconds")


def exceed(name: str, where: str = "") -> NoReturn:
    """Raise `LimitError` for a limit that is exceeded by an unknown amount, because reading stopped
    there.
    """
    _refuse(where, {name: math.inf})


def _refuse(where: str, above: Mapping[str, float]) -> NoReturn:
    limits = limits_in_force()
    found = [_found(name, number, getattr(limits, name)) for name, number in above.items()]
    enough = ", ".join(f"{name}={_enough(number)}" for name, number in above.items())
    text = f"{where}: " if where else ""
    raise LimitError(
        f"{text}needs {'; '.join(found)}. If you trust it, raise the limit: "
        f"`limits=ph.Limits({enough})`",
        limits=(*above,),
    )


def _found(name: str, number: float, limit: float) -> str:
    unit, most = LIMITS[name].unit, f"{limit:,.15g}"
    if math.isinf(number):
        return f"more than {most} {unit}, which is the limit"
    return f"{math.ceil(number):,} {unit}, more than the limit of {most}"


def _enough(number: float) -> str:
    """A limit that allows the number: the number rounded up to two digits."""
    if math.isinf(number):
        return "math.inf"
    size = 10 ** max(0, len(str(math.ceil(number))) - 2)
    return str(math.ceil(number / size) * size)
