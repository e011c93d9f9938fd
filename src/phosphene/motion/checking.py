"""Checks a film for faults: its still, some of its frames, and its loop."""

from __future__ import annotations

from dataclasses import replace

from phosphene.judge import Report, Verdict, check, measure
from phosphene.judge.probes import picture_pixels, pixels_probe
from phosphene.judge.rules import RULES, verdicts
from phosphene.motion.film import Film
from phosphene.motion.plan.seam import seam
from phosphene.motion.plan.speed import SLOWEST

SIDE = 256  # side of the frames that are judged: 16 samples for each pixel of the gate
STEPS = 1.5  # largest seam of a loop, in usual steps


def check_film(film: Film, name: str, *, tile: bool = False) -> Report:
    """The report on a film: that of its recipe, plus faults at one quarter, half and three quarters
    of the film and in its loop. `measures` also has "loop_step", the OKLab change between frames
    next to the seam, and for a film that closes "loop_seam", the change at the seam in such steps.
    """
    report = check(film.recipe, tile=tile)
    found = list(report.verdicts)
    figures = dict(report.measures)
    for k in sorted({film.count * part // 4 for part in (1, 2, 3)} - {0}):
        found += [v for v in _frame(film, k) if v.name not in {one.name for one in found}]
    if film.count >= 4:
        last, usual = seam(film)
        figures["loop_step"] = usual
        if usual < SLOWEST / 10:
            found.append(
                Verdict("still", "nothing moves", "another `path`, or `energy=0.8` for a loop")
            )
        elif film.closed:
            figures["loop_seam"] = last / usual
            if last > STEPS * usual:
                found.append(_jump(last / usual))
    return replace(report, name=name, verdicts=tuple(found), measures=figures)


def _frame(film: Film, k: int) -> list[Verdict]:
    """The verdicts of the quality gate on a frame."""
    pixels = picture_pixels(film.frame(k, (SIDE, SIDE)))
    wrong = verdicts(RULES, measure(pixels_probe(pixels)), film.recipe.style)
    return [v._replace(message=f"frame {k}: {v.message}") for v in wrong]


def _jump(steps: float) -> Verdict:
    return Verdict(
        "jump",
        f"the loop does not close: from the last frame to the first are {steps:.1f} usual steps",
        "back=yes for its path, or a path that closes: loop, rotate",
    )
