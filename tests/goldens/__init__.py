"""Goldens: recipes whose pixels are known, kept as digests and, to look at, in one strip."""
