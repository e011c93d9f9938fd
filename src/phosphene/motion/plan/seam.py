"""The seam of a film that closes: the change from its last frame to its first."""

from __future__ import annotations

from phosphene.colour.oklab import srgb_to_oklab
from phosphene.files.film.decoding import first_and_last
from phosphene.files.film.formats import codec_of, read_options
from phosphene.files.options import Options, StrPath
from phosphene.motion.film import Film
from phosphene.motion.plan.speed import STILL, change, oklab_frame, probe_size

VISIBLE = 1.5  # usual steps; below it a seam is one among the others


def seam(film: Film) -> tuple[float, float]:
    """The OKLab change from the last frame to the first, and the mean of the steps before and after
    it, at least `STILL`.
    """
    renderer = film.renderer(probe_size(film.size), threads=1)
    last = film.count
    a, b, c, d = (oklab_frame(renderer, film.state(k % last)) for k in (last - 2, last - 1, 0, 1))
    return change(b, c), max((change(a, b) + change(c, d)) / 2, STILL)


def file_seam(path: StrPath) -> tuple[float, float]:
    """The seam of a video as decoded: what `seam` returns, measured in the file at full size.

    Compression changes it: a video starts with a keyframe, and ends with a frame that was predicted
    from others. Raises `InputError` if the file cannot be decoded.
    """
    first, last = first_and_last(path)
    a, b, c, d = (srgb_to_oklab(frame / 255.0) for frame in (*last, *first))
    return change(b, c), max((change(a, b) + change(c, d)) / 2, STILL)


def file_seam_line(path: StrPath, options: Options) -> str:
    """A note on the seam of a closed film in the file that holds it, written with these format
    options; "" if the format does not compress one frame by another.
    """
    values = read_options(path, options)
    codec = codec_of(path, values)
    if codec is None or "keyframes" not in values:
        return ""
    last, usual = file_seam(path)
    text = f"loop seam in the file: {last / usual:.2f} of a usual step"
    if last < VISIBLE * usual or values["keyframes"] == "1":
        return text
    return f"{text}, by {codec.label}; the format option keyframes=1 avoids it in a larger file"


def seam_line(film: Film) -> str:
    """A note on the seam of a film that closes; "" for any other film."""
    if not film.closed or film.count < 4:
        return ""
    last, usual = seam(film)
    share = f"{last / usual:.2f} of a usual step"
    return f"loop seam: change {last:.4f}, before and after it {usual:.4f}: {share}"
