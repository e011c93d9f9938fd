"""How a morph goes from one recipe to another of a different structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from phosphene.compiler import Prepared
from phosphene.compiler.mixing import Mixture, mix_recipes
from phosphene.core import exact
from phosphene.ir.program import Program
from phosphene.motion.paths.frame_state import FrameState
from phosphene.raster import resolve_finish
from phosphene.raster.frame import Size
from phosphene.recipe import Finish, Recipe, View

MANNER = ("sampling", "aspect", "origin", "axes", "positions")  # of a view
EASE = 0.2  # of the way
FINENESS = {"none": 0, "draft": 1, "print": 3}  # of anti-aliasing; others: 2


def alike(here: Recipe, there: Recipe) -> bool:
    """Do both show the plane in one manner, so that one program and one view may be between?"""
    return here.finish.invert == there.finish.invert and all(
        getattr(here.view, name) == getattr(there.view, name) for name in MANNER
    )


class Blend:
    """Between two prepared recipes, as `how` of `BLENDS` says."""

    def __init__(self, here: Prepared, there: Prepared, how: str, size: Size):
        self.here, self.there, self.size = here, there, size
        self.pixels, self.endless = how == "pixels", how == "endless"
        self.mixture: Mixture | None = None
        self.finishes = tuple(resolve_finish(p.recipe, p.program()) for p in (here, there))

    @property
    def note(self) -> str:
        if self.pixels:
            return "as a fade of pixels in linear light, as blend=pixels asks"
        shading = "their shadings are one" if self._mixed().one else "each place turns in its turn"
        return f"as a cross-fade of fields, in one picture: {shading}"

    def _mixed(self) -> Mixture:
        if self.mixture is None:
            self.mixture = mix_recipes(self.here, self.there, self.size)
        return self.mixture

    def program(self, here: Prepared, z: Mapping[str, float], w: float) -> Program:
        """At the share w of the way from `here`, which a sweep may have changed."""
        mixture = self._mixed() if here is self.here else mix_recipes(here, self.there, self.size)
        return mixture.program(w, z)

    def view(self, state: FrameState) -> View:
        """The other recipe's, moved as the first one's has been."""
        here, there, now = self.here.recipe.view, self.there.recipe.view, state.view
        if now == here:
            return there
        scale, turn = there.span / here.span, there.rotation - here.rotation
        x, y = (scale * (n - h) for n, h in zip(now.centre, here.centre, strict=True))
        cosine, sine = float(exact.cos(turn)), float(exact.sin(turn))
        return there.model_copy(update={
            "centre": (there.centre[0] + x * cosine - y * sine,
                       there.centre[1] + x * sine + y * cosine),
            "span": now.span * scale,
            "rotation": now.rotation + turn,
        })  # fmt: skip

    def finish(self, states: Sequence[FrameState]) -> Finish:
        """The resolved finish of a frame: that of the one recipe or of the other, or between."""
        first, last = self.finishes
        shares = [state.morph for state in states]
        if max(shares) == 0.0:
            return first
        if min(shares) == 1.0:
            return last
        dither = "blue" if "blue" in (first.dither, last.dither) else "none"
        invert = first.invert and last.invert
        return first.model_copy(update={"dither": dither, "invert": invert})

    def modes(self, state: FrameState) -> list[tuple[str | int, float]]:
        """The anti-aliasing of a state, with shares: the finer of both; towards a still that has
        another, the picture fades into one that has it too, so that nothing snaps at the end.
        """
        here, there = (finish.antialias for finish in self.finishes)
        finer = max(here, there, key=lambda mode: FINENESS.get(str(mode), 2))
        w = state.morph
        near = there if w > 0.5 else here
        share = min(max((abs(w - 0.5) - 0.5) / EASE + 1.0, 0.0), 1.0)
        if near == finer or not share:
            return [(finer, 1.0)]
        return [(near, 1.0)] if share == 1.0 else [(finer, 1.0 - share), (near, share)]
