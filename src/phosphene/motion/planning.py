"""From what was asked for to a film: its length, its radius, its times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import Any

from phosphene.errors import UserError, unknown
from phosphene.films import read_film_texts
from phosphene.motion.film import Film
from phosphene.motion.length import FPS, count_frames, frame_rate
from phosphene.motion.moment import Spec
from phosphene.motion.paths import PATHS, Given, read_paths
from phosphene.motion.stage import Stage
from phosphene.motion.timing import (
    FASTEST,
    SIDE,
    SLOWEST,
    SPEED,
    STILL,
    change,
    find_radius,
    looker,
    measure_pace,
    rough_length,
)
from phosphene.recipe import Recipe
from phosphene.styles import style
from phosphene.view import Size, parse_size

SPEEDS = {"slow": 0.004, "calm": SPEED, "lively": 0.016}
ENERGY = 0.5


def animate(
    recipe: Recipe | str,
    path: Given = "loop",
    *,
    frames: int | None = None,
    seconds: float | None = None,
    beats: float | None = None,
    bpm: float | None = None,
    fps: float | str | Fraction = FPS,
    size: str | int | Size = (1280, 720),
    speed: float | str | None = None,
    energy: float = ENERGY,
    pulse: bool = False,
    even: bool = True,
    subframes: int = 1,
    shutter: float = 0.5,
    seed: int | str = 0,
) -> Film:
    """A film of a recipe (or of a style's `seed`) on one path or several: "loop", "zoom factor=8",
    "loop + rotate turns=1", tables such as `{"path": "sweep", "scale": [1, 3]}`, or a list.

    As long as `frames`, `seconds` (12) or `beats` at `bpm` say. `speed` is the mean OKLab change
    per frame at 30 fps (0.008), or "slow", "calm", "lively": it sets the radius of a loop.
    `energy` from 0.2 to 0.8 scales that, and with `pulse` (and `beats`) how much the motion surges
    on each beat. `even` gives the change one speed. Nothing is rendered yet but small probes;
    `Film.told` says what they found. Raises `UserError`, `RecipeError`.
    """
    recipe = style(recipe, seed=seed) if isinstance(recipe, str) else recipe
    rate = frame_rate(fps)
    count, note = count_frames(rate, frames, seconds, beats, bpm)
    if not 0.05 <= energy <= 1:
        raise UserError(f"--energy: got {energy:g}; expected 0.2 (calm) to 0.8 (wild)")
    if pulse and not beats:
        raise UserError("--pulse: needs --beats and --bpm, to know where the beats are")
    wanted = _speed(speed) * energy / ENERGY * 30 / float(rate)
    surge = min(energy, 0.95) if pulse else 0.0
    film = Film(
        recipe, tuple(_placed(spec) for spec in read_paths(path)), count, rate, parse_size(size),
        (), float(beats or 0), surge, subframes, shutter, (note,) if note else (),
    )  # fmt: skip
    auto = [spec for spec in read_paths(path) if spec.get("radius") == "auto"]
    if not any(PATHS[spec["path"]].even for spec in film.path):
        return film
    stage = film.stage((SIDE, SIDE), threads=1)
    film = replace(film, told=(*film.told, *stage.told()))
    if auto:
        film = _with_radius(film, stage, wanted)
    return _even(film, stage) if even else film


def open_film(path: str | PathLike[str]) -> Film:
    """The film that a file (or folder of frames) holds. Raises `InputError`."""
    return Film.from_texts(read_film_texts(path), str(path))


def _placed(spec: Spec) -> Spec:
    return {**spec, "radius": 0.5} if spec.get("radius") == "auto" else spec


def _speed(speed: float | str | None) -> float:
    if isinstance(speed, str) and speed in SPEEDS:
        return SPEEDS[speed]
    try:
        found = SPEED if speed is None else float(speed)
    except ValueError:
        raise UserError(f"--speed: {unknown('speed', str(speed), SPEEDS)} Or a number.") from None
    if not SLOWEST <= found <= FASTEST:
        raise UserError(
            f"--speed: got {found:g}; expected {SLOWEST:g} to {FASTEST:g}, the OKLab change per "
            f"frame at 30 fps ({SPEED:g} is calm)"
        )
    return found


def _even_only(film: Film) -> Film:
    """The film in plain time, without the paths that are even by themselves."""
    kept = tuple(spec for spec in film.path if PATHS[spec["path"]].even)
    return replace(film, path=kept, times=(), beats=0.0, surge=0.0)


def _with_radius(film: Film, stage: Stage, wanted: float) -> Film:
    """The radius at which a frame's mean change is the wanted one."""

    def at(radius: float) -> Film:
        path = tuple({**s, "radius": radius} if s["path"] == "loop" else s for s in film.path)
        return replace(film, path=path)

    def length(radius: float) -> float:
        alone = _even_only(at(radius))
        return rough_length(looker(stage, alone.at))

    radius, found = find_radius(length, wanted * film.count)
    per_frame = found / film.count
    line = f"loop radius {radius:.3g}: OKLab change {per_frame:.4f} per frame"
    if abs(per_frame - wanted) > 0.1 * wanted:
        line += f" ({wanted:.4f} was wanted; the radius has its limits: another length or --speed)"
    return replace(at(radius), told=(*film.told, line))


def _even(film: Film, stage: Stage) -> Film:
    pace = measure_pace(looker(stage, _even_only(film).at))
    if not pace.times:
        return replace(film, told=(*film.told, "nothing changes along the path"))
    said = list(film.told)
    if not any(spec["path"] == "loop" for spec in film.path):
        at_30 = pace.length / film.count * float(film.fps) / 30
        calm = round(pace.length / SPEED * float(film.fps) / 30)
        said.append(f"OKLab change {at_30:.4f} per frame at 30 fps; {calm} frames would be calm")
    better = pace.after < pace.before
    now = f"{pace.after:.2f} evened out" if better else "left so"
    said.append(f"fastest change over slowest: {pace.before:.2f} in plain time, {now}")
    return replace(film, times=pace.times if better else (), told=tuple(said))


def seam(film: Film) -> tuple[float, float]:
    """The change from the last frame to the first, and the usual step beside it."""
    stage = film.stage((SIDE, SIDE), threads=1)
    last = film.count

    def look(k: int) -> Any:
        at: Callable[[float], Any] = lambda _: film.moments(k % last)[0]  # noqa: E731
        return looker(stage, at)(0.0)

    a, b, c, d = (look(k) for k in (last - 2, last - 1, 0, 1))
    return change(b, c), max((change(a, b) + change(c, d)) / 2, STILL)


def seam_line(film: Film) -> str:
    """What is to be said of the seam of a film that closes; nothing of another."""
    if not film.closed or film.count < 4:
        return ""
    last, usual = seam(film)
    share = f"{last / usual:.2f} of a usual step"
    return f"loop seam: change {last:.4f}, beside it {usual:.4f}: {share}"
