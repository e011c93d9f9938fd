"""What the loaders of weights share: layers, networks and recipes as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phosphene.core.errors import InputError
from phosphene.recipe import Recipe

# Sample positions of programs. Rows first: x runs down, y across.
UNIT = {"span": 1.0, "centre": (0.5, 0.5), "origin": "corner", "sampling": "start"}


def layer(weights: Any, biases: Any = None, activation: str = "identity", **more: Any) -> Any:
    return {"weights": weights, "biases": biases, "activation": activation, **more}


def explicit_network(
    inputs: Sequence[Any], layers: Sequence[Any], z: Sequence[float] = ()
) -> dict[str, Any]:
    """A network with explicit weights."""
    latent = {"size": len(z), "values": list(z)}
    return {"kind": "explicit", "inputs": list(inputs), "layers": list(layers), "latent": latent}


def plain_recipe(network: dict[str, Any], shading: dict[str, Any], **parts: Any) -> Recipe:
    """A recipe with one sample per pixel and no dither. Raises `RecipeError` for what a recipe
    cannot hold.
    """
    plain = {"antialias": "none", "dither": "none"}
    parts["finish"] = {**plain, **parts.get("finish", {})}
    return Recipe(networks={"main": network}, shading=shading, **parts)


def scaled(z: Sequence[float], scale: float) -> list[str]:
    """Input formulas: every component of z times a number."""
    return [f"{scale!r}*z{i}" for i in range(len(z))]


def colours(array: str, count: int, text: str = "main{0}", order: Sequence[int] = (0, 1, 2)) -> Any:
    """A shading of one output (grey) or three; `array` is their source, for messages."""
    if count not in (1, 3):
        raise InputError(f"array '{array}': got {count} outputs; expected 1 (grey) or 3 (colours)")
    if count == 1:
        return {"grey": text.format(0), "channels": 1}
    return {"rgb": [text.format(i) for i in order]}
