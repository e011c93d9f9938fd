"""What a film shows at a time, as it differs from its recipe, and what paths are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from phosphene.compiler import latents
from phosphene.core.errors import RecipeError, UserError, unknown
from phosphene.recipe import Generated, Recipe, View


@dataclass(frozen=True)
class FrameState:
    """`z`: what is added to the parts of z (`main.z0`, ...); `changes`: recipe values by dotted
    path; `morph`: the share of the way to another recipe, 0..1.
    """

    view: View
    z: Mapping[str, float] = field(default_factory=dict[str, float])
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    morph: float = 0.0

    def moved(self, offsets: Mapping[str, float]) -> FrameState:
        """With more added to z."""
        sums = {name: self.z.get(name, 0.0) + offset for name, offset in offsets.items()}
        return replace(self, z={**self.z, **sums})

    def looking(self, **changes: Any) -> FrameState:
        """With another view."""
        return replace(self, view=View(**(self.view.model_dump() | changes)))


Move = Callable[[FrameState, float], FrameState]
Spec = dict[str, Any]  # a path as data: {"path": its name, and every argument}


def name_of(path: str, spec: Spec) -> str:
    return f"--path {path} {spec}"


def read_number(name: str, value: Any) -> float:
    """Raises `UserError` for what is no finite number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not abs(number) < 1e9:
        raise UserError(f"--path {name}: got {value!r}; expected a number")
    return number


def read_whole(name: str, value: Any) -> int:
    number = read_number(name, value)
    if number != int(number):
        raise UserError(f"--path {name}: got {value!r}; expected a whole number")
    return int(number)


def read_switch(name: str, value: Any) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if str(value).lower() not in words:
        raise UserError(f"--path {name}: got {value!r}; expected yes or no")
    return words[str(value).lower()]


def one_of(*names: str) -> Callable[[str, Any], str]:
    def read(name: str, value: Any) -> str:
        if value not in names:
            raise UserError(f"--path {name}: {unknown('value', str(value), names)}")
        return str(value)

    return read


def z_names(path: str, recipe: Recipe) -> list[str]:
    """The names of all parts of z. Raises `RecipeError` where there are none."""
    names = list(latents(recipe))
    if not names:
        raise RecipeError(
            f"--path {path}: the recipe has no latent vector z to move through. zoom, pan, rotate, "
            "sweep and morph work with every recipe"
        )
    return names


def ensure_latent(recipe: Recipe, size: int = 8) -> Recipe:
    """The recipe; where it has no latent vector but a drawn network could have one, with one of
    zeros, which changes no pixel as long as it stays there.
    """
    if latents(recipe):
        return recipe
    changes: dict[str, Any] = {}
    for name, network in recipe.networks.items():
        if isinstance(network, Generated):
            where = f"networks.{name}.latent"
            changes[where] = {"size": size, "values": [0.0] * size}
    return recipe.replace(changes) if changes else recipe


def there_and_back(t: float, back: bool) -> float:
    """0..1, or with `back` 0..1..0."""
    if not back:
        return t
    return 2.0 * t if t <= 0.5 else 2.0 - 2.0 * t
