"""The seam of a film that closes: the change from its last frame to its first."""

from __future__ import annotations

from phosphene.motion.film import Film
from phosphene.motion.plan.speed import STILL, change, oklab_frame, probe_size


def seam(film: Film) -> tuple[float, float]:
    """The OKLab change from the last frame to the first, and the mean of the steps before and after
    it, at least `STILL`.
    """
    renderer = film.renderer(probe_size(film.size), threads=1)
    last = film.count
    a, b, c, d = (oklab_frame(renderer, film.state(k % last)) for k in (last - 2, last - 1, 0, 1))
    return change(b, c), max((change(a, b) + change(c, d)) / 2, STILL)


def seam_line(film: Film) -> str:
    """A note on the seam of a film that closes; "" for any other film."""
    if not film.closed or film.count < 4:
        return ""
    last, usual = seam(film)
    share = f"{last / usual:.2f} of a usual step"
    return f"loop seam: change {last:.4f}, before and after it {usual:.4f}: {share}"
