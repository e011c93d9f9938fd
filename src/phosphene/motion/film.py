"""Films: a recipe, paths through it, and a number of frames."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from os import PathLike
from typing import Any

from phosphene.build import Measured, latents
from phosphene.errors import InputError, RecipeError, UserError
from phosphene.motion.moment import Moment, Spec, with_latent
from phosphene.motion.paths import closes, together
from phosphene.motion.stage import Pixels, Stage
from phosphene.motion.timing import even_time, pulse
from phosphene.picture import Picture, metadata
from phosphene.recipe import Recipe
from phosphene.view import Size, parse_size

Say = Callable[[str], None]
Progress = Callable[[int, int], None]
LATENT = {"loop", "walk"}  # paths that need z
PLAYER = (160, 48)  # shorter side and most frames of the player in notebooks


def _nothing(text: str) -> None:
    pass


@dataclass(frozen=True)
class Film:
    """`count` frames of a recipe on its paths; frame k depends on k alone, whatever the size.

    `path` is every path as data; `times` the table that makes even paths even; `beats` and `surge`
    (0..0.95) let the motion pulse; `subframes` are averaged over the share `shutter` of a frame.
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
    told: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.subframes <= 64:
            raise UserError(f"--subframes: got {self.subframes}; expected 1 to 64")
        if not 0 < self.shutter <= 1:
            raise UserError(f"--shutter: got {self.shutter:g}; expected more than 0, at most 1")
        self.at(0.0)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Picture]:
        return self.frames()

    @cached_property
    def closed(self) -> bool:
        """Is the frame after the last the first again?"""
        return closes(self.moving, self.path)

    @cached_property
    def moving(self) -> Recipe:
        """The recipe, with a latent vector where a path needs one and it has none."""
        needs = any(spec["path"] in LATENT for spec in self.path)
        return with_latent(self.recipe) if needs else self.recipe

    @cached_property
    def _move(self) -> Any:
        return together(self.moving, self.path, even_time(self.times))

    def at(self, share: float) -> Moment:
        """The moment at a share 0..1 of the film."""
        t = pulse(self.beats, self.surge)(share) if self.surge and self.beats else share
        return self._move(Moment(self.recipe.view), t)

    def moments(self, k: int) -> list[Moment]:
        """The moments that frame k is the mean of: one, unless there are sub-frames."""
        if not 0 <= k < self.count:
            raise UserError(f"frame {k}: the film has frames 0 to {self.count - 1}")
        last = self.count if self.closed else max(self.count - 1, 1)
        parts = (k + self.shutter * j / self.subframes for j in range(self.subframes))
        return [self.at(min(part / last, 1.0)) for part in parts]

    def stage(self, size: Size, engine: str = "cpu", threads: int | None = None) -> Stage:
        """What renders its frames at a size."""
        measured: Measured | None = None
        if self.moving is not self.recipe:  # statistics are those of the still
            still = Stage(self.recipe, None, size, engine, threads)
            measured = still.base.measured.replay()
        return Stage(self.moving, self.other, size, engine, threads, measured)

    @cached_property
    def other(self) -> Recipe | None:
        """What it morphs into."""
        found = [spec["to"] for spec in self.path if spec["path"] == "morph"]
        return Recipe.checked(found[0]) if found else None

    def frame(
        self, k: int, size: str | int | Size | None = None, *, stage: Stage | None = None
    ) -> Picture:
        """Frame k as a picture. Its recipe is the film's at that moment, as far as a recipe can
        say it: with z, the view and swept values, without a morph.
        """
        stage = stage or self.stage(parse_size(size or self.size))
        moments = self.moments(k)
        pixels = stage.frame(moments, "float")
        finish = stage.finish
        return Picture(pixels, self.recipe_at(moments[0]), stage.size, None, finish)

    def recipe_at(self, moment: Moment) -> Recipe:
        """The recipe of a moment."""
        recipe = self.moving.model_copy(update={"view": moment.view})
        whole = {p: v if isinstance(v, tuple) or not isinstance(recipe.get(p), int) else round(v)
                 for p, v in moment.changes.items()}  # fmt: skip
        z = latents(recipe)
        for name, network in recipe.networks.items():
            if any(moment.z.get(f"{name}.z{i}") for i in range(network.latent.size)):
                names = [f"{name}.z{i}" for i in range(network.latent.size)]
                values = tuple(z[n] + moment.z.get(n, 0.0) for n in names)
                whole[f"networks.{name}.latent.values"] = values
        return recipe.replace(whole) if whole else recipe

    def frames(self, size: str | int | Size | None = None) -> Iterator[Picture]:
        """All frames, rendered as they are asked for."""
        stage = self.stage(parse_size(size or self.size))
        for k in range(self.count):
            yield self.frame(k, stage=stage)

    @property
    def json(self) -> str:
        """The film without its recipe, as text."""
        data = {
            "film": 1, "path": list(self.path), "frames": self.count, "fps": str(self.fps),
            "size": list(self.size), "times": list(self.times), "beats": self.beats,
            "surge": self.surge, "subframes": self.subframes, "shutter": self.shutter,
        }  # fmt: skip
        return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def texts(self, size: Size) -> dict[str, str]:
        """What every file of it carries."""
        return {**metadata(self.recipe, size), "phosphene-film": self.json}

    @classmethod
    def from_texts(cls, texts: dict[str, str], name: str = "film") -> Film:
        """The film whose texts a file carried. Raises `InputError`, `RecipeError`."""
        if "phosphene-film" not in texts:
            raise InputError(f"{name}: a picture, not a film")
        recipe = Recipe.from_json(texts["phosphene"])
        try:
            data = json.loads(texts["phosphene-film"])
            if data["film"] != 1:
                raise RecipeError(f"{name}: a film of edition {data['film']}; this one reads 1")
            return cls(
                recipe, tuple(data["path"]), int(data["frames"]), Fraction(data["fps"]),
                (int(data["size"][0]), int(data["size"][1])), tuple(data["times"]),
                float(data["beats"]), float(data["surge"]), int(data["subframes"]),
                float(data["shutter"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, IndexError):
            raise InputError(f"{name}: the text of the film inside is damaged") from None

    def save(
        self,
        path: str | PathLike[str],
        *,
        size: str | int | Size | None = None,
        force: bool = False,
        resume: bool = False,
        engine: str = "cpu",
        threads: int | None = None,
        progress: Progress | None = None,
        say: Say = _nothing,
        **options: Any,
    ) -> None:
        """Write the film in the format of the path's suffix; a name without one is a folder of
        frames. `options` are the format's, such as `codec="h265"`.

        Long films keep their frames in a hidden folder beside the file until it is complete; after
        an interruption `resume` renders only those that lack. `progress(done, total)` is called
        with frames, `say` with news. Raises `UserError`, `OutputError`.
        """
        from phosphene.motion.saving import save_film

        save_film(
            self, path, parse_size(size or self.size), force=force, resume=resume, engine=engine,
            threads=threads, progress=progress, say=say, options=options,
        )  # fmt: skip

    def small(self, side: int, most: int) -> tuple[Stage, list[int]]:
        """A stage whose shorter side is so long, and so many frames, evenly spread."""
        width, height = self.size
        scale = min(1.0, side / min(width, height))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shown = min(most, self.count)
        return self.stage(size), [k * self.count // shown for k in range(shown)]

    def _repr_html_(self) -> str:
        """A player: a small animated WebP."""
        data = base64.b64encode(self.player()).decode()
        return f'<img alt="{self!r}" src="data:image/webp;base64,{data}">'

    def player(self) -> bytes:
        """A small animated WebP of a few of the frames, at the film's speed."""
        stage, shown = self.small(*PLAYER)
        pages = [as_image(stage.frame(self.moments(k))) for k in shown]
        memory = io.BytesIO()
        wait = round(1000 * self.count / float(self.fps) / len(shown))
        pages[0].save(memory, "WEBP", save_all=True, append_images=pages[1:], duration=wait, loop=0)
        return memory.getvalue()

    def __repr__(self) -> str:
        paths = " + ".join(spec["path"] for spec in self.path)
        return f"Film({paths}, {self.count} frames, {float(self.fps):g} fps, {self.recipe!r})"


def as_image(pixels: Pixels) -> Any:
    """A Pillow image of bytes (height, width, channels)."""
    from PIL import Image

    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
