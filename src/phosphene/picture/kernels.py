"""Finishing kernels, loaded with the first picture."""

from __future__ import annotations

from phosphene.engines.cache import kernel_cache

with kernel_cache():
    from phosphene.picture.kernels32 import hold_rows as hold_rows
    from phosphene.picture.kernels32 import quantise_rows as quantise_rows
