"""Measures along rows and columns of a finished picture: bands, jagged edges, seams.

Lines have the shape (lines, length, 3) and levels 0..255: some of the picture's rows and columns,
at full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

BAND, DARK = 8, 128  # a visible band is at least this wide, and darker than this level
EDGE, CALM = 64, 4  # the least levels that an edge spans, and the most that its surroundings do

LINE_MEASURES: dict[str, str] = {
    "bands": "share of a line's pixels in steps of one level, dark and wide enough to be seen",
    "edges": "share of the hard edges that jump within one pixel",
    "edge_share": "share of the steps from pixel to pixel that are hard edges",
    "seam_x": "mean step from the right edge to the left one, levels of 255",
    "step_x": "mean step from a column to the next",
    "limit_x": "99th percentile of the steps between columns",
    "seam_y": "mean step from the bottom edge to the top one, levels of 255",
    "step_y": "mean step from a row to the next",
    "limit_y": "99th percentile of the steps between rows",
}


@dataclass(frozen=True, eq=False)
class Lines:
    rows: Array
    columns: Array


def measure_lines(lines: Lines) -> dict[str, float]:
    """The measures of lines, by the names in `LINE_MEASURES`."""
    both = [line for line in (lines.rows, lines.columns) if line.shape[1] > 2 * BAND]
    jumps = np.array([_edges(line) for line in both] or [(0, 0, 1)]).sum(axis=0)
    hard, soft, steps = (float(n) for n in jumps)
    return {
        "bands": max((_bands(line) for line in both), default=0.0),
        "edges": hard / max(hard + soft, 1.0),
        "edge_share": (hard + soft) / steps,
        **_seam(lines.rows, "x"),
        **_seam(lines.columns, "y"),
    }


def _bands(lines: Array) -> float:
    """The share of pixels in bands, mean over channels. A band is a run of equal levels at least
    `BAND` wide, one level from a neighbouring run as wide. Dither breaks such runs.
    """
    levels = np.moveaxis(lines, 2, 0).reshape(-1, lines.shape[1])
    ends = np.ones((len(levels), 1), bool)
    starts = np.flatnonzero(np.hstack([ends, levels[:, 1:] != levels[:, :-1]]))
    level, line = levels.ravel()[starts], starts // levels.shape[1]
    width = np.diff(np.append(starts, levels.size))
    wide = (width >= BAND) & (level < DARK)
    stair = wide[1:] & wide[:-1] & (np.abs(np.diff(level)) == 1) & (np.diff(line) == 0)
    shown = np.append(stair, False) | np.insert(stair, 0, False)
    return float(width[shown].sum()) / levels.size


def _edges(lines: Array) -> tuple[int, int, int]:
    """The numbers of edges between smooth surroundings with one step, of those with two, and of all
    steps.
    """

    def apart(first: int, second: int) -> Array:
        length = lines.shape[1] - 4
        a, b = lines[:, first : first + length], lines[:, second : second + length]
        return np.abs(a - b).max(axis=-1)

    calm = apart(0, 1) <= CALM
    hard = calm & (apart(1, 2) >= EDGE) & (apart(2, 3) <= CALM)
    between = (apart(1, 2) > CALM) & (apart(2, 3) > CALM)
    soft = calm & (apart(1, 3) >= EDGE) & between & (apart(3, 4) <= CALM)
    return int(hard.sum()), int(soft.sum()), max(hard.size, 1)


def _seam(lines: Array, axis: str) -> dict[str, float]:
    steps = np.abs(lines[:, 1:] - lines[:, :-1]).mean(axis=(0, 2))
    steps = steps if len(steps) else np.zeros(1)
    return {
        f"seam_{axis}": float(np.abs(lines[:, 0] - lines[:, -1]).mean()),
        f"step_{axis}": float(steps.mean()),
        f"limit_{axis}": float(np.quantile(steps, 0.99)),
    }
