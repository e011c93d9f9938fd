"""The kernel of linear light, loaded with the first picture that takes it."""

from __future__ import annotations

from phosphene.engines.cache import kernel_cache

with kernel_cache(what="linear finish"):
    from phosphene.picture.light32 import light_rows as light_rows
