"""A folder of texture maps: the files of a material, written in bands of any height."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.colour.curves import encode
from phosphene.core.arguments import check_functions
from phosphene.core.errors import UserError, unknown
from phosphene.core.rng import seed_text
from phosphene.files import create
from phosphene.files.atomic_folder import whole_names
from phosphene.files.materialx import materialx
from phosphene.files.options import Metadata, metadata_level
from phosphene.files.samples import as_wanted
from phosphene.jobs.executor import Executor, Say
from phosphene.jobs.executors import check_workers, open_executor
from phosphene.jobs.threads import each, on_threads
from phosphene.networks.nameless import nameless
from phosphene.raster import Picture
from phosphene.raster import metadata as texts_of
from phosphene.raster.frame import Size, parse_size
from phosphene.raster.painter import bands
from phosphene.recipe import Recipe, closed_directions
from phosphene.render import render_file
from phosphene.render.map_pixels import NAMES, Heights, border, lit, maps_of
from phosphene.render.map_recipes import MapRecipes, MapSettings, map_recipes
from phosphene.render.textures import PLAIN, pictures, wraps

Progress = Callable[[int, int], None]

BAND = 1 << 20  # pixels of the maps that are computed at a time
PREVIEW = 320  # pixels of the longer side of one copy in the preview
SOURCES = {"height": ".height.npy", "metal": ".metal.npy"}  # temporary files


def write_maps(
    recipe: Recipe,
    folder: str | PathLike[str],
    size: str | int | Size,
    *,
    depth: int | None = None,
    height_format: str = "png",
    threads: int | None = None,
    workers: int | None = None,
    cluster: Any = None,
    engine: str = "cpu",
    overwrite: bool = False,
    metadata: Metadata = "full",
    progress: Progress | None = None,
    say: Say = lambda line: None,
    **settings: Any,
) -> dict[str, Any]:
    """Write a folder with a PNG of each map, a preview, material.json and material.mtlx
    (MaterialX), complete or not at all.

    Height has 16 bits by default, the other maps 8; `depth` sets all. With `height_format` "exr",
    the height is an OpenEXR file of 32-bit floats. `workers` and `cluster` as in `render_file`;
    `metadata` as in `Picture.save`, `settings` as in `textures`. Returns the contents of a full
    material.json. Raises as `textures` and `render_file` do.
    """
    check_functions(progress=progress, say=say)
    check_workers(threads, workers, cluster)
    if depth not in (None, 8, 16):
        raise UserError(f"got {depth}; expected 8 or 16 bits per sample", argument="depth")
    if height_format not in ("png", "exr"):
        name = unknown("format", height_format, ("png", "exr"))
        raise UserError(name, argument="height_format")
    level = metadata_level(metadata)
    pixels, chosen = parse_size(size), MapSettings(**settings)
    made = map_recipes(recipe, pixels, chosen)
    files = {name: f"{name}.png" for name in NAMES} | {"height": f"height.{height_format}"}
    material = _material(recipe, made, pixels, chosen, files)
    path = Path(fspath(folder).rstrip("/") or ".")
    with whole_names(path, [path.name], overwrite) as (part,):
        part.mkdir()
        work = _Work(recipe, made, chosen, pixels, part, files, depth, level)
        with open_executor(threads, workers, cluster, say) as executor:
            work.render(executor, engine, progress)
        work.write(threads)
        work.preview()
        text = json.dumps(_at_level(material, recipe, level), indent=1, ensure_ascii=False)
        (part / "material.json").write_text(text, encoding="utf-8")
        title = f"{recipe.style or 'picture'} {seed_text(recipe.seed)}" if level == "full" else ""
        (part / "material.mtlx").write_text(materialx(title, material), encoding="utf-8")
    return material


def _material(
    recipe: Recipe, made: MapRecipes, size: Size, settings: MapSettings, files: dict[str, str]
) -> dict[str, Any]:
    return {
        "phosphene-maps": 2,
        "files": files,
        "preview": "preview.png",
        "materialx": "material.mtlx",
        "size": list(size),
        "normal": settings.normal,
        "height": made.formula,
        "slope": settings.slope,
        # the height that 1 in the height map means, as a share of the width
        "displacement": made.displacement,
        "roughness": settings.roughness,
        "ao_strength": settings.ao_strength,
        "ao_reach": settings.ao_reach,
        "metal": made.metal_formula,
        "seamless": recipe.surface.kind,
        "recipe": recipe.to_dict(),
    }


def _at_level(material: dict[str, Any], recipe: Recipe, level: str) -> dict[str, Any]:
    """What is written of a material: without metadata nothing that the recipe says."""
    if level == "none":
        said = ("height", "metal", "recipe")
        return {name: value for name, value in material.items() if name not in said}
    return material | ({"recipe": nameless(recipe).to_dict()} if level == "recipe" else {})


class _Work:
    """The maps of one folder: their sources rendered, then written band by band."""

    def __init__(
        self, recipe: Recipe, made: MapRecipes, settings: MapSettings, size: Size, folder: Path,
        files: dict[str, str], depth: int | None, level: Any,
    ):  # fmt: skip
        self.recipe, self.made, self.settings, self.size = recipe, made, settings, size
        self.folder, self.files, self.depth, self.level = folder, files, depth, level
        self.reach = settings.ao_reach * min(size)
        self.edge, self.wraps = border(self.reach, size), wraps(recipe, size)

    def render(self, executor: Executor, engine: str, progress: Progress | None) -> None:
        """Render the albedo, the height with its border, and the metal: one after the other with
        threads, all at once with workers.
        """
        depth = self.depth or 8
        works: dict[str, tuple[Recipe, dict[str, Any]]] = {
            self.files["albedo"]: (self.recipe, {"depth": depth}),
            SOURCES["height"]: (self.made.height, {"bleed": None if self.wraps else self.edge}),
        }
        if self.made.metal:
            works[SOURCES["metal"]] = self.made.metal, {}
        rows: dict[str, tuple[int, int]] = dict.fromkeys(works, (0, self.size[1]))

        def write(name: str) -> None:
            def count(done: int, total: int) -> None:
                rows[name] = done, total
                if progress:
                    progress(*map(sum, zip(*rows.values(), strict=True)))

            source, options = works[name]
            render_file(
                source, self.folder / name, self.size, cluster=executor, engine=engine,
                progress=count, metadata=self.level, **options,
            )  # fmt: skip

        with closing(on_threads(len(works) if executor.remote else 1)) as side:
            for _ in each(side, write, list(works)):
                pass

    def write(self, threads: int | None) -> None:
        """Write the maps from the rendered sources, and remove these."""
        pieces = list(bands(self.size[1], max(1, BAND // self.size[0])))
        with ExitStack() as opened:
            writers = {name: opened.enter_context(self._writer(name)) for name in NAMES[1:]}
            side = opened.enter_context(closing(on_threads(threads)))
            for band in each(side, self._band, pieces):
                for name, rows in band.items():
                    writers[name].write(rows)
        for name in SOURCES.values():
            (self.folder / name).unlink(missing_ok=True)

    def _writer(self, name: str) -> Any:
        options: dict[str, Any] = {"depth": self.depth or (16 if name == "height" else 8)}
        if self.files[name].endswith(".exr"):
            options = {"depth": "float", "raw": True}
        channels = 3 if name in ("normal", "orm") else 1
        texts = texts_of(self.recipe, self.size, finish=PLAIN, map=name, level=self.level)
        path = self.folder / self.files[name]
        return create(path, self.size, channels, texts, options=options, data=True)

    def _band(self, piece: Any) -> dict[str, Any]:
        """The rows of every map, as their writers take them."""
        top, count = piece
        heights = self._heights(top - self.edge, count + 2 * self.edge)
        metal = None
        if self.made.metal:
            metal = _read(self.folder / SOURCES["metal"])[top : top + count, :, 0]
            metal = as_wanted(metal[..., None].copy(), "linear")[..., 0]
        maps = maps_of(
            heights, metal, self.edge, self.made.displacement * self.size[0], self.reach,
            self.settings,
        )  # fmt: skip
        return {name: self._samples(name, pixels) for name, pixels in maps.items()}

    def _heights(self, top: int, count: int) -> Heights:
        """Rows of heights with the border, from `top` on, which may lie beyond the picture."""
        stored = _read(self.folder / SOURCES["height"])[..., 0]
        if not self.wraps:
            rows = stored[top + self.edge : top + self.edge + count]
            return as_wanted(rows[..., None].copy(), "linear")[..., 0]
        lines = np.arange(top, top + count) % self.size[1]
        columns = np.arange(-self.edge, self.size[0] + self.edge) % self.size[0]
        return as_wanted(stored[lines][..., None], "linear")[..., 0][:, columns]

    def _samples(self, name: str, pixels: Any) -> Any:
        if self.files[name].endswith(".exr"):
            return pixels
        wide = self.depth == 16 or (self.depth is None and name == "height")
        return as_wanted(pixels, "words" if wide else "bytes")

    def preview(self) -> None:
        """Write the surface under a lamp, three times in every direction in which it repeats."""
        share = min(1.0, PREVIEW / max(self.size))
        width, height = (max(1, round(side * share)) for side in self.size)
        maps = pictures(self.recipe, (width, height), self.settings)
        if self.settings.normal == "directx":
            maps["normal"].float[..., 1] = 1 - maps["normal"].float[..., 1]
        albedo = as_wanted(maps["albedo"].float, "linear")
        light = lit(albedo, {name: found.float for name, found in maps.items()})
        ways = closed_directions(self.recipe.surface.kind, self.recipe.view.axes)
        copies = (3 if "y" in ways else 1, 3 if "x" in ways else 1, 1)
        shown = np.tile(encode(np.clip(light, 0, 1)).astype(np.float32), copies)
        size = shown.shape[1], shown.shape[0]
        picture = Picture(shown, self.recipe, size, finish=PLAIN, map="preview")
        picture.save(self.folder / "preview.png", metadata=self.level)


def _read(path: Path) -> Any:
    """An array of a temporary file, read where it is used."""
    return np.load(path, mmap_mode="r", allow_pickle=False)
