"""Colour: the sRGB curve, OKLab, what sRGB can show, palettes between anchors, and ICC profiles."""
