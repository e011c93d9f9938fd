"""The length of a film in frames, from seconds or beats."""

from __future__ import annotations

import math
from fractions import Fraction

from phosphene.core.errors import UserError
from phosphene.files.film.formats import MAX_FPS, MIN_FPS

SECONDS, FPS = 12, 30
MOST = 1_000_000  # frames
# Broadcast frame rates and their exact values: 29.97 is 30000/1001.
NTSC = {
    "23.976": Fraction(24000, 1001), "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}  # fmt: skip


def frame_rate(fps: float | str | Fraction) -> Fraction:
    """Frames per second as a fraction; 29.97 means 30000/1001. Raises `UserError`."""
    try:
        rate = NTSC.get(str(fps).strip()) or Fraction(str(fps))
    except (ValueError, ZeroDivisionError):
        raise UserError(
            f"got {fps}; expected frames per second, such as 30", argument="fps"
        ) from None
    if not MIN_FPS <= rate <= MAX_FPS:
        expected = f"{float(MIN_FPS):g} to {MAX_FPS}"
        raise UserError(f"got {fps}; expected {expected} frames per second", argument="fps")
    return rate.limit_denominator(10_000)


def count_frames(
    rate: Fraction,
    frames: float | None = None,
    seconds: float | None = None,
    beats: float | None = None,
    bpm: float | None = None,
) -> tuple[int, str]:
    """The number of frames, and a note if the length was rounded, otherwise "".

    The default is 12 seconds. Raises `UserError`.
    """
    lengths = {"frames": frames, "seconds": seconds, "beats": beats}
    for name, value in {**lengths, "bpm": bpm}.items():
        _check_number(name, value)
    given = [name for name, value in lengths.items() if value is not None]
    if len(given) > 1:
        raise UserError(
            f"`{given[0]}` and `{given[1]}`: choose one; each sets how long the film is"
        )
    if (beats is None) != (bpm is None):
        one, lacking = ("beats", "bpm") if bpm is None else ("bpm", "beats")
        raise UserError(f"needs `{lacking}`, such as `beats=16` `bpm=128`", argument=one)
    if frames is not None:
        if frames != int(frames):
            raise UserError(f"got {frames:g}; expected a whole number", argument="frames")
        return _checked(int(frames), "`frames`"), ""
    if beats is not None and bpm is not None:
        if not 1 <= bpm <= 1000:
            raise UserError(f"got {bpm:g}; expected 1 to 1000 beats per minute", argument="bpm")
        exact, asked = Fraction(str(beats)) * 60 / Fraction(str(bpm)), f"{beats:g} beats"
        asked += f" ({float(exact):.6g} s)"
    else:
        exact = Fraction(str(SECONDS if seconds is None else seconds))
        asked = f"{float(exact):g} seconds"
    count = _checked(math.floor(exact * rate + Fraction(1, 2)), asked)
    return count, _rounded(count, rate, exact, asked)


def _check_number(name: str, value: float | None) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UserError(f"got {value!r}; expected a number", argument=name)
    if value <= 0 and name != "bpm":
        raise UserError(f"got {value:g}; a film has at least one frame", argument=name)


def _rounded(count: int, rate: Fraction, exact: Fraction, asked: str) -> str:
    """A note on the difference from the exact length, with a frame rate that fits it."""
    off = float(count / rate - exact) * 1000
    if abs(off) < 0.0005:
        return ""
    text = f"{count} frames are {abs(off):.3g} ms {'longer' if off > 0 else 'shorter'} than {asked}"
    fits = Fraction(count) / exact
    short = fits.denominator <= 1001 and fits <= 1000
    return f"{text}; `fps={fits}` fits exactly" if short else text


def _checked(count: int, source: str) -> int:
    if not 1 <= count <= MOST:
        raise UserError(f"{source}: makes {count} frames; expected 1 to {MOST:,}")
    return count
