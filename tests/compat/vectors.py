"""Vectors: the weights of another program, and the pixels that it made of them.

A file goes through the same import as a user's weights, is rendered by both engines, and is held
against the stored pixels. Whatever does not load, render or agree raises.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import phosphene as ph
from phosphene.raster import quantise
from phosphene.systems import system_recipe
from phosphene.systems.npz import read_weights

Array = np.ndarray
ENGINES = ("cpu", "reference")


@dataclass(frozen=True)
class Peer:
    """A program, and how near to its pixels we have to be.

    `raw` names what the stored float pixels are, where the recipe paints something that comes
    after them: "bgr", the order of channels before the file writer turns it round; "unstretched",
    the values before the file writer stretches them.
    """

    system: str
    tolerance: float
    raw: str = ""


SINGLE, DOUBLE = 2e-4, 1e-9
# By the prefix of a file's name.
PEERS: dict[str, Peer] = {
    "neural_painter": Peer("neural-painter", DOUBLE, "bgr"),
    "neural_painter_py2": Peer("neural-painter", DOUBLE, "bgr"),
    "npainter": Peer("npainter", DOUBLE),
    "convnetjs": Peer("convnetjs", DOUBLE),
    "cppn_tensorflow": Peer("cppn-tensorflow", SINGLE),
    "cppn_gan_vae": Peer("cppn-gan-vae", SINGLE),
    "cppn_art": Peer("cppn-art", SINGLE, "unstretched"),
    "seed002_torch": Peer("ichko", SINGLE),
    "ichko_uv": Peer("ichko-uv", SINGLE),
    "ichko_keras_bn": Peer("ichko-keras", SINGLE),
    "resnet_cppn": Peer("resnet-cppn", SINGLE),
    "rppn": Peer("rppn", SINGLE),
    "jan_py": Peer("huenermann-python", 5e-3),
    "cppn_keras": Peer("cppn-keras", 5e-3),
    "jan_js": Peer("huenermann-browser", SINGLE),
    "jan_js_seeded": Peer("huenermann-browser", SINGLE),
    "netart": Peer("netart", SINGLE),
    "neurogram": Peer("neurogram", SINGLE),
    "neale_cppn": Peer("neale", SINGLE),
}
# A picture that hangs on the last bits of its weights cannot agree better than these allow.
MOST_ROUNDING = 1e-5


class Disagrees(AssertionError):
    """What came, what was stored, and how far they are apart."""


@dataclass(frozen=True)
class Result:
    engine: str
    error: float
    tolerance: float
    same_bytes: float | None  # the share of samples within one level, where bytes are stored


def find_peer(name: str) -> Peer:
    """By the longest known prefix, which ends at a `-` or `_`."""
    known = [p for p in PEERS if name == p or name.startswith((f"{p}-", f"{p}_"))]
    if not known:
        raise Disagrees(f"{name}: no known prefix; known are {', '.join(PEERS)}")
    return PEERS[max(known, key=len)]


def check_vector(path: Path) -> list[Result]:
    """Raises `Disagrees`, or what import and render raise; gives what was measured."""
    peer = find_peer(path.stem)
    arrays, settings = read_weights(path)
    results = [_measure(path.stem, peer, arrays, settings, engine) for engine in ENGINES]
    for r in results:
        if not r.error <= r.tolerance:
            raise Disagrees(f"{path.name}: {r.engine} differs by {r.error:.3g} > {r.tolerance:.3g}")
        if r.same_bytes is not None and r.same_bytes < 0.999:
            raise Disagrees(f"{path.name}: {r.engine}: {r.same_bytes:.2%} of bytes within 1 level")
    return results


def _measure(name: str, peer: Peer, arrays: Any, settings: Any, engine: str) -> Result:
    double = peer.tolerance == DOUBLE
    wanted = _stored(name, arrays, "pixels64" if double else "pixels")
    recipe = system_recipe(peer.system, arrays, settings)
    assert (recipe.precision == "f64") >= double
    size = (wanted.shape[1], wanted.shape[0])
    picture = ph.render(recipe, size, engine=engine)
    got = _pixels(peer, recipe, picture, size, engine)
    error, tolerance = _difference(name, got, wanted), peer.tolerance
    if double and error > tolerance:
        tolerance = max(tolerance, min(MOST_ROUNDING, 2 * rounding(peer, arrays, settings, size)))
    share = None
    if "uint8" in arrays:
        stored = _stored(name, arrays, "uint8").astype(int)
        made = quantise(got, recipe.finish) if peer.raw == "bgr" else picture.uint8
        if made.shape != stored.shape:
            raise Disagrees(f"{name}: bytes of shape {made.shape}, stored are {stored.shape}")
        share = float(np.mean(np.abs(made - stored) <= 1))
    return Result(engine, error, tolerance, share)


def _stored(name: str, arrays: Any, key: str) -> Array:
    """Height, width, channels."""
    if key not in arrays:
        raise Disagrees(f"{name}: array '{key}' is missing")
    stored = arrays[key]
    stored = stored[..., None] if stored.ndim == 2 else stored
    if stored.ndim != 3 or not stored.size or stored.dtype.kind not in "fu":
        raise Disagrees(f"{name}: '{key}' is no picture: {stored.dtype}, shape {stored.shape}")
    return stored


def _pixels(peer: Peer, recipe: Any, picture: Any, size: Any, engine: str) -> Array:
    """What the program calls its pixels."""
    if peer.raw == "unstretched":
        recipe = recipe.replace({"shading.colour": ["main0"]})
        return np.asarray(ph.render(recipe, size, engine=engine))
    pixels = np.asarray(picture)
    return np.ascontiguousarray(pixels[..., ::-1]) if peer.raw == "bgr" else pixels


def _difference(name: str, got: Array, wanted: Array) -> float:
    """The greatest; stored values are held to 0..1 (NaN is 0), as a picture's are.

    A channel that is not stored must be empty: a map of u and v is painted in red and green.
    """
    channels = wanted.shape[2]
    if got.shape[2] < channels or got[..., channels:].any():
        raise Disagrees(f"{name}: {got.shape[2]} channels, stored are {channels}")
    held = np.clip(np.nan_to_num(wanted.astype(np.float64), nan=0.0), 0.0, 1.0)
    return float(np.abs(got[..., :channels].astype(np.float64) - held).max())


def rounding(peer: Peer, arrays: Any, settings: Any, size: tuple[int, int]) -> float:
    """How far the picture moves when every weight moves by its last bit, up or down.

    Two programs that add in another order agree no better: log_abs near 0 makes 1e-7 of 1e-16.
    """
    still = np.asarray(ph.render(system_recipe(peer.system, arrays, settings), size))
    moved = 0.0
    for k in range(4):
        up = np.random.default_rng(k)
        nudged = {
            n: np.nextafter(a, np.where(up.random(a.shape) < 0.5, np.inf, -np.inf))
            if a.dtype == np.float64
            else a
            for n, a in arrays.items()
        }
        other = np.asarray(ph.render(system_recipe(peer.system, nudged, settings), size))
        moved = max(moved, float(np.abs(other - still).max()))
    return moved


def find_vectors(folder: Path) -> list[Path]:
    """Every .npz file; a folder without any is a fault."""
    found = sorted(folder.glob("*.npz"))
    if not found:
        raise Disagrees(f"{folder}: no .npz files; PHOSPHENE_VECTORS names the folder to check")
    return found


def damaged(path: Path, folder: Path, **changes: Array | None) -> Path:
    """A copy with arrays changed, or left out where None."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files} | changes
    copy = folder / path.name
    np.savez(copy, **{n: a for n, a in arrays.items() if a is not None})
    return copy


__all__ = [
    "PEERS", "Disagrees", "check_vector", "damaged", "find_peer", "find_vectors",
]  # fmt: skip
