"""What a shading can compute from a field besides its value: names and descriptions."""

from __future__ import annotations

STATISTICS: dict[str, str] = {
    "dx": "dx(f): the derivative of f to the right",
    "dy": "dy(f): the derivative of f downwards",
    "grad": "grad(f): the gradient as a vector (dx, dy, 0)",
    "slope": "slope(f): the length of the gradient of f",
    "normal": "normal(f, k): the unit normal of the relief k f, measured in rms_grad(f)",
    "distance": "distance(f, s): the distance to the curve f = 0: |f| / |grad f|, where |grad f| "
    "is kept above about s rms_grad(f)",
    "at": "at(f, dx, dy): f at the point (x + dx, y + dy)",
    "lin": "lin(f): f rescaled so that 1 % of the probe lies below 0 and 1 % above 1",
    "level": "level(f, k): lin(f) clamped to 0..1, mixed with a share k of cdf(f)",
    "rms_grad": "rms_grad(f): root mean square of slope(f) over the probe",
    "mean": "mean(f): mean over the probe",
    "sd": "sd(f): standard deviation over the probe",
    "cdf": "cdf(f): the share of the probe with values up to f, 0..1 (the empirical CDF)",
    "q": "q(f, p): the quantile: the value that a share p of the probe does not exceed",
    "least": "least(f): the smallest value over the whole picture at its size",
    "greatest": "greatest(f): the largest value over the whole picture at its size",
}
