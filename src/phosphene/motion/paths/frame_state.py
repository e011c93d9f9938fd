"""What a film shows at a time, as it differs from its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from phosphene.recipe import View


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
