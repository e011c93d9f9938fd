"""Channels of a picture: 1 grey, 2 grey and opacity, 3 RGB, 4 RGB and opacity."""

from __future__ import annotations


def has_opacity(channels: int) -> bool:
    """Whether the last of this number of channels is opacity."""
    return channels % 2 == 0


def colour_channels(channels: int) -> int:
    """The number of channels that are colour."""
    return channels - has_opacity(channels)
