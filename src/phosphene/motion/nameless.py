"""Films without names that pixels do not need, as `phosphene.networks.nameless` for recipes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.latent import path_seed
from phosphene.motion.paths.path import Spec
from phosphene.motion.paths.table import row
from phosphene.networks.nameless import Recorder, nameless
from phosphene.recipe import Recipe


def nameless_path(moving: Recipe, spec: Spec) -> Spec:
    """A path of a film with a table of keys as its seed, and without names in a recipe that it
    leads to. `moving` is the recipe that it changes.
    """
    if "to" in spec:
        other = nameless(Recipe.checked(spec["to"]))
        return {**spec, "to": other.model_dump(mode="json")}
    if "seed" not in spec:
        return spec
    recorder = Recorder(path_seed(moving, spec))
    row(spec).make(moving, {**spec, "seed": recorder})
    return {**spec, "seed": dict(recorder) or None}


def variants(moving: Recipe, states: Iterable[FrameState]) -> Iterator[Recipe]:
    """The recipes of a film in which networks of other sizes draw other streams."""
    yield moving
    seen: set[tuple[tuple[str, int], ...]] = set()
    for state in states:
        whole = {p: v for p, v in state.changes.items() if isinstance(moving.get(p), int)}
        for to_whole in (math.floor, math.ceil):  # between them, units and layers grow in
            sizes = tuple(sorted((path, to_whole(value)) for path, value in whole.items()))
            if sizes and sizes not in seen:
                seen.add(sizes)
                yield moving.replace(dict(sizes))
