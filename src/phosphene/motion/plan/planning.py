"""From what was asked for to a film: its length, its radius, its times."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from phosphene.core.errors import UserError
from phosphene.motion.film import Film
from phosphene.motion.paths.camera import is_endless
from phosphene.motion.paths.frame_state import Spec
from phosphene.motion.paths.parameters import said_numbers
from phosphene.motion.paths.table import Given, is_even, read_paths
from phosphene.motion.plan.duration import FPS, count_frames, frame_rate
from phosphene.motion.plan.pacing import (
    ENERGY,
    Asked,
    closing_line,
    length_line,
    read_asked,
    still_line,
    with_count,
)
from phosphene.motion.plan.speed import (
    find_radius,
    measure_pace,
    oklab_frames,
    probe_size,
    rough_length,
)
from phosphene.motion.plan.subframes import choose_subframes
from phosphene.motion.render.frame_renderer import FrameRenderer
from phosphene.motion.render.subframes import read_subframes
from phosphene.raster.view import Size, parse_size
from phosphene.recipe import Recipe
from phosphene.styles import style


def animate(
    recipe: Recipe | str,
    path: Given | None = None,
    *,
    frames: int | None = None,
    seconds: float | None = None,
    beats: float | None = None,
    bpm: float | None = None,
    fps: float | str | Fraction = FPS,
    size: str | int | Size = (1280, 720),
    speed: float | str | None = None,
    energy: float | None = None,
    pulse: bool = False,
    even: bool = True,
    subframes: int | str = "auto",
    shutter: float = 0.5,
    seed: int | str | None = None,
) -> Film:
    """A film of a recipe, or of a style (with `seed`, 0; it replaces that of a recipe), on one path
    or several: "loop" (as None is), "zoom factor=8", "loop + rotate turns=1", tables such as
    `{"path": "sweep", "scale": [1, 3]}`, or a list.

    As long as `frames`, `seconds` (12) or `beats` at `bpm` say. `speed` is the mean OKLab change
    per frame at 30 fps (0.008), or "slow", "calm", "lively": it sets the radius of a loop, and on
    other paths the number of frames where none of those says it. `energy` from 0.2 to 0.8 (0.5)
    scales that, and with `pulse` (and `beats`) is how much the motion surges on each beat. `even`
    gives the change one speed. `subframes` "auto" are 4 where a probe finds that hard edges would
    jump, at 2 to 4 times the work, and 1 elsewhere. Nothing is rendered yet but small probes;
    `Film.notes` says what they found. Raises `UserError`, `RecipeError`.
    """
    if isinstance(recipe, str):
        recipe = style(recipe, seed=seed or 0)
    elif seed is not None:
        recipe = recipe.replace({"seed": seed, "rescued": ()})
    path = "loop" if path is None else path
    rate = frame_rate(fps)
    count, note = count_frames(rate, frames, seconds, beats, bpm)
    asked = read_asked(speed, energy, pulse, frames, seconds, beats)
    if pulse and not beats:
        raise UserError("--pulse: needs --beats and --bpm, to know where the beats are")
    surge = min(ENERGY if energy is None else energy, 0.95) if pulse else 0.0
    parts = read_subframes(subframes)
    film = Film(
        recipe, tuple(_placed(spec) for spec in read_paths(path)), count, rate, parse_size(size),
        (), float(beats or 0), surge, parts or 1, shutter,
    )  # fmt: skip
    film = _timed(film, path, asked, even)
    if note and film.count == count:
        film = replace(film, notes=(note, *film.notes))
    if parts is not None:
        return film
    parts, said = choose_subframes(film)
    return replace(film, subframes=parts, notes=(*film.notes, said) if said else film.notes)


def _timed(film: Film, path: Given, asked: Asked, even: bool) -> Film:
    """The film with the radius and the times that its paths ask for."""
    auto = [spec for spec in read_paths(path) if spec.get("radius") == "auto"]
    renderer = film.renderer(probe_size(film.size), threads=1)
    lines = [*said_numbers(film.recipe, film.path, film.other is None), closing_line(film)]
    film = replace(film, notes=(*film.notes, *renderer.notes(), *filter(None, lines)))
    if auto:
        film = _with_radius(film, renderer, asked.per_frame(film.fps))
    whole, open_end = all(map(is_even, film.path)), None if auto else asked
    if whole and open_end:
        film = with_count(film, renderer, asked)
    if even and any(map(is_even, film.path)):
        film = _even(film, renderer, open_end)
    if whole:
        return film
    if open_end:  # all paths together, each in the time that it has now
        film = with_count(film, renderer, asked)
    return _as_it_goes(film, renderer, open_end)


def _placed(spec: Spec) -> Spec:
    return {**spec, "radius": 0.5} if spec.get("radius") == "auto" else spec


def _even_only(film: Film) -> Film:
    """The film in plain time, without the paths that are even by themselves."""
    kept = tuple(spec for spec in film.path if is_even(spec))
    return replace(film, path=kept, times=(), beats=0.0, surge=0.0)


def _with_radius(film: Film, renderer: FrameRenderer, wanted: float) -> Film:
    """The radius at which a frame's mean change is the wanted one."""

    def at(radius: float) -> Film:
        path = tuple({**s, "radius": radius} if s["path"] == "loop" else s for s in film.path)
        return replace(film, path=path)

    def length(radius: float) -> float:
        alone = _even_only(at(radius))
        return rough_length(oklab_frames(renderer, alone.at))

    radius, found = find_radius(length, wanted * film.count)
    per_frame = found / film.count
    line = f"loop radius {radius:.3g}: OKLab change {per_frame:.4f} per frame"
    if abs(per_frame - wanted) > 0.1 * wanted:
        line += f" ({wanted:.4f} was wanted; the radius has its limits: another length or --speed)"
    return replace(at(radius), notes=(*film.notes, line))


def _even(film: Film, renderer: FrameRenderer, asked: Asked | None) -> Film:
    pace = measure_pace(oklab_frames(renderer, _even_only(film).at), film.count)
    if not pace.times:
        return replace(film, notes=(*film.notes, still_line(asked)))
    said = list(film.notes)
    if asked and all(map(is_even, film.path)):  # else it is said of all paths together
        said.append(length_line(film, pace, asked))
    better = pace.after < pace.before
    now = f"{pace.after:.2f} evened out" if better else "left so"
    said.append(f"fastest change over slowest: {pace.before:.2f} in plain time, {now}")
    return replace(film, times=pace.times if better else (), notes=tuple(said))


def _as_it_goes(film: Film, renderer: FrameRenderer, asked: Asked | None) -> Film:
    """The film, with what is to be said of the camera's paths, which keep their own time."""
    plain = replace(film, beats=0.0, surge=0.0)
    pace = measure_pace(oklab_frames(renderer, plain.at), film.count)
    if not pace.times:
        return replace(film, notes=(*film.notes, still_line(asked)))
    said = [length_line(film, pace, asked)] if asked else []
    if any(map(is_even, film.path)):
        said += [f"fastest change over slowest of all paths together: {_times(pace.before)}"]
    else:
        other = "" if film.path[0]["path"] == "keys" else f"; {pace.after:.2f} with even=yes"
        own = f"{_times(pace.before)} in the path's own time{other}"
        said += [f"fastest change over slowest: {own}"]
    if not any(spec["path"] == "keys" for spec in film.path):  # which may rest
        said += [_flat_line(film, start, end) for start, end in pace.flat]
    return replace(film, notes=(*film.notes, *said))


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 1000 else "over 1000"


def _flat_line(film: Film, start: float, end: float) -> str:
    line = f"hardly anything changes from {start:.0%} to {end:.0%} of the film"
    for spec in film.path:
        if spec["path"] == "zoom" and not spec["back"] and not is_endless(spec) and end > 0.99:
            there = spec["factor"] ** start
            line += f": nothing to see beyond factor {there:.2g}; end there, or at another centre="
    return line
