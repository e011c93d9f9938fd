"""The operations that engines know, and their numbers in a program's code."""

from __future__ import annotations

OPERATIONS = (
    "add", "add_k", "sub", "sub_k", "k_sub", "mul", "mul_k", "div", "div_k", "k_div",
    "minimum", "minimum_k", "maximum", "maximum_k", "less", "less_k", "k_less",
    "select", "select_k", "select_rk", "select_kk",
    "abs", "floor", "round", "sqrt", "exp2", "log2", "sin", "cos",
    "tanh", "sigmoid", "gauss", "softplus", "copy", "fill", "table",
    "dense", "sort", "softmax", "logsoftmax", "layer_norm",
)  # fmt: skip

FUSED = frozenset({"tanh", "sigmoid", "gauss", "softplus"})
COMMUTATIVE = frozenset({"add", "mul", "minimum", "maximum"})
INDEX = {name: index for index, name in enumerate(OPERATIONS)}


def _variants() -> dict[tuple[str, str], int]:
    """The operation by name and kinds of its operands, r for rows and k for a constant."""
    found = {(name, "r" * count): INDEX[name] for name in OPERATIONS for count in (1, 2, 3)}
    for name in OPERATIONS:
        if f"{name}_k" in INDEX and name != "select":
            found[name, "rk"] = INDEX[f"{name}_k"]
            found[name, "kr"] = INDEX[f"{name}_k" if name in COMMUTATIVE else f"k_{name}"]
    odd = {
        ("fill", "k"): "fill", ("layer_norm", "rk"): "layer_norm",
        ("select", "rrk"): "select_rk", ("select", "rkr"): "select_k",
        ("select", "rkk"): "select_kk",
    }  # fmt: skip
    return found | {kinds: INDEX[name] for kinds, name in odd.items()}


VARIANTS = _variants()

# Operands of an operation in order: r for rows, k for a number. Dense and table have further
# numbers of their own.
KINDS = dict.fromkeys(OPERATIONS, "r") | {
    **dict.fromkeys(("add", "sub", "mul", "div", "minimum", "maximum", "less"), "rr"),
    **{name: "rk" for name in OPERATIONS if name.endswith("_k")},
    **{name: "kr" for name in OPERATIONS if name.startswith("k_")},
    "select": "rrr", "select_k": "rkr", "select_rk": "rrk", "select_kk": "rkk",
    "fill": "k", "layer_norm": "rk",
}  # fmt: skip
