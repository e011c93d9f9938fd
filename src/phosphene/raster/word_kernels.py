"""The kernel of 16-bit pictures, loaded with the first of them."""

from __future__ import annotations

from phosphene.engines.cpu.kernels import kernel

word_rows = kernel("word_rows")
