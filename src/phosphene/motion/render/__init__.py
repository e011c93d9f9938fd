"""Rendering the states of a film to pixels."""
