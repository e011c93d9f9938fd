"""Words of other programs and documents for names of the catalogues. Recipes are written with the
catalogue's own name. Letters in capitals are accepted too, such as "ReLU" and "SiLU".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class OtherWord(NamedTuple):
    """A word for the entry `name`, and where it is used."""

    name: str
    source: str


ICHKO, NEUROGRAM, KERAS, TORCH = "ichko 2021", "neurogram, 2015", "Keras", "PyTorch"
NPAINTER, NEAT, PAGE, OTORO = "npainter, 2017", "NEAT", "Huenermann 2018", "otoro 2016"

# catalogue: word: the entry's name, and where the word is used
OTHER_WORDS: dict[str, dict[str, OtherWord]] = {
    "activations": {
        "sign": OtherWord("sgn", ICHKO),
        "signum": OtherWord("sgn", "mathematics"),
        "linear": OtherWord("identity", KERAS),
        "none": OtherWord("identity", KERAS),
        "add": OtherWord("identity", NEUROGRAM),
        "h": OtherWord("identity", "the sum in formulas"),
        "gaussian": OtherWord("gauss", NEUROGRAM),
        "sqrt": OtherWord("sqrt_abs", OTORO),
        "absolute": OtherWord("abs", "NumPy"),
        "tanhabs": OtherWord("abs_tanh", NPAINTER),
        "squar": OtherWord("square", NPAINTER),
        "logx1": OtherWord("log_abs_p1", NPAINTER),
        "logistic": OtherWord("sigmoid", "mathematics"),
        "hardsigmoid": OtherWord("hard_sigmoid", TORCH),
        "exponential": OtherWord("exp", KERAS),
        "leakyrelu": OtherWord("leaky_relu", TORCH),
        "silu": OtherWord("swish", TORCH),
        "sine": OtherWord("sin", NEAT),
        "cosine": OtherWord("cos", NEAT),
        "arctan": OtherWord("atan", "NumPy"),
        "heaviside": OtherWord("step", "mathematics"),
        "log_softmax": OtherWord("logsoftmax", TORCH),
        "layernorm": OtherWord("layer_norm", TORCH),
    },
    "architectures": {
        "perceptron": OtherWord("mlp", PAGE),
        "resnet": OtherWord("residual", PAGE),
        "recurrent": OtherWord("tied", "neural-painter, 2016"),
        "rnn": OtherWord("tied", "neural-painter, 2016"),
    },
    "features": {
        "d": OtherWord("r", NEUROGRAM),
        "alpha": OtherWord("theta", PAGE),
        "angle": OtherWord("theta", PAGE),
        "absx": OtherWord("abs_x", ICHKO),
        "absy": OtherWord("abs_y", ICHKO),
    },
    "weights": {
        "gaussian": OtherWord("normal", "mathematics"),
        "random_normal": OtherWord("normal", KERAS),
        "random_uniform": OtherWord("uniform", KERAS),
        "xavier_uniform": OtherWord("glorot_uniform", TORCH),
        "xavier_normal": OtherWord("glorot_normal", TORCH),
    },
}


def catalogue_name(catalogue: str, word: str, names: Iterable[str]) -> str:
    """The name among `names` that a word stands for; the word itself if it stands for none."""
    names = set(names)
    if word in names:
        return word
    plain = word.lower().replace("-", "_")
    other = OTHER_WORDS[catalogue].get(plain)
    found = other.name if other else plain
    return found if found in names else word
