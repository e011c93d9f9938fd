"""Mean and standard deviation of rows, summed in a fixed order: sixteen lanes in float64, then the
lanes in turn.
"""

from __future__ import annotations

import numpy as np

from phosphene.engines.cpu.llvm_intrinsics import root

LANES = 16
INFINITY = np.float64("inf")


def moments(values, lanes, results):
    """results[0] = mean and results[1] = standard deviation of each row's finite values (0 if there
    are none). `lanes` (2, LANES) is scratch memory.
    """
    rows, points = values.shape
    sums, counts = lanes[0], lanes[1]
    for r in range(rows):
        row = values[r]
        centre = 0.0
        for moment in range(2):
            for k in range(LANES):
                sums[k] = 0.0
                counts[k] = 0.0
            for start in range(0, points, LANES):
                piece = row[start : start + LANES]
                for k in range(len(piece)):
                    x = np.float64(piece[k]) - centre
                    x = x if moment == 0 else x * x
                    keep = abs(x) < INFINITY
                    sums[k] += x if keep else 0.0
                    counts[k] += 1.0 if keep else 0.0
            total, count = 0.0, 0.0
            for k in range(LANES):
                total += sums[k]
                count += counts[k]
            mean = total / count if count > 0.0 else 0.0
            results[moment, r] = mean
            centre = mean
        results[1, r] = root(results[1, r])
