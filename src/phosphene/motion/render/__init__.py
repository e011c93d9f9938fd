"""Frames: the pixels of a film's states."""
