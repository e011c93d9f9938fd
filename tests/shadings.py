"""Random shadings: every word that formulas know, in formulas a few words deep."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from phosphene.catalogue.colour_spaces import COLOUR_SPACES
from phosphene.catalogue.features import FEATURES
from phosphene.catalogue.palettes import PALETTES
from phosphene.formula import FUNCTIONS, PRIMITIVES, SPELLINGS

Texts = st.SearchStrategy[str]

# A hole in a template is filled by what its letter says: f a field, that is a number without a
# gradient in it; a any number, v any vector.
LEAVES = [
    "main0", "main1", "main2", "low0", "low1", *FEATURES, "pi", "k", "0.5", "3", "0", "-1.25", "1e3"
]  # fmt: skip
OPERATORS = [
    "{a} + {a}", "{a} - {a}", "{a}*{a}", "{a}/{a}", "-{a}", "{a}**2", "{a}**-3", "{a}**0.5",
    "{a}**{a}", "{a} < {a}", "{a} > {a}", "{a} <= {a}", "{a} >= {a}",
]  # fmt: skip
ARITY = {name: word.arity for name, word in (PRIMITIVES | FUNCTIONS).items()}
SPELT = {said: ARITY[name] for said, name in SPELLINGS.items()}
CALLS = [f"{name}({', '.join(['{a}'] * n)})" for name, n in (ARITY | SPELT).items()]
PLAIN = [f"({text})" for text in OPERATORS] + CALLS
GRADIENTS = [
    "dx({f})", "dy({f})", "slope({f})", "length(grad({f}))", "distance({f}, 0.1)",
    "distance({f}, abs({f}))", "dot(normal({f}, 1.3), toward(4, 0.5))", "dx(at({f}, 0.3*{f}, 0.1))",
    "dy(cdf({f}))", "slope(lin({f}))", "dx({f})/rms_grad({f})",
]  # fmt: skip
MEASURES = [
    "rms_grad({f})", "at({f}, 0.2*{f}, -0.1)", "at({a}, -0.05, 0.3)", "at(at({a}, 0.1, 0), 0, 0.1)",
    "lin({a})", "level({a}, 0.5)", "level({a}, {a})", "mean({a})", "sd({a})", "cdf({a})",
    "q({a}, 0.3)", "least({a})", "greatest({a})", "({a} - least({a}))/(greatest({a}) - least({a}))",
    "floor(8*cdf({a}))/7", "1 - smoothstep(0.1, 0.2, {a})", "dot({v}, {v})", "length({v})",
]  # fmt: skip
COLOURS = [
    "vec({a}, {a}, {a})", "A({a})", "B(level({a}, 0.5))", "grad({f})", "normal({f}, 0.8)",
    "toward({a}, {a})", "oklch({a}, 0.3*{a}, {a})",
]  # fmt: skip
BLENDS = [
    "mix({v}, {v}, {a})", "({v} + {v})", "normalise({v})", "inside({v})", "linear({v})",
    "at({v}, 0.1, -0.2)", "cdf({v})", "1 - exp(-{v})",
]  # fmt: skip
TEMPLATES = [*LEAVES, *PLAIN, *GRADIENTS, *MEASURES, *COLOURS, *BLENDS]


@st.composite
def filled(draw: st.DrawFn, templates: Iterable[str], **parts: Texts) -> str:
    """One of the templates, each of its holes filled anew."""
    template = draw(st.sampled_from([*templates]))
    return re.sub(r"\{(\w)\}", lambda hole: draw(parts[hole[1]]), template)


leaves = st.sampled_from([*LEAVES, "u"])
shallow = leaves | filled(PLAIN, a=leaves)
fields = shallow | filled(PLAIN, a=shallow)
sloped = filled(GRADIENTS, f=fields)
flat = filled(COLOURS, a=fields, f=fields)
numbers = fields | sloped | filled([*PLAIN, *MEASURES], a=fields | sloped, f=fields, v=flat)
vectors = flat | filled(BLENDS, a=numbers, v=flat)
spaces = st.sampled_from([*COLOUR_SPACES]).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.lists(numbers, min_size=1, max_size=1)
        if COLOUR_SPACES[name].components == 1
        else vectors.map(lambda v: [v]) | st.lists(numbers, min_size=3, max_size=3),
    )
)


def _shading(space: tuple[str, list[str]], let: str, k: float, **rest: Any) -> dict[str, Any]:
    name, colour = space
    return {"colour_space": name, "colour": colour, "let": {"u": let}, "params": {"k": k}, **rest}


worded = st.builds(
    _shading,
    spaces,
    filled([*LEAVES, *PLAIN], a=st.sampled_from(LEAVES)),
    st.sampled_from([0.3, 2.0, -7.0]),
    alpha=st.none() | numbers,
    channels=st.sampled_from([3, 3, 1]),
    fixed_latent=st.booleans(),
)
palettes = st.fixed_dictionaries(
    {
        "A": st.sampled_from([*PALETTES]),
        "B": st.just(["#102030", "#c04060", [0.9, 0.02, 0.05]]) | st.sampled_from([*PALETTES]),
    }
)
