"""Paths: how the state of a film changes over time, relative to its recipe."""
