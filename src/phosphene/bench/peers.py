"""How other programs paint: whole images of pixels x units, in NumPy and in eager PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.networks import NETWORKS
from phosphene.bench.timing import cpu_seconds
from phosphene.compiler import make_networks
from phosphene.ir.network import Activate, Affine
from phosphene.recipe import Recipe

Step = (
    tuple[Any, Any] | tuple[tuple[str, int, int], ...]
)  # (weights, biases) or runs of an activation

NUMPY: Mapping[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sin": np.sin,
    "relu": lambda x: np.maximum(x, 0),
    "gauss": lambda x: np.exp(-x * x),
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def numpy_painter(recipe: Recipe, size: int) -> Callable[[], NDArray[np.uint8]]:
    """A function that paints the recipe with NumPy: uint8 of shape (size, size, 3)."""
    steps = _steps(recipe)

    def paint() -> NDArray[np.uint8]:
        h = _whole_image(_coordinates(size), steps, NUMPY)
        return (h * 255 + 0.5).astype(np.uint8).reshape(size, size, 3)

    return paint


def torch_painter(recipe: Recipe, size: int) -> Callable[[], NDArray[np.uint8]]:
    """The same with PyTorch, on one thread."""
    import torch  # pyright: ignore[reportMissingImports] - a peer, where it is installed

    torch.set_num_threads(1)
    activations = {
        "tanh": torch.tanh,
        "sin": torch.sin,
        "relu": torch.relu,
        "gauss": lambda x: torch.exp(-x * x),
        "softplus": torch.nn.functional.softplus,
        "sigmoid": torch.sigmoid,
    }
    steps = [
        tuple(torch.from_numpy(a) for a in step) if isinstance(step[0], np.ndarray) else step
        for step in _steps(recipe)
    ]

    def paint() -> NDArray[np.uint8]:
        with torch.inference_mode():
            h = _whole_image(torch.from_numpy(_coordinates(size)), steps, activations)
            return (h * 255 + 0.5).to(torch.uint8).numpy().reshape(size, size, 3)

    return paint


def peers_here() -> list[str]:
    return ["numpy", "torch"] if find_spec("torch") else ["numpy"]


def peer_seconds(size: int) -> dict[str, float]:
    """CPU seconds of one picture, by "network peer", after a small warm-up picture."""
    painters = {"numpy": numpy_painter, "torch": torch_painter}
    found = {}
    for network, recipe in NETWORKS.items():
        for peer in peers_here():
            painters[peer](recipe, 32)()
            found[f"{network} {peer}"] = cpu_seconds(painters[peer](recipe, size))
    return found


def _steps(recipe: Recipe) -> list[Any]:
    """The network's steps in float32, weights of shape (inputs, units)."""
    found: list[Step] = []
    for step in make_networks(recipe)[0].steps:
        match step:
            case Affine():
                weights = np.ascontiguousarray(step.weights.T, np.float32)
                found.append((weights, step.biases.astype(np.float32)))
            case Activate():
                found.append(step.runs)
            case _:
                raise AssertionError(f"{step}: not in the networks that are measured")
    return found


def _coordinates(size: int) -> NDArray[np.float32]:
    """x, y and r of every pixel: shape (size * size, 3)."""
    axis = (np.arange(size, dtype=np.float32) + 0.5) * np.float32(2 / size) - 1
    x, y = (a.ravel() for a in np.meshgrid(axis, axis))
    return np.stack([x, y, np.sqrt(x * x + y * y)], axis=1)


def _whole_image(h: Any, steps: list[Any], activations: Mapping[str, Callable[[Any], Any]]) -> Any:
    for step in steps:
        if not isinstance(step[0], tuple):
            weights, biases = step
            h = h @ weights + biases
        elif len(step) == 1:
            h = activations[step[0][0]](h)
        else:
            for name, start, count in step:
                h[:, start : start + count] = activations[name](h[:, start : start + count])
    return h
