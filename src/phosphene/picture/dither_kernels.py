"""Dither kernels, loaded with the first picture that asks for them."""

from __future__ import annotations

from phosphene.engines.cache import kernel_cache

with kernel_cache(what="dither"):
    from phosphene.picture.dither32 import dither_colours as dither_colours
    from phosphene.picture.dither32 import dither_pixels as dither_pixels
    from phosphene.picture.dither32 import dither_rows as dither_rows
