"""Values that no program expects, and data changed by them."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

WHOLE = [0, -1, 1, 2, 3, 7, 60, 255, 256, 1000, 10**6, 2**31, 2**63, 10**30]
NUMBERS = [*WHOLE, 0.0, -0.0, 0.5, 1e-300, 1e300, -1e9, float("nan"), float("inf")]
WORDS = [
    *"x main0 low0 é 日本 ../../x - 1e999 nan __class__ sin( <img/src=x>".split(),
    "", " ", "\0", "\x1b[31m", "\ud800", "a" * 300, "x" * 5000,
]  # fmt: skip
texts = st.text(max_size=8)
KEYS = st.sampled_from(["kind", "x", "at", "name", "0", ""])
values = st.recursive(
    st.sampled_from([None, True, False, *NUMBERS, *WORDS]) | st.integers(-99, 99) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
factors, steps = st.sampled_from([0.5, 2, -1, 1.01]), st.integers(-1, 1)
ways = st.sampled_from(["near", "near", "put", "number", "remove", "double", "move"])


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values inside."""
    found = [path] if path else []
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            found += places(value, (*path, key))
    return found


def value_at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


@st.composite
def changed(draw: st.DrawFn, data: Any) -> Any:
    """The data with a few of its values replaced, removed, repeated, or put elsewhere."""
    data = copy.deepcopy(data)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 4]))):
        known = places(data)
        if not known:
            break
        path, how = draw(st.sampled_from(known)), draw(ways)
        place, last = value_at(data, path[:-1]), path[-1]
        old = place[last]
        if how == "remove":
            del place[last]
        elif how == "double" and isinstance(old, list):
            place[last] = old * draw(st.sampled_from([2, 3, 50]))
        elif how == "move":
            place[last] = copy.deepcopy(value_at(data, draw(st.sampled_from(known))))
        elif how == "near" and type(old) in (int, float):
            new = old * draw(factors) + draw(steps)
            place[last] = new if isinstance(old, float) else round(new)
        elif how == "number":
            place[last] = draw(st.sampled_from(NUMBERS))
        else:
            place[last] = draw(values)
    return data
