"""Arrays and settings of another program, read by name, shape and range.

Every value is checked before it is returned; every fault is an `InputError` that names the array or
the setting, what came and what was expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import InputError, unknown
from phosphene.core.limits import require

Array = NDArray[Any]


class Weights:
    """Checked access to arrays and settings. Those that are not read are ignored."""

    def __init__(self, arrays: Mapping[str, Array], settings: Mapping[str, Any]):
        self.arrays, self.settings = arrays, settings
        self.sizes: dict[str, int] = {}  # of the arrays that have been read

    def array(self, name: str, *shape: int | None) -> Array:
        """The array of this name and shape (None: any size), checked to be finite."""
        if name not in self.arrays:
            shown = [n for n in self.arrays if not n.startswith("pixels")]
            raise InputError(f"array '{name}' is missing. {unknown('array', name, shown)}")
        found = np.asarray(self.arrays[name])
        if found.dtype.kind not in "fiu":
            raise InputError(f"array '{name}': got {found.dtype}; expected real numbers")
        fits = found.ndim == len(shape) and all(
            w is None or w == n for w, n in zip(shape, found.shape, strict=True)
        )
        if not fits or not found.size:
            wanted = ", ".join("any" if n is None else str(n) for n in shape)
            raise InputError(f"array '{name}': got shape {found.shape}; expected ({wanted})")
        self.sizes[name] = found.size
        require(weights=sum(self.sizes.values()))
        if not np.isfinite(found).all():
            where = [int(i) for i in np.argwhere(~np.isfinite(found))[0]]
            raise InputError(f"array '{name}': a number is not finite at {where}")
        return found

    def matrix(self, name: str, units: int | None, inputs: int | None, layout: str = "oi") -> Array:
        """Weights as (units, inputs); `layout` is "io" if they are stored as (inputs, units)."""
        if layout == "io":
            return self.array(name, inputs, units).T
        return self.array(name, units, inputs)

    def vector(self, name: str, units: int | None) -> Array:
        """Biases of shape (units,) or (1, units)."""
        flat = name not in self.arrays or np.ndim(self.arrays[name]) != 2
        return self.array(name, units) if flat else self.array(name, 1, units)[0]

    def numbered(
        self, pattern: str, first: int = 0, step: int = 1, count: int | None = None
    ) -> list[str]:
        """The names from a pattern such as "w_{}" for first, first + step, ...

        As many as exist, or `count`. Raises `InputError` if one is missing in between.
        """
        digits = re.escape(pattern).replace(r"\{\}", r"(\d+)")
        found = sorted(int(m[1]) for n in self.arrays if (m := re.fullmatch(digits, n)))
        wide = {len(m[1]) for n in self.arrays if (m := re.fullmatch(digits, n))}
        if count is None:
            count = (found[-1] - first) // step + 1 if found else 1
        width = wide.pop() if len(wide) == 1 else 0
        names: list[str] = []
        for k in range(count):
            names.append(pattern.format(str(first + step * k).zfill(width)))
            if names[-1] not in self.arrays:
                self.array(names[-1])  # raises the error that it is missing
        return names

    def number(self, name: str, default: float) -> float:
        value = self.settings.get(name, default)
        real = isinstance(value, int | float) and not isinstance(value, bool)
        if not real or not abs(value) < 1e300:
            raise InputError(f"settings.{name}: got {value!r}; expected a finite number")
        return float(value)

    def count(self, name: str, default: int | None) -> int | None:
        """The number of layers in a setting; `default` if it is not set."""
        value = self.settings.get(name, default)
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 256
        if value is not None and not whole:
            raise InputError(
                f"settings.{name}: got {value!r}; expected a whole number from 0 to 256"
            )
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.settings.get(name, default)
        if value not in (0, 1):
            raise InputError(f"settings.{name}: got {value!r}; expected true or false")
        return bool(value)

    def choice(self, name: str, default: str, known: Any) -> str:
        value = self.settings.get(name, default)
        if not isinstance(value, str) or value not in known:
            raise InputError(f"settings.{name}: {unknown(name.replace('_', ' '), value, known)}")
        return value

    def latent(self, size: int | None) -> list[float]:
        """z as a list, whatever the shape of its array; with `size` numbers, if that is given."""
        if "z" not in self.arrays:
            return [float(v) for v in self.array("z", size)]
        flat = Weights({"z": np.ravel(self.arrays["z"])}, {})
        return [float(v) for v in flat.array("z", size)]
