"""Films as other programs make them: each frame from scratch, whole images, NumPy or PyTorch.

The NumPy side is the loop of `generate` calls of cppn-tensorflow, and a plain version of a house
style. The PyTorch side is eager mode as in neale/CPPN and its successor neural-canvas: for each
frame the tensors of x, y, r and z are built and passed through linear layers without gradients.
Both sides may use all cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.bench.styles import numpy_picture
from phosphene.bench.systems import numpy_bytes
from phosphene.bench.timing import Job, wall_seconds
from phosphene.compiler import latents, make_networks
from phosphene.core.threads import thread_count
from phosphene.ir.network import Activate, Affine, Network
from phosphene.motion import Film
from phosphene.motion.paths.grammar import read_paths
from phosphene.recipe import Recipe
from phosphene.styles import style

Bytes = NDArray[np.uint8]
Frames = Callable[[], list[Bytes]]

SETTLE = 0.3  # seconds; threads of linear algebra libraries keep spinning after their work
SIDE, COUNT = 512, 8  # pixels a side, and the frames of each film that are timed
AIM = 5.0
MISSING = "PyTorch: not installed here, not compared (pip install torch)"
SUBJECTS = {
    "NumPy": ("cppn-tensorflow", "silk"),
    "PyTorch": ("cppn-tensorflow", "neale"),
}


def moving(recipe: Recipe, size: tuple[int, int], count: int) -> Film:
    return Film(recipe, tuple(read_paths("loop radius=0.3")), count, size=size)


def frame_recipes(film: Film) -> list[Recipe]:
    """The recipes of the first `COUNT` frames."""
    return [film.recipe_at(film.states(k)[0]) for k in range(min(COUNT, film.count))]


def numpy_frames(recipes: Sequence[Recipe], side: int) -> Frames:
    """A function that renders the frames of these recipes with NumPy."""
    systems = {"cppn-tensorflow", "neale"}
    paint = numpy_bytes if recipes[0].style in systems else numpy_picture
    return lambda: [paint(recipe, side) for recipe in recipes]


def torch_frames(recipes: Sequence[Recipe], side: int) -> Frames:
    """The same with PyTorch, for recipes of one network of layers over x, y and r."""
    import torch  # pyright: ignore[reportMissingImports] - a peer, where it is installed

    torch.set_num_threads(thread_count(None))
    networks = [make_networks(recipe)[0] for recipe in recipes]
    layers = [_layers(torch, network) for network in networks]
    zs = [torch.tensor([list(latents(recipe).values())]) for recipe in recipes]
    scale, invert = recipes[0].networks["main"].scale, recipes[0].finish.invert

    def paint(sequence: list[Callable[[Any], Any]], z: Any) -> Bytes:
        axis = torch.linspace(-1, 1, side) * scale
        y, x = (a.reshape(-1, 1) for a in torch.meshgrid(axis, axis, indexing="ij"))
        h = torch.cat([x, y, torch.sqrt(x * x + y * y), z.repeat(side * side, 1)], dim=1)
        for layer in sequence:
            h = layer(h)
        h = 1 - h if invert else h
        return (h.clamp(0, 1) * 255).to(torch.uint8).reshape(side, side, -1).numpy()

    def film() -> list[Bytes]:
        with torch.no_grad():
            return [paint(sequence, z) for sequence, z in zip(layers, zs, strict=True)]

    return film


def _layers(torch: Any, network: Network) -> list[Callable[[Any], Any]]:
    """The layers of the network, as `torch.nn.Sequential` would hold them."""
    activations: dict[str, Callable[[Any], Any]] = {
        "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": torch.nn.functional.elu,
        "softplus": torch.nn.functional.softplus, "half_sin": lambda h: torch.sin(h) * 0.5 + 0.5,
    }  # fmt: skip
    made: list[Callable[[Any], Any]] = []
    for step in network.steps:
        match step:
            case Affine():
                weights = step.weights
                if step.latent is not None:
                    weights = np.hstack([weights, step.latent])
                linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
                linear.weight.data = torch.from_numpy(weights.astype(np.float32))
                linear.bias.data = torch.from_numpy(step.biases.astype(np.float32))
                made.append(linear)
            case Activate():
                ((name, _, _),) = step.runs
                made.append(activations[name])
            case _:
                raise AssertionError(f"{step}: not in the networks that are measured")
    return made


PEERS: dict[str, Callable[[Sequence[Recipe], int], Frames]] = {
    "NumPy": numpy_frames,
    "PyTorch": torch_frames,
}


def peers_here() -> list[str]:
    return [name for name in PEERS if name != "PyTorch" or find_spec("torch")]


def peers_job(peer: str) -> Job:
    """Seconds of the first frames of some films, by our engine and by a peer."""
    named = {name: style(name, seed=7) for name in SUBJECTS[peer]}

    def run() -> dict[str, float]:
        found: dict[str, float] = {}
        for name, recipe in named.items():
            film = moving(recipe, (SIDE, SIDE), COUNT)
            renderer = film.renderer(film.size)
            theirs = PEERS[peer](frame_recipes(film), SIDE)
            renderer.frame(film.states(0))  # setup of the film is not timed
            PEERS[peer](frame_recipes(film)[:1], 32)()
            time.sleep(SETTLE)
            found[f"{name}/{peer}/ours"] = wall_seconds(
                lambda f=film, r=renderer: [r.frame(f.states(k)) for k in range(COUNT)]
            )
            found[f"{name}/{peer}/theirs"] = wall_seconds(theirs)
        return found

    return Job(run)


def against(best: dict[str, float]) -> dict[str, dict[str, dict[str, float]]]:
    """By peer and film: frames per second of both, and their ratio, from the best times."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for peer in peers_here():
        for name in SUBJECTS[peer]:
            ours, theirs = (best[f"{name}/{peer}/{side}"] for side in ("ours", "theirs"))
            row = {"ours": COUNT / ours, "theirs": COUNT / theirs, "times": theirs / ours}
            found.setdefault(peer, {})[name] = row
    return found


def peers_text(figures: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    lines = [f"{f'{SIDE}x{SIDE}, fps':<28}{'ours':>10}{'theirs':>10}{'times':>8}"]
    for peer in PEERS:
        if peer not in figures:
            lines.append(MISSING)
        for name, row in figures.get(peer, {}).items():
            label = f"{name}, {peer}"
            lines.append(
                f"{label:<28}{row['ours']:10.1f}{row['theirs']:10.1f}{row['times']:7.1f}x"
                f"{'' if row['times'] >= AIM else f'  below the aim of {AIM:g}x'}"
            )
    return lines
