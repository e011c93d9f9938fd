"""The interfaces of other programs, built on our recipes: code written for them keeps working.

from phosphene.compat import Sampler
sampler = Sampler(z_dim=8, scale=10.0, net_size=32, c_dim=1)
z = sampler.generate_z()
sampler.save_png(sampler.generate(z, x_dim=1080, y_dim=1080), "art.png")
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from phosphene.core.aliases import old_keywords
from phosphene.core.errors import UserError
from phosphene.core.rng import Stream
from phosphene.files.atomic import whole_file
from phosphene.raster import Picture, quantise
from phosphene.recipe import Recipe, fresh_seed
from phosphene.render import render
from phosphene.styles import style

Array = NDArray[Any]


class CPPN:
    """The network of cppn-tensorflow's model.py (otoro, 2016).

    `scale` multiplies z; the `scale` of `generate` is half the side of the plane. With a `seed` the
    same calls make the same pictures; without one, weights and z are random each time, as in the
    original. `pictures` are the pictures of the last batch, with their recipes.
    """

    def __init__(
        self,
        batch_size: int = 1,
        z_dim: int = 32,
        c_dim: int = 1,
        scale: float = 8.0,
        net_size: int = 32,
        *,
        seed: int | str | None = None,
    ):
        for name, value in (("batch_size", batch_size), ("z_dim", z_dim)):
            if value < 1:
                raise UserError(f"{name}: got {value}; expected at least 1")
        self.batch_size, self.z_dim, self.c_dim = batch_size, z_dim, c_dim
        self.scale, self.net_size = scale, net_size
        self.seed = fresh_seed() if seed is None else seed
        self.drawn = self.redrawn = 0
        self.pictures: list[Picture] = []
        self.reinit()

    def reinit(self) -> None:
        """Draw new weights."""
        self.base = style(
            "cppn-tensorflow", seed=self.seed, width=self.net_size, channels=self.c_dim,
            z_scale=self.scale, z=[0.0] * self.z_dim,
        )  # fmt: skip
        if self.redrawn:
            self.base = self.base.replace(
                {"networks.main.weights.seed": f"{self.seed}/{self.redrawn}"}
            )
        self.redrawn += 1

    def close(self) -> None:
        """Does nothing: there is no session to close."""

    def generate_z(self) -> Array:
        """z of shape (batch_size, z_dim) from U(-1, 1)."""
        self.drawn += 1
        count = self.batch_size * self.z_dim
        drawn = Stream(self.seed, f"sampler/z/{self.drawn}").uniform(count, -1.0, 1.0)
        return drawn.reshape(self.batch_size, self.z_dim)

    def recipe_of(self, z: ArrayLike, scale: float = 8.0) -> Recipe:
        """The recipe of the picture at one z."""
        values = [float(v) for v in self.batch(z)[0]]
        return self.base.replace(
            {"networks.main.latent.values": values, "networks.main.scale": scale}
        )

    def generate(
        self, z: ArrayLike | None = None, x_dim: int = 26, y_dim: int = 26, scale: float = 8.0
    ) -> Array:
        """Pixels of shape (n, y_dim, x_dim, c_dim), 0..1, a picture for each of the n rows of z; by
        default for `batch_size` random ones.
        """
        rows = self.batch(self.generate_z() if z is None else z)
        self.pictures = [render(self.recipe_of(row, scale), (x_dim, y_dim)) for row in rows]
        return np.stack([picture.float for picture in self.pictures])

    def batch(self, z: ArrayLike) -> Array:
        """z as an array of shape (n, z_dim). Raises `UserError` for any other."""
        values = np.asarray(z, np.float64)
        if values.size == 0 or values.shape[-1:] != (self.z_dim,) or values.ndim > 2:
            shape = values.shape
            raise UserError(f"z: shape {shape}; expected ({self.z_dim},) or (n, {self.z_dim})")
        return values.reshape(-1, self.z_dim)


class Sampler:
    """The session of the otoro post on cppn-tensorflow (2016), with the network `cppn`.

    `scale` and `seed` as in `CPPN`. `recipe` is the recipe of the last picture.
    """

    def __init__(
        self,
        z_dim: int = 8,
        scale: float = 10.0,
        net_size: int = 32,
        c_dim: int = 1,
        *,
        seed: int | str | None = None,
    ):
        self.cppn = CPPN(1, z_dim, c_dim, scale, net_size, seed=seed)
        self.z_dim, self.scale, self.net_size, self.c_dim = z_dim, scale, net_size, c_dim
        self.seed = self.cppn.seed
        self.made: Picture | None = None

    def reinit(self) -> None:
        """Draw new weights."""
        self.cppn.reinit()

    def generate_z(self) -> Array:
        """z of shape (1, z_dim) from U(-1, 1)."""
        return self.cppn.generate_z()

    def recipe_of(self, z: ArrayLike, scale: float = 10.0) -> Recipe:
        """The recipe of the picture at one z."""
        return self.cppn.recipe_of(z, scale)

    def generate(
        self,
        z: ArrayLike | None = None,
        x_dim: int = 1080,
        y_dim: int = 1060,
        scale: float = 10.0,
    ) -> Array:
        """Pixels of shape (y_dim, x_dim, c_dim), 0..1; for a batch of z, a batch of pictures."""
        batch = self.cppn.generate(z, x_dim, y_dim, scale)
        self.made = self.cppn.pictures[-1]
        self.recipe = self.made.recipe
        return self.made.float if len(batch) == 1 else batch

    def to_image(self, image_data: ArrayLike) -> Image.Image:
        """The picture as it looks in its PNG: black where v is 1."""
        if self.made is not None and image_data is self.made.float:
            levels = self.made.uint8  # dithered if the recipe asks for it
        else:
            levels = quantise(np.asarray(image_data, np.float32), self.cppn.base.finish)
        return Image.fromarray(levels[:, :, 0] if self.c_dim == 1 else levels)

    def show_image(self, image_data: ArrayLike) -> Image.Image:
        """An image to display in a notebook, equal to the PNG (the original did not invert it)."""
        return self.to_image(image_data)

    @old_keywords
    def save_png(
        self, image_data: ArrayLike, filename: str | PathLike[str], *, overwrite: bool = True
    ) -> None:
        """Write a PNG, with its recipe if it is the last picture made. Like the original, it
        replaces an existing file; `overwrite=False` refuses to.
        """
        if self.made is not None and image_data is self.made.float:
            self.made.save(filename, overwrite=overwrite)
            return
        with whole_file(Path(filename), overwrite) as file:
            self.to_image(image_data).save(file, "PNG")

    @old_keywords
    def save_anim_gif(
        self,
        z1: ArrayLike,
        z2: ArrayLike,
        filename: str | PathLike[str],
        n_frame: int = 10,
        duration1: float = 0.5,
        duration2: float = 1.0,
        duration: float = 0.1,
        x_dim: int = 512,
        y_dim: int = 512,
        scale: float = 10.0,
        reverse: bool = True,
        *,
        overwrite: bool = True,
    ) -> None:
        """Write a GIF from z1 to z2 in a straight line and back: 2 n_frame + 3 frames, looping. It
        replaces an existing file as `save_png` does.
        """
        first, last = self.cppn.batch(z1)[0], self.cppn.batch(z2)[0]
        step = (last - first) / (n_frame + 1)
        frames = [
            self.to_image(self.generate(first + step * i, x_dim, y_dim, scale))
            for i in range(n_frame + 2)
        ]
        durations = [duration1, *[duration] * n_frame, duration2]
        if reverse:
            frames += frames[-2::-1]
            durations += [*[duration] * n_frame, duration1]
        with whole_file(Path(filename), overwrite) as file:
            frames[0].save(
                file, "GIF", save_all=True, append_images=frames[1:], loop=0, disposal=1,
                duration=[round(seconds * 100) * 10 for seconds in durations],
            )  # fmt: skip


class FFN:
    """ichko's network. `depth` counts linear layers, including the output layer.

    `FFN(width=25, depth=9)(512)` gives pixels of shape (512, 512, 3), axis 0 along x, 0..1.
    """

    def __init__(
        self,
        width: int = 25,
        depth: int = 9,
        *,
        activation: str = "tanh",
        channels: int = 3,
        seed: int | str | None = None,
    ):
        if depth < 2:
            raise UserError(f"depth: got {depth}; FFN counts linear layers, at least 2")
        self.recipe = style(
            "ichko", seed=fresh_seed() if seed is None else seed, width=width, depth=depth - 1,
            activation=activation, channels=channels,
        )  # fmt: skip

    def __call__(self, steps: int = 512) -> Array:
        return render(self.recipe, (steps, steps)).float
