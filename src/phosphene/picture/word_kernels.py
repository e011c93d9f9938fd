"""The kernel of 16-bit pictures, loaded with the first of them."""

from __future__ import annotations

from phosphene.engines.cache import kernel_cache

with kernel_cache(what="16-bit finish"):
    from phosphene.picture.words32 import word_rows as word_rows
