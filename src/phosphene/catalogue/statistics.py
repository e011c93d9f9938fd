"""What a shading may ask of a field besides its value: name and meaning."""

from __future__ import annotations

STATISTICS: dict[str, str] = {
    "dx": "dx(f): the derivative of f to the right",
    "dy": "dy(f): the derivative of f downwards",
    "slope": "slope(f): the length of the gradient of f",
    "rms_grad": "rms_grad(f): root mean square of slope(f) over the probe",
    "mean": "mean(f): mean over the probe",
    "sd": "sd(f): standard deviation over the probe",
    "cdf": "cdf(f): the share of the probe with values up to f, 0..1",
    "q": "q(f, p): the value that a share p of the probe does not exceed",
    "least": "least(f): the smallest value over the whole picture at its size",
    "greatest": "greatest(f): the largest value over the whole picture at its size",
}
