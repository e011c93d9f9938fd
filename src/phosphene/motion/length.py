"""How long a film is: whole frames, from seconds or beats."""

from __future__ import annotations

from fractions import Fraction

from phosphene.errors import UserError

SECONDS, FPS = 12, 30
MOST = 1_000_000


def frame_rate(fps: float | str | Fraction) -> Fraction:
    """Frames per second; `30000/1001` too. Raises `UserError`."""
    try:
        rate = Fraction(str(fps)).limit_denominator(10_000)
    except (ValueError, ZeroDivisionError):
        raise UserError(f"--fps: got {fps}; expected frames per second, such as 30") from None
    if not 0 < rate <= 1000:
        raise UserError(f"--fps: got {fps}; expected more than 0 and at most 1000")
    return rate


def count_frames(
    rate: Fraction,
    frames: float | None = None,
    seconds: float | None = None,
    beats: float | None = None,
    bpm: float | None = None,
) -> tuple[int, str]:
    """How many frames, and what had to be rounded, in a sentence or nothing.

    12 seconds unless said otherwise. Raises `UserError`.
    """
    given = [n for n, v in (("frames", frames), ("seconds", seconds), ("beats", beats)) if v]
    zero = [n for n, v in (("frames", frames), ("seconds", seconds), ("beats", beats)) if v == 0]
    if zero:
        raise UserError(f"--{zero[0]}: got 0; a film has at least one frame")
    if len(given) > 1:
        raise UserError(f"--{given[0]} and --{given[1]}: choose one; each says how long it is")
    if (beats is None) != (bpm is None):
        lacks = "--beats lacks --bpm" if bpm is None else "--bpm lacks --beats"
        raise UserError(f"{lacks}: a length in music is --beats 16 --bpm 128")
    if frames is not None:
        if frames != int(frames):
            raise UserError(f"--frames: got {frames:g}; expected a whole number")
        return _held(int(frames), "frames"), ""
    if beats is not None and bpm is not None:
        if not 1 <= bpm <= 1000:
            raise UserError(f"--bpm: got {bpm:g}; expected 1 to 1000 beats per minute")
        exact, said = Fraction(beats) * 60 / Fraction(bpm) * rate, "beats"
    else:
        exact, said = Fraction(str(SECONDS if seconds is None else seconds)) * rate, "seconds"
    count = _held(int(exact + Fraction(1, 2)), said)
    off = float((count - exact) / rate) * 1000
    if abs(off) < 0.0005:
        return count, ""
    return count, f"{count} frames are {abs(off):.3g} ms {'longer' if off > 0 else 'shorter'}"


def _held(count: int, said: str) -> int:
    if not 1 <= count <= MOST:
        raise UserError(f"--{said}: makes {count} frames; expected 1 to {MOST:,}")
    return count
