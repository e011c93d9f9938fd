"""The state of a film at one time, relative to its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from phosphene.recipe import View


@dataclass(frozen=True)
class FrameState:
    """`z`: offsets added to the components of z (`main.z0`, ...); `changes`: recipe values by
    dotted path; `morph`: the progress towards another recipe, 0..1.
    """

    view: View
    z: Mapping[str, float] = field(default_factory=dict[str, float])
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    morph: float = 0.0

    def moved(self, offsets: Mapping[str, float]) -> FrameState:
        """The state with `offsets` added to z."""
        sums = {name: self.z.get(name, 0.0) + offset for name, offset in offsets.items()}
        return replace(self, z={**self.z, **sums})

    def looking(self, **changes: Any) -> FrameState:
        """The state with fields of its view replaced."""
        return replace(self, view=View(**(self.view.model_dump() | changes)))
