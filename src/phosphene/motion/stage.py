"""Frames: programs for moments, and their pixels."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.build import Measured, OtherMeasuresError, Prepared, latents, prepare
from phosphene.errors import RecipeError
from phosphene.files.colour import as_wanted, colours, encode
from phosphene.motion.moment import Moment
from phosphene.motion.quick import Quick
from phosphene.picture import quantise, resolve_finish, to_float
from phosphene.picture.encodings import encoded, finisher
from phosphene.pipeline import Painter
from phosphene.pipeline.first_pass import FirstPass
from phosphene.program import Program
from phosphene.recipe import Finish, Recipe
from phosphene.view import Rect, Size

Pixels = NDArray[Any]
Layer = tuple[Program, Any, float]  # a program, its view, its share of the light
KEPT = 4  # programs; many frames of a zoom share one


class Stage:
    """Renders moments of one film at one size. All of a film's programs take the statistics of
    the first (`measured`), so nothing flickers.
    """

    def __init__(
        self,
        recipe: Recipe,
        other: Recipe | None,
        size: Size,
        engine: str = "cpu",
        threads: int | None = None,
        measured: Measured | None = None,
    ):
        self.recipe, self.size, self.engine, self.threads = recipe, size, engine, threads
        self.z = latents(recipe)
        with np.errstate(all="ignore"):
            self.base = self._prepare(recipe, measured)
            self.other = self._prepare(other, None) if other else None
            first = self.base.program()
        self.finish: Finish = resolve_finish(recipe, first)
        self.channels = first.channels
        self.numbers = self._same_code()
        self.quick = {other: Quick(p) for other, p in ((False, self.base), (True, self.other)) if p}
        self.made: OrderedDict[Any, Program] = OrderedDict()

    def _prepare(self, recipe: Recipe, measured: Measured | None) -> Prepared:
        look = FirstPass(recipe, self.size, self.threads, False)
        return prepare(recipe, look, measured)

    def _same_code(self) -> bool:
        """Can the two recipes of a morph be mixed number by number?"""
        if self.other is None:
            return False
        one, two = (p.program(shared=False) for p in (self.base, self.other))
        if one.channels != two.channels:
            raise RecipeError(
                f"--path morph: pictures of {one.channels} and {two.channels} channels"
            )
        return (
            np.array_equal(one.code, two.code) and np.array_equal(one.outputs, two.outputs)
            and (one.rows, one.inputs) == (two.rows, two.inputs)
        )  # fmt: skip

    def told(self) -> list[str]:
        """How it mixes the two recipes of a morph."""
        if self.other is None:
            return []
        how = (
            "by its numbers, weight by weight: one structure"
            if self.numbers
            else ("as a cross-fade of colours in linear light: the structures differ")
        )
        return [f"morph {how}"]

    def layers(self, moment: Moment) -> list[Layer]:
        """What a moment consists of: nearly always one program."""
        found: list[Layer] = []
        for changes, share in _between(self.recipe, moment.changes):
            found += self._morphed(changes, moment, share)
        return found

    def _morphed(self, changes: Mapping[str, Any], moment: Moment, share: float) -> list[Layer]:
        if self.other is None or not moment.morph:
            return [(self._program(changes, moment.z), moment.view, share)]
        view, w = self._view(moment), moment.morph
        if self.numbers and not changes:
            return [(self._mixed(moment.z, w), view, share)]
        here, there = self._program(changes, moment.z), self._program({}, moment.z, True)
        both = [(here, view, share * (1.0 - w)), (there, view, share * w)]
        return [layer for layer in both if layer[2]]

    def _view(self, moment: Moment) -> Any:
        """The view between those of the two recipes."""
        assert self.other
        here, there, w = self.recipe.view, self.other.recipe.view, moment.morph
        centre = [
            c + (b - a) * w
            for a, b, c in zip(here.centre, there.centre, moment.view.centre, strict=True)
        ]
        span = moment.view.span * (1.0 - w + w * there.span / here.span)
        turn = moment.view.rotation + (there.rotation - here.rotation) * w
        changes = {"centre": tuple(centre), "span": span, "rotation": turn}
        return moment.view.model_copy(update=changes)

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
        if key in self.made:
            self.made.move_to_end(key)
            return self.made[key]
        with np.errstate(all="ignore"):
            if changes:
                prepared = self._changed(changes)
                made = prepared.program(_add(latents(prepared.recipe), z))
            else:
                quick = self.quick[other]
                made = quick.program(_add(quick.z, z)) if quick.z else quick.prepared.program()
        self.made[key] = made
        if len(self.made) > KEPT:
            self.made.popitem(last=False)
        return made

    def _changed(self, changes: Mapping[str, Any]) -> Prepared:
        recipe = self.recipe.replace(dict(changes))
        try:
            return self._prepare(recipe, self.base.measured.replay())
        except OtherMeasuresError:  # of another structure: nothing to take over
            return self._prepare(recipe, None)

    def frame(self, moments: list[Moment], wants: str = "bytes") -> Pixels:
        """The pixels (height, width, channels) of a moment, or the mean in linear light of several
        as their sub-frames; bytes, words, linear light or floats as `wants` says.
        """
        parts = [self.layers(moment) for moment in moments]
        layers = [(p, v, share / len(parts)) for part in parts for p, v, share in part]
        finish = self.finish if wants == "bytes" else Finish(invert=self.finish.invert)
        if len(layers) == 1:
            return self._paint(layers[0], finisher(wants, finish))
        light: Pixels | None = None
        for layer in layers:
            pixels = self._paint(layer, _linear)
            pixels *= np.float32(layer[2])
            light = pixels if light is None else np.add(light, pixels, out=light)
        assert light is not None
        values = _encoded(light)
        return quantise(values, finish) if wants == "bytes" else encoded(values, wants, finish)

    def _paint(self, layer: Layer, finish: Any) -> Pixels:
        program, view, _ = layer
        mode = self.recipe.finish.antialias
        painter = Painter(program, view, self.size, self.engine, finish, mode)
        width, height = self.size
        into: Pixels | None = None
        top = 0
        for rows in painter.strips(Rect(0, 0, width, height), self.threads):
            if into is None:
                into = np.empty((height, width, rows.shape[2]), rows.dtype)
            into[top : top + len(rows)] = rows
            top += len(rows)
        assert into is not None
        return into


def _add(values: Mapping[str, float], offsets: Mapping[str, float]) -> dict[str, float]:
    return {name: value + offsets.get(name, 0.0) for name, value in values.items()}


def _between(recipe: Recipe, changes: Mapping[str, Any]) -> list[tuple[dict[str, Any], float]]:
    """Changes with whole numbers where the recipe has whole ones, and the shares of the light."""
    choices: list[list[tuple[str, Any, float]]] = []
    for path, value in changes.items():
        if isinstance(value, tuple) or not isinstance(recipe.get(path), int):
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


def _linear(values: Pixels, rect: Rect) -> Pixels:
    """Pixels in linear light, float32, opacity as it is; colours weighted by it."""
    light = as_wanted(to_float(values, rect), "linear")
    n = colours(light.shape[-1])
    if n < light.shape[-1]:
        light[..., :n] *= light[..., n:]
    return light


def _encoded(light: Pixels) -> Pixels:
    n = colours(light.shape[-1])
    if n < light.shape[-1]:
        seen = light[..., n:]
        light[..., :n] /= np.where(seen > 0, seen, 1.0)
    for rows in light:  # what fits a cache is several times as fast
        rows[:, :n] = encode(rows[:, :n])
    return light
