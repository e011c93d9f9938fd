"""Films: a recipe, paths through it, and a number of frames."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from html import escape
from operator import index
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, overload

from phosphene.compiler import MeasurementLog, latents
from phosphene.core.aliases import old_attribute, old_keywords
from phosphene.core.arguments import real_number
from phosphene.core.errors import InputError, RecipeError, SizeError, UserError
from phosphene.core.json_text import read_json
from phosphene.core.limits import Limits, require, with_limits
from phosphene.files.options import Metadata
from phosphene.motion.nameless import nameless_path, variants
from phosphene.motion.paths.frame_state import FrameState
from phosphene.motion.paths.path import Move, Spec
from phosphene.motion.paths.table import closes, ensure_latent_for, move_along, target
from phosphene.motion.render.frame_renderer import FrameRenderer, Pixels
from phosphene.motion.render.subframes import read_subframes
from phosphene.motion.save import save_film
from phosphene.motion.timing import even_time, pulse
from phosphene.networks.nameless import nameless
from phosphene.raster import Picture, metadata
from phosphene.raster.frame import Size, parse_size
from phosphene.recipe import Recipe

Say = Callable[[str], None]
Progress = Callable[[int, int], None]
PLAYER = (160, 48)  # shorter side and most frames of the player in notebooks


def _nothing(text: str) -> None:
    pass


@dataclass(frozen=True)
class Film:
    """`count` frames of a recipe along its paths. Frame k depends only on k, at any size.

    `path` holds every path as data; `times` is the table that evens out the change along even
    paths; `beats` and `surge` (0..0.95) make the motion pulse. `subframes` are averaged in linear
    light over the share `shutter` of a frame's duration, centred on the frame's time. Frame 0 of a
    path that starts at the recipe is its still; with sub-frames, the still with motion blur.
    """

    recipe: Recipe
    path: tuple[Spec, ...]
    count: int
    fps: Fraction = Fraction(30)
    size: Size = (1280, 720)
    times: tuple[float, ...] = ()
    beats: float = 0.0
    surge: float = 0.0
    subframes: int = 1
    shutter: float = 0.5
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        require(frames=self.count)
        read_subframes(self.subframes)
        if not 0 < real_number(self.shutter, "shutter") <= 1:
            raise UserError(
                f"got {self.shutter:g}; expected more than 0, at most 1", argument="shutter"
            )
        self.at(0.0)

    if not TYPE_CHECKING:  # a type checker knows the new names only

        def __getattr__(self, name: str) -> Any:
            return old_attribute(self, name)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Picture]:
        return self.frames()

    @overload
    def __getitem__(self, k: int) -> Picture: ...
    @overload
    def __getitem__(self, k: slice) -> list[Picture]: ...
    def __getitem__(self, k: int | slice) -> Picture | list[Picture]:
        """Frame k, or a list of several: `film[0]`, `film[-1]`, `film[2:5]`."""
        if not isinstance(k, slice):
            try:
                return self.frame(k)
            except SizeError as error:
                raise IndexError(str(error)) from None
        renderer = self.renderer(self.size)
        return [self.frame(j, renderer=renderer) for j in range(self.count)[k]]

    def number(self, k: int) -> int:
        """The index 0, 1, ... of frame k, which may be negative: -1 is the last. Raises `SizeError`
        (a `UserError`) if it is out of range, `UserError` if it is not a whole number.
        """
        try:
            whole = index(k)
        except TypeError:
            raise UserError(f"frame {k!r}: expected a whole number") from None
        if not -self.count <= whole < self.count:
            raise SizeError(f"frame {k}: the film has frames 0 to {self.count - 1}")
        return whole % self.count

    @cached_property
    def closed(self) -> bool:
        """Whether the film loops: the frame after the last would be the first."""
        return closes(self.moving, self.path)

    @property
    def channels(self) -> int:
        """The number of channels of its files: 3, or 4 with opacity."""
        return 3 if self.recipe.shading.alpha is None else 4

    @cached_property
    def moving(self) -> Recipe:
        """The recipe, with a latent vector added if a path needs one."""
        return ensure_latent_for(self.recipe, self.path)

    @cached_property
    def _move(self) -> Move:
        return move_along(self.moving, self.path, even_time(self.times))

    def at(self, share: float) -> FrameState:
        """The state at a share 0..1 of the film. Raises `UserError` for any other."""
        if not 0 <= real_number(share, "share") <= 1:
            raise UserError(f"got {share:g}; expected 0 to 1", argument="share")
        t = pulse(self.beats, self.surge)(share) if self.surge and self.beats else share
        return self._move(FrameState(self.recipe.view), t)

    def states(self, k: int) -> list[FrameState]:
        """The states averaged in frame k: one for each sub-frame."""
        if self.subframes == 1:
            return [self.state(k)]
        n = self.subframes
        return [self.state(k, self.shutter * ((j + 0.5) / n - 0.5)) for j in range(n)]

    def state(self, k: int, off: float = 0.0) -> FrameState:
        """The state `off` frames after frame k. Beyond its ends, a film that closes repeats and any
        other film stays at its first or last state.
        """
        share = (self.number(k) + real_number(off, "off")) / (
            self.count if self.closed else max(self.count - 1, 1)
        )
        return self.at(share % 1.0 if self.closed else min(max(share, 0.0), 1.0))

    def renderer(
        self, size: str | int | Size, engine: str = "cpu", threads: int | None = None
    ) -> FrameRenderer:
        """A renderer of its frames at a size."""
        size = parse_size(size)
        measured: MeasurementLog | None = None
        if self.moving is not self.recipe:  # use the statistics of the still
            still = FrameRenderer(self.recipe, None, size, engine, threads)
            measured = still.base.measured.replay()
        other, blend = self.target
        return FrameRenderer(self.moving, other, size, engine, threads, measured, blend)

    @cached_property
    def target(self) -> tuple[Recipe | None, str]:
        """The recipe that it changes into, or None, and how the two are mixed."""
        return target(self.moving, self.path)

    @with_limits
    def frame(
        self,
        k: int,
        size: str | int | Size | None = None,
        *,
        renderer: FrameRenderer | None = None,
        limits: Limits | None = None,
    ) -> Picture:
        """Frame k as a picture; -1 is the last. Its recipe has the z, view and swept values of that
        frame, but not its morph, which a recipe cannot express.
        """
        renderer = renderer or self.renderer(parse_size(size or self.size))
        states = self.states(k)
        pixels = renderer.frame(states, "float")
        finish = renderer.finish_of(states)
        return Picture(pixels, self.recipe_at(self.state(k)), renderer.size, None, finish)

    def recipe_at(self, state: FrameState) -> Recipe:
        """The recipe of a state."""
        recipe = self.moving.model_copy(update={"view": state.view})
        whole = {p: v if isinstance(v, tuple) or not isinstance(recipe.get(p), int) else round(v)
                 for p, v in state.changes.items()}  # fmt: skip
        z = latents(recipe)
        for name, network in recipe.networks.items():
            if any(state.z.get(f"{name}.z{i}") for i in range(network.latent.size)):
                names = [f"{name}.z{i}" for i in range(network.latent.size)]
                values = tuple(z[n] + state.z.get(n, 0.0) for n in names)
                whole[f"networks.{name}.latent.values"] = values
        return recipe.replace(whole) if whole else recipe

    def frames(self, size: str | int | Size | None = None) -> Iterator[Picture]:
        """Iterates over all frames, rendered one at a time."""
        renderer = self.renderer(parse_size(size or self.size))
        for k in range(self.count):
            yield self.frame(k, renderer=renderer)

    @property
    def json(self) -> str:
        """The film without its recipe, as JSON text."""
        data = {
            "film": 1, "path": list(self.path), "frames": self.count, "fps": str(self.fps),
            "size": list(self.size), "times": list(self.times), "beats": self.beats,
            "surge": self.surge, "subframes": self.subframes, "shutter": self.shutter,
        }  # fmt: skip
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def texts(self, size: Size, level: str = "full") -> dict[str, str]:
        """The metadata stored in every file of it; `level` is one of `metadata_level`."""
        if level == "none":
            return {}
        film = self.nameless() if level == "recipe" else self
        return {**metadata(film.recipe, size), "phosphene-film": film.json}

    def nameless(self) -> Film:
        """The film with the same frames, without the names of styles and seeds."""
        states = (state for k in range(self.count) for state in self.states(k))
        recipe = nameless(self.recipe, variants(self.moving, states))
        path = tuple(nameless_path(self.moving, spec) for spec in self.path)
        return replace(self, recipe=recipe, path=path)

    @classmethod
    def from_texts(cls, texts: dict[str, str], name: str = "film") -> Film:
        """The film stored in a file's metadata. Raises `InputError`, `RecipeError`."""
        if "phosphene-film" not in texts:
            raise InputError(f"{name}: a picture, not a film")
        recipe = Recipe.from_json(texts["phosphene"])
        try:
            data = read_json(texts["phosphene-film"])
            if data["film"] != 1:
                raise RecipeError(f"{name}: a film of edition {data['film']}; this one reads 1")
            require(name, frames=int(data["frames"]))
            return cls(
                recipe, tuple(data["path"]), int(data["frames"]), Fraction(data["fps"]),
                (int(data["size"][0]), int(data["size"][1])), tuple(data["times"]),
                float(data["beats"]), float(data["surge"]), int(data["subframes"]),
                float(data["shutter"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, IndexError):
            raise InputError(f"{name}: the text of the film inside is damaged") from None

    @old_keywords
    @with_limits
    def save(
        self,
        path: str | PathLike[str] | BinaryIO,
        *,
        format: str | None = None,
        size: str | int | Size | None = None,
        overwrite: bool = False,
        resume: bool = False,
        engine: str = "cpu",
        threads: int | None = None,
        workers: int | None = None,
        cluster: Any = None,
        metadata: Metadata = "full",
        limits: Limits | None = None,
        progress: Progress | None = None,
        say: Say = _nothing,
        **options: Any,
    ) -> None:
        """Write the film in the format of the path's suffix, or without a suffix into a folder of
        frames. `path` may also be a binary file open for writing: `format` then names the format,
        such as "gif", and nothing is written if encoding fails. `options` are those of the format,
        such as `codec="h265"`.

        The frames of long films are kept in a hidden folder next to the file until it is complete;
        after an interruption, `resume` renders only the missing ones. `workers` and `cluster` are
        those of `phosphene.render_file`; each worker renders whole frames. `metadata` as in
        `Picture.save`; stored frames do not depend on it. `progress(done, total)`
        receives numbers of frames, `say` messages. Raises `UserError`, `OutputError`.
        """
        save_film(
            self, path, parse_size(size or self.size), overwrite=overwrite, resume=resume,
            engine=engine, threads=threads, workers=workers, cluster=cluster, metadata=metadata,
            progress=progress, say=say, options=options, format=format,
        )  # fmt: skip

    def to_bytes(self, format: str, *, size: str | int | Size | None = None, **more: Any) -> bytes:
        """The bytes of the file that `save` writes in a format, such as "gif" or "mp4"; `more` are
        arguments of `save`. Raises as `save` does, and `UserError` for a folder of frames.
        """
        memory = io.BytesIO()
        self.save(memory, format=format, size=size, **more)
        return memory.getvalue()

    def small(self, side: int, most: int) -> tuple[FrameRenderer, list[int]]:
        """A renderer of shorter side at most `side`, and up to `most` evenly spread frames."""
        width, height = self.size
        scale = min(1.0, side / min(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shown = min(most, self.count)
        return self.renderer(size), [k * self.count // shown for k in range(shown)]

    def _repr_html_(self) -> str:
        """A player: a small animated WebP."""
        data = base64.b64encode(self.player()).decode()
        return f'<img alt="{escape(repr(self))}" src="data:image/webp;base64,{data}">'

    def player(self) -> bytes:
        """A small animated WebP of a few of the frames, at the film's speed."""
        renderer, shown = self.small(*PLAYER)
        pages = [as_image(renderer.frame(self.states(k))) for k in shown]
        memory = io.BytesIO()
        wait = round(1000 * self.count / float(self.fps) / len(shown))
        pages[0].save(memory, "WEBP", save_all=True, append_images=pages[1:], duration=wait, loop=0)
        return memory.getvalue()

    def __repr__(self) -> str:
        paths = " + ".join(spec["path"] for spec in self.path)
        return f"Film({paths}, {self.count} frames, {float(self.fps):g} fps, {self.recipe!r})"


def as_image(pixels: Pixels) -> Any:
    """A Pillow image of bytes of shape (height, width, channels)."""
    from PIL import Image

    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
