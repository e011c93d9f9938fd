"""Planar float32 values to interleaved pixels of linear light."""

from __future__ import annotations

import numpy as np

from phosphene.raster.kernels32 import hold


def light_rows(values, colours, table, pixels):
    """pixels[n, c] = the light of values[c, n] held to 0..1, on straight lines between the entries
    of `table`, which are for 0 to 1 and one step beyond; opacity, after the colours, as it is.
    """
    steps = np.float64(len(table) - 2)
    for n in range(len(pixels)):
        for c in range(colours):
            place = np.float64(hold(values[c, n])) * steps
            k = np.int32(place)
            low = table[k]
            pixels[n, c] = np.float32(low + (table[k + 1] - low) * (place - np.float64(k)))
        for c in range(colours, len(values)):
            pixels[n, c] = hold(values[c, n])
