"""Paths: what a film shows at each time, as it differs from its recipe."""
