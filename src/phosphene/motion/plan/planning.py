"""Plans a film from the arguments of `animate`: its length, radius and times."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from phosphene.core.errors import UserError
from phosphene.core.limits import Limits, with_limits
from phosphene.motion.film import Film
from phosphene.motion.paths.grammar import Given, read_paths
from phosphene.motion.paths.path import Spec
from phosphene.motion.paths.table import is_auto, is_even, row, with_reach
from phosphene.motion.plan.duration import FPS, count_frames, frame_rate
from phosphene.motion.plan.pacing import (
    ENERGY,
    SpeedRequest,
    length_note,
    read_speed,
    still_note,
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
from phosphene.raster.frame import Size, parse_size
from phosphene.sources import Source, as_recipe


@with_limits
def animate(
    recipe: Source,
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
    files: bool = True,
    limits: Limits | None = None,
) -> Film:
    """A film of a recipe along one or more paths. `recipe` and `seed` as in `as_recipe`; with
    `files=False` neither the recipe nor a path's argument may be a file.

    `path` is "loop" (the default), "zoom factor=8", "loop + rotate turns=1", a dictionary such as
    `{"path": "sweep", "scale": [1, 3]}`, or a list of these.

    The length is `frames`, `seconds` (default 12) or `beats` at `bpm`. `speed` is the mean
    OKLab change per frame at 30 fps (default 0.008), or "slow", "calm", "lively". It sets the
    radius of a loop; on other paths it sets the number of frames if no length is given. `energy`,
    0.2 to 0.8 (default 0.5), scales the speed, or with `pulse` and `beats` how strongly the motion
    surges on each beat. `even` keeps the speed of change constant. `subframes` "auto" means 4 if a
    probe finds that hard edges would jump, which costs 2 to 4 times the work, otherwise 1.

    Only small probes are rendered here; `Film.notes` reports their results. Raises `UserError`,
    `RecipeError`.
    """
    recipe = as_recipe(recipe, seed=seed, files=files)
    path = "loop" if path is None else path
    rate = frame_rate(fps)
    count, note = count_frames(rate, frames, seconds, beats, bpm)
    request = read_speed(speed, energy, pulse, frames, seconds, beats)
    if pulse and not beats:
        raise UserError("needs `beats` and `bpm`, to know where the beats are", argument="pulse")
    surge = min(ENERGY if energy is None else energy, 0.95) if pulse else 0.0
    parts, specs = read_subframes(subframes), read_paths(path, files=files)
    film = Film(
        recipe, tuple(_with_first_radius(spec) for spec in specs), count, rate, parse_size(size),
        (), float(beats or 0), surge, parts or 1, shutter,
    )  # fmt: skip
    film = _timed(film, any(map(is_auto, specs)), request, even)
    if note and film.count == count:
        film = replace(film, notes=(note, *film.notes))
    if parts is not None:
        return film
    parts, why = choose_subframes(film)
    return replace(film, subframes=parts, notes=(*film.notes, why) if why else film.notes)


def _timed(film: Film, auto: bool, request: SpeedRequest, even: bool) -> Film:
    """The film with times for even change and, with `auto`, the radius for the speed."""
    renderer = film.renderer(probe_size(film.size), threads=1)
    alone = film.target[0] is None
    notes = [line for s in film.path for line in row(s).notes(film.recipe, s, alone)]
    notes = list(dict.fromkeys(notes))
    film = replace(film, notes=(*film.notes, *renderer.notes(), *notes))
    if auto:
        film = _with_reach(film, renderer, request.per_frame(film.fps))
    whole, open_end = all(map(is_even, film.path)), None if auto else request
    if whole and open_end:
        film = with_count(film, renderer, request)
    if even and any(map(is_even, film.path)):
        film = _even(film, renderer, open_end)
    if whole:
        return film
    if open_end:  # by the change of all paths together, with the times that they have now
        film = with_count(film, renderer, request)
    return _with_own_time_notes(film, renderer, open_end)


def _with_first_radius(spec: Spec) -> Spec:
    """The path with a provisional radius, if the speed sets it."""
    return with_reach(spec, 0.5) if is_auto(spec) else spec


def _even_only(film: Film) -> Film:
    """The film with only its even paths, in plain time."""
    paths = tuple(spec for spec in film.path if is_even(spec))
    return replace(film, path=paths, times=(), beats=0.0, surge=0.0)


def _with_reach(film: Film, renderer: FrameRenderer, wanted: float) -> Film:
    """The film with the radius at which the mean change per frame is `wanted`."""

    def at(radius: float) -> Film:
        return replace(film, path=tuple(with_reach(spec, radius) for spec in film.path))

    def length(radius: float) -> float:
        alone = _even_only(at(radius))
        return rough_length(oklab_frames(renderer, alone.at))

    radius, found = find_radius(length, wanted * film.count)
    per_frame = found / film.count
    line = f"loop radius {radius:.3g}: OKLab change {per_frame:.4f} per frame"
    if abs(per_frame - wanted) > 0.1 * wanted:
        line += (
            f" ({wanted:.4f} was requested, but the radius is limited: "
            "try another length or `speed`)"
        )
    return replace(at(radius), notes=(*film.notes, line))


def _even(film: Film, renderer: FrameRenderer, request: SpeedRequest | None) -> Film:
    pace = measure_pace(oklab_frames(renderer, _even_only(film).at), film.count)
    if not pace.times:
        return replace(film, notes=(*film.notes, still_note(request)))
    notes = list(film.notes)
    if request and all(map(is_even, film.path)):  # otherwise a later note covers all paths
        notes.append(length_note(film, pace, request))
    better = pace.after < pace.before
    now = f"{pace.after:.2f} evened out" if better else "not evened out"
    notes.append(f"fastest change over slowest: {pace.before:.2f} in plain time, {now}")
    return replace(film, times=pace.times if better else (), notes=tuple(notes))


def _with_own_time_notes(film: Film, renderer: FrameRenderer, request: SpeedRequest | None) -> Film:
    """The film with notes on the speed of paths that keep their own timing, such as a zoom."""
    plain = replace(film, beats=0.0, surge=0.0)
    pace = measure_pace(oklab_frames(renderer, plain.at), film.count)
    if not pace.times:
        return replace(film, notes=(*film.notes, still_note(request)))
    notes = [length_note(film, pace, request)] if request else []
    if any(map(is_even, film.path)):
        notes += [f"fastest change over slowest of all paths together: {_times(pace.before)}"]
    else:
        other = f"; {pace.after:.2f} with even=yes" if _can_be_even(film.path[0]) else ""
        own = f"{_times(pace.before)} in the path's own time{other}"
        notes += [f"fastest change over slowest: {own}"]
    if all(map(_can_be_even, film.path)):  # other paths may stand still on purpose
        notes += [_flat_note(film, start, end) for start, end in pace.flat]
    return replace(film, notes=(*film.notes, *notes))


def _can_be_even(spec: Spec) -> bool:
    return is_even(spec) or "even" in row(spec).arguments


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 1000 else "over 1000"


def _flat_note(film: Film, start: float, end: float) -> str:
    line = f"hardly anything changes from {start:.0%} to {end:.0%} of the film"
    hints = [row(spec).flat_hint(spec, start) for spec in film.path] if end > 0.99 else []
    return ": ".join([line, *filter(None, hints)])
