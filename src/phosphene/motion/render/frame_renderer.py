"""Renders the frames of a film: from states to programs to pixels."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.colour.channels import colour_channels
from phosphene.colour.curves import encode
from phosphene.compiler import MeasurementLog, OtherMeasuresError, Prepared, latents, prepare
from phosphene.compiler.growth import grows, prepare_grown
from phosphene.core.errors import RecipeError
from phosphene.files.samples import as_wanted
from phosphene.ir.program import Program
from phosphene.jobs.executor import Executor
from phosphene.jobs.threads import on_threads
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.render.blend import Blend, same_settings
from phosphene.motion.render.frame_painting import paint_frame
from phosphene.motion.render.latent_patch import LatentPatcher
from phosphene.motion.render.subframes import SHARED_SAMPLES, sample_offsets, shifted_view
from phosphene.raster import quantise, resolve_finish, to_float
from phosphene.raster.encodings import encoded, finisher
from phosphene.raster.first_pass import FirstPass
from phosphene.raster.frame import Rect, Size
from phosphene.raster.painter import Painter
from phosphene.raster.rendering import render_plan
from phosphene.recipe import Finish, Recipe, View

Pixels = NDArray[Any]
Layer = tuple[Program, Any, float]  # a program, its view, its share of the light
Mode = tuple[str | int, float, tuple[float, float] | None]  # anti-aliasing, its share, an offset
MAX_PROGRAMS = 4  # in the cache; many frames of a zoom use the same one


class FrameRenderer:
    """Renders the states of one film at one size.

    All programs of a film use the statistics of its first (`measured`), so nothing flickers.
    """

    def __init__(
        self,
        recipe: Recipe,
        other: Recipe | None,
        size: Size,
        engine: str = "cpu",
        threads: int | None = None,
        measured: MeasurementLog | None = None,
        blend: str = "auto",
    ):
        self.recipe, self.size, self.engine = recipe, size, engine
        self.z = latents(recipe)
        self.executor = on_threads(threads)
        with np.errstate(all="ignore"):
            self.base = self._prepare(recipe, measured)
            # an endless zoom changes into the same picture
            same = self.base.measured.replay() if blend == "endless" else None
            self.other = self._prepare(other, same) if other else None
            first = self.base.program()
        self.finish: Finish = resolve_finish(recipe, first)
        self.channels = first.channels
        self.by_numbers = self._same_code() and blend == "auto"
        self.blend = Blend(self.base, self.other, blend, size) if self.other else None
        self.patchers = {
            other: LatentPatcher(p) for other, p in ((False, self.base), (True, self.other)) if p
        }
        self.programs: OrderedDict[Any, Program] = OrderedDict()

    def _prepare(self, recipe: Recipe, measured: MeasurementLog | None) -> Prepared:
        return prepare(recipe, self._first_pass(recipe), measured)

    def _first_pass(self, recipe: Recipe) -> FirstPass:
        return FirstPass(recipe, self.size, None, False, self.executor)

    def _same_code(self) -> bool:
        """Whether the two recipes of a morph can be interpolated number by number."""
        if self.other is None:
            return False
        one, two = (p.program(shared=False) for p in (self.base, self.other))
        if one.channels != two.channels:
            raise RecipeError(
                f"morph: pictures of {one.channels} and {two.channels} channels", argument="path"
            )
        return (
            np.array_equal(one.code, two.code) and np.array_equal(one.outputs, two.outputs)
            and (one.rows, one.inputs) == (two.rows, two.inputs)
            and same_settings(self.recipe, self.other.recipe)
        )  # fmt: skip

    def notes(self) -> list[str]:
        """Notes on how the two recipes of a morph are mixed."""
        if self.other is None:
            return []
        if self.by_numbers:
            return ["morph of equal structures: every number is interpolated"]
        assert self.blend
        if self.blend.endless:
            return ["endless zoom: the fields of the picture and of its wider view are mixed"]
        return [f"morph {self.blend.note}"]

    def layers(self, state: FrameState) -> list[Layer]:
        """The layers whose pixels are added up for a state, usually one."""
        found: list[Layer] = []
        for changes, share in _integer_mix(self.recipe, state.changes, self.other is None):
            found += self._morphed(changes, state, share)
        return found

    def _morphed(self, changes: Mapping[str, Any], state: FrameState, share: float) -> list[Layer]:
        if self.other is None or self.blend is None or not state.morph:
            return [(self._program(changes, state.z), state.view, share)]
        w = state.morph
        if self.by_numbers and not changes and w < 1.0:
            return [(self._mixed(state.z, w), self._view(state), share)]
        if not self.blend.pixels and w < 1.0:
            base = self._changed(changes) if changes else self.base
            return [(self.blend.program(base, state.z, w), state.view, share)]
        there = self._program({}, state.z, True), self.blend.view(state), share * w
        if w == 1.0:  # exactly the other recipe's still
            return [there]
        return [(self._program(changes, state.z), state.view, share * (1.0 - w)), there]

    def _view(self, state: FrameState) -> View:
        """The interpolated view of the two recipes."""
        assert self.blend
        here, there, w = state.view, self.blend.view(state), state.morph
        centre = [a + (b - a) * w for a, b in zip(here.centre, there.centre, strict=True)]
        span = here.span * (1.0 - w) + there.span * w
        turn = here.rotation + (there.rotation - here.rotation) * w
        changes = {"centre": tuple(centre), "span": span, "rotation": turn}
        return here.model_copy(update=changes)

    def _mixed(self, z: Mapping[str, float], w: float) -> Program:
        assert self.other
        one = self.base.program(_add(self.z, z), shared=False)
        two = self.other.program(_add(latents(self.other.recipe), z), shared=False)
        kind = one.numbers.dtype.type
        return replace(one, numbers=one.numbers * kind(1.0 - w) + two.numbers * kind(w))

    def _program(
        self, changes: Mapping[str, Any], z: Mapping[str, float], other: bool = False
    ) -> Program:
        key = (other, tuple(changes.items()), tuple(z.items()))
        if key in self.programs:
            self.programs.move_to_end(key)
            return self.programs[key]
        with np.errstate(all="ignore"):
            if changes:
                prepared = self._changed(changes)
                made = prepared.program(_add(latents(prepared.recipe), z))
            else:
                patcher = self.patchers[other]
                moved = _add(patcher.z, z)
                made = patcher.program(moved) if patcher.z else patcher.prepared.program()
        self.programs[key] = made
        if len(self.programs) > MAX_PROGRAMS:
            self.programs.popitem(last=False)
        return made

    def _changed(self, changes: Mapping[str, Any]) -> Prepared:
        sizes = {path: v for path, v in changes.items() if grows(self.recipe, path)}
        recipe = self.recipe.replace({p: v for p, v in changes.items() if p not in sizes})
        if sizes:  # another structure, with its own statistics
            return prepare_grown(recipe, sizes, self._first_pass(recipe))
        try:
            return self._prepare(recipe, self.base.measured.replay())
        except OtherMeasuresError:  # another structure, which cannot use these statistics
            return self._prepare(recipe, None)

    def frame(
        self,
        states: list[FrameState],
        sample_format: str = "bytes",
        executor: Executor | None = None,
    ) -> Pixels:
        """The pixels of a frame, of shape (height, width, channels): of one state, or the mean of
        several sub-frames in linear light.

        `sample_format` is "bytes", "words", "linear" or "float". If given, `executor`, which must
        belong to this process, paints them instead of the renderer's own threads.
        """
        executor = executor or self.executor
        parts = [
            (layer, mode, layer[2] * share / len(states), state)
            for j, state in enumerate(states)
            for mode, share, off in self._modes(state, j, len(states))
            for layer in self._shifted(self.layers(state), off)
        ]
        whole = self.finish_of(states)
        finish = whole if sample_format == "bytes" else Finish(invert=whole.invert)
        if len(parts) == 1:
            return self._paint(executor, parts[0][0], finisher(sample_format, finish), parts[0][1])
        light: Pixels | None = None
        for layer, mode, share, state in parts:
            to_light = partial(_linear, invert=self.finish_of([state]).invert)
            pixels = self._paint(executor, layer, to_light, mode)
            pixels *= np.float32(share)
            light = pixels if light is None else np.add(light, pixels, out=light)
        assert light is not None
        values = _encoded(light)
        if sample_format == "float":
            return inverted(values) if finish.invert else values
        finish = finish.model_copy(update={"invert": False})  # already done before averaging
        return (
            quantise(values, finish)
            if sample_format == "bytes"
            else encoded(values, sample_format, finish)
        )

    def finish_of(self, states: list[FrameState]) -> Finish:
        """The resolved finish of a frame."""
        return self.finish if self.blend is None else self.blend.finish(states)

    def _modes(self, state: FrameState, j: int, count: int) -> list[Mode]:
        """The anti-aliasing of a state that is the j-th of `count` sub-frames: modes, their shares,
        and the offset of the picture in pixels. Of many sub-frames, each has only some samples.
        """
        modes = [(self.finish.antialias, 1.0)] if self.blend is None else self.blend.modes(state)
        off = sample_offsets(count)[j] if count >= SHARED_SAMPLES else None
        return [("part", share, off) if off and mode == "auto" else (mode, share, None)
                for mode, share in modes]  # fmt: skip

    def _shifted(self, layers: list[Layer], off: tuple[float, float] | None) -> list[Layer]:
        if off is None:
            return layers
        return [
            (program, shifted_view(view, self.size, off), share) for program, view, share in layers
        ]

    def _paint(self, executor: Executor, layer: Layer, finish: Any, mode: str | int) -> Pixels:
        program, view, _ = layer
        plan = render_plan(program, view, self.size, mode)
        return paint_frame(Painter(plan, self.engine, finish), executor)


def _add(values: Mapping[str, float], offsets: Mapping[str, float]) -> dict[str, float]:
    return {name: value + offsets.get(name, 0.0) for name, value in values.items()}


def _integer_mix(
    recipe: Recipe, changes: Mapping[str, Any], alone: bool
) -> list[tuple[dict[str, Any], float]]:
    """The changes with integers where the recipe has integers, and the share of the light of each
    combination. `alone`: no other recipe follows, so widths and depths may be fractions.
    """
    choices: list[list[tuple[str, Any, float]]] = []
    for path, value in changes.items():
        whole = isinstance(recipe.get(path), int) and not (alone and grows(recipe, path))
        if isinstance(value, tuple) or not whole:
            choices.append([(path, value, 1.0)])
            continue
        low = int(np.floor(value))
        pair = [(path, low, 1.0 - (value - low)), (path, low + 1, value - low)]
        choices.append([entry for entry in pair if entry[2] > 1e-9])
    found: list[tuple[dict[str, Any], float]] = []
    for chosen in product(*choices):
        share = 1.0
        for _, _, part in chosen:
            share *= part
        found.append(({path: value for path, value, _ in chosen}, share))
    return found


def inverted(pixels: Pixels) -> Pixels:
    """Pixels (height, width, channels) with colours v replaced by 1 - v; opacity is unchanged."""
    n = colour_channels(pixels.shape[-1])
    return np.concatenate([pixels.dtype.type(1) - pixels[..., :n], pixels[..., n:]], axis=-1)


def _linear(values: Pixels, rect: Rect, invert: bool = False) -> Pixels:
    """Pixels in linear light, float32, with colours multiplied by opacity."""
    pixels = to_float(values, rect)
    light = as_wanted(inverted(pixels) if invert else pixels, "linear")
    n = colour_channels(light.shape[-1])
    if n < light.shape[-1]:
        light[..., :n] *= light[..., n:]
    return light


def _encoded(light: Pixels) -> Pixels:
    """The inverse of `_linear`, in place, without inversion."""
    n = colour_channels(light.shape[-1])
    if n < light.shape[-1]:
        opacity = light[..., n:]
        light[..., :n] /= np.where(opacity > 0, opacity, 1.0)
    for rows in light:  # a row fits in cache, which is several times as fast
        rows[:, :n] = encode(rows[:, :n])
    return light
