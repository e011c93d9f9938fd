"""Morphs between two recipes of different structures."""

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

# of a view, not interpolated
VIEW_SETTINGS = ("sampling", "aspect", "origin", "axes", "positions", "symmetry")
EASE = 0.2  # of the morph: how long the anti-aliasing takes to change
FINENESS = {"none": 0, "draft": 1, "print": 3}  # of anti-aliasing; 2 for all others


def same_settings(here: Recipe, there: Recipe) -> bool:
    """Whether the two recipes differ only in what one program and one view can interpolate."""
    return here.finish.invert == there.finish.invert and all(
        getattr(here.view, name) == getattr(there.view, name) for name in VIEW_SETTINGS
    )


class Blend:
    """A morph between two prepared recipes; `how` is one of `BLENDS`, or "endless". Pictures with
    different symmetries are blended as pixels.
    """

    def __init__(self, here: Prepared, there: Prepared, how: str, size: Size):
        self.here, self.there, self.size = here, there, size
        other = here.recipe.view.symmetry != there.recipe.view.symmetry
        self.pixels, self.endless = other or how == "pixels", how == "endless"
        self.mixture: Mixture | None = None
        self.finishes = tuple(resolve_finish(p.recipe, p.program()) for p in (here, there))

    @property
    def note(self) -> str:
        """How the two are mixed, for the user."""
        if self.pixels:
            return "as a fade of pixels in linear light (blend=pixels)"
        shading = "one shading" if self._mixed().one else "each point changes at its own time"
        return f"as a cross-fade of fields in one picture: {shading}"

    def _mixed(self) -> Mixture:
        if self.mixture is None:
            self.mixture = mix_recipes(self.here, self.there, self.size)
        return self.mixture

    def program(self, here: Prepared, z: Mapping[str, float], w: float) -> Program:
        """The program at the share w of the morph from `here`, the first recipe as a sweep may have
        changed it. `z` holds offsets of latents.
        """
        mixture = self._mixed() if here is self.here else mix_recipes(here, self.there, self.size)
        return mixture.program(w, z)

    def view(self, state: FrameState) -> View:
        """The second recipe's view, moved in the same way as the first recipe's has been."""
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
        """The resolved finish of a frame: the first recipe's, the second's, or one between them."""
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
        """The anti-aliasing modes of a state, with their shares of the picture.

        Mostly the finer mode of the two recipes. Near the end with the other mode, the picture
        fades into one with that mode, so that nothing changes suddenly at the end.
        """
        here, there = (finish.antialias for finish in self.finishes)
        finer = max(here, there, key=lambda mode: FINENESS.get(str(mode), 2))
        w = state.morph
        near = there if w > 0.5 else here
        share = min(max((abs(w - 0.5) - 0.5) / EASE + 1.0, 0.0), 1.0)
        if near == finer or not share:
            return [(finer, 1.0)]
        return [(near, 1.0)] if share == 1.0 else [(finer, 1.0 - share), (near, share)]
