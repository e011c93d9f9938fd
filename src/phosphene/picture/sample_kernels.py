"""Anti-aliasing kernels, loaded with the first picture that asks for it."""

from __future__ import annotations

from phosphene.engines.cache import kernel_cache

with kernel_cache(what="anti-aliasing"):
    from phosphene.picture.samples32 import average_centres as average_centres
    from phosphene.picture.samples32 import average_samples as average_samples
