"""Seed systems: what their styles and the imports of their weights both look up."""

from __future__ import annotations

# neural-painter's nonlinearities, in the order of a Python 2 dictionary, in which its published
# pictures were drawn.
NONLINEARITIES = (
    "sort", "square", "log_abs", "sigmoid", "cos", "xlogx_square", "hard_sigmoid", "sgn",
    "identity", "abs_tanh", "logsoftmax", "xlogx_relu_p1", "xlogx_abs_p1", "log_square", "tanh",
    "log_abs_p1", "relu", "xlogx_relu", "softplus", "abs", "softmax", "log_relu", "sin",
    "xlogx_abs",
)  # fmt: skip

_LOG10 = 0.4342944819032518  # log10(t) = _LOG10 ln(t)
# npainter's styles, as functions of a unit's sum h; {s} is 10^-strength.
NPAINTER = {
    "tanh": "tanh",
    "tanhabs": "tanh(abs(h))",
    "logfn": f"{_LOG10}*log(abs(h) + {{s}})",
    "logfnex": f"{_LOG10}*log(abs(h) + {{s}})",
    "squar": "square",
    "inv": "h*abs(1/h)",
    "xlogxsq": f"{_LOG10}*h*log(h*h + {{s}})",
    "invxlogx": "abs(1/h)*h*log(abs(h) + 0.9)",
    "logx1": "log_abs_p1",
    "logxp1": "log(abs(h) + 0.1)",
    "tanhlog": f"{_LOG10}*abs(1/tanh(h))*h*log(abs(h) + 0.85)",
    "invlogxp1": f"{_LOG10}*abs(1/h)*h*log(abs(h) + 0.1)",
}

# netart's colour modes: (colour space, formulas, outputs of the network besides opacity).
NETART: dict[str, tuple[str, list[str], int]] = {
    "bw": ("grey", ["main0"], 1),
    "rgb": ("rgb", ["main0", "main1", "main2"], 3),
    "cmyk": ("rgb", [f"(1 - main{c})*abs(2*main3 - 1)" for c in range(3)], 4),
    "hsv": ("hsv", ["main0", "main1", "main2"], 3),
    "hsl": ("hsl", ["main0", "main1", "main2"], 5),  # two outputs that nothing reads, as there
}
OPACITY = "0.25 + 0.75*(1 - abs(2*main{0} - 1))"
