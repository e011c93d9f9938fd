"""Networks drawn from a seed, and the base class of all networks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from phosphene.catalogue.activations import ACROSS, ACTIVATIONS
from phosphene.catalogue.architectures import ARCHITECTURES
from phosphene.catalogue.folds import FOLDS
from phosphene.catalogue.other_words import catalogue_name
from phosphene.catalogue.weights import BIASES, WEIGHTS
from phosphene.core.errors import FormulaError, UnknownNameError
from phosphene.core.texts import split_outside
from phosphene.formula import Vector, parse, var
from phosphene.recipe.base import KindPart, Part, Seed, known, listed
from phosphene.recipe.inputs import Input
from phosphene.recipe.old_keys import rename_old_keys

MAX_WIDTH, MAX_DEPTH = 1024, 256


def _activation(names: dict[str, Any], kind: str) -> AfterValidator:
    """Validates a catalogue name, another word for it, or a formula of a unit's input h."""

    def check(text: str) -> str:
        text = catalogue_name("activations", text, names)
        if text in names or text.isidentifier():
            if text not in names:
                raise UnknownNameError(kind, text, names, list_with="activations")
            return text
        try:
            if isinstance(parse(text, {"h": var("h")}), Vector):
                raise ValueError("an activation must give one number, not a vector of three")
        except FormulaError as error:
            raise ValueError(str(error)) from None
        return text

    return AfterValidator(check)


ActivationName = Annotated[str, _activation({**ACTIVATIONS, **ACROSS}, "activation")]
UnitActivation = Annotated[str, _activation(ACTIVATIONS, "activation of single units")]
PerLayer = Annotated[tuple[float, ...], BeforeValidator(listed), Field(min_length=1)]


class Fold(KindPart):
    """A symmetry of the plane; `order` is the number of sectors of kaleidoscope and rotational."""

    kind: Annotated[str, known("fold", FOLDS, "folds")]
    order: Annotated[int, Field(ge=1, le=360)] = 6


class Latent(Part):
    """The latent vector z: `add` projects it onto the first layer, `concat` appends it to the
    inputs.

    Input formulas may also use its components z0, z1, ... (the only way in explicit networks).

    With `values` null, z is drawn from N(0, 1) with `seed` (null: the recipe's seed). `gain` scales
    the projection.
    """

    size: Annotated[int, Field(ge=0, le=256)] = 0
    inject: Literal["add", "concat"] = "add"
    gain: float = 0.35
    seed: Seed | None = None
    values: tuple[float, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Latent:
        if self.values is not None and len(self.values) != self.size:
            raise ValueError(f"z has {len(self.values)} values; the latent size is {self.size}")
        return self


class Weights(KindPart):
    """How weights are drawn. `gain` is per layer; the last entry applies to all later layers.

    `draws`: from named streams, or sequentially from NumPy's RandomState, as some seed systems do
    (N(0, 1) only, no fan-in scaling).
    """

    kind: Annotated[str, known("weights", WEIGHTS, "weights")] = "normal"
    gain: PerLayer = (1.0,)
    fan_in: bool = True
    draws: Literal["named", "numpy_randomstate"] = "named"
    seed: Seed | None = None


class Biases(KindPart):
    """How biases are drawn: the distribution, and `gain`, which scales it."""

    kind: Annotated[str, known("biases", BIASES)] = "normal"
    gain: float = 0.5


class RandomActivations(Part):
    """Activations drawn at random from `of`: once per network, per layer or per unit."""

    random: Literal["once", "layer", "unit"]
    of: Annotated[tuple[ActivationName, ...], Field(min_length=1)] = (
        "tanh", "sin", "cos", "gauss", "abs", "sigmoid", "softplus", "relu",
    )  # fmt: skip

    @model_validator(mode="after")
    def _single(self) -> RandomActivations:
        across = [name for name in self.of if name in ACROSS]
        if self.random == "unit" and across:
            raise ValueError(f"'{across[0]}' acts across all units and cannot be drawn per unit")
        return self


def read_activations(value: Any) -> Any:
    """A text as a list of activations: `tanh`; per layer `tanh,sin`; shared among the units of a
    layer `tanh+sin`; as random activations: `random:unit`. Other values as in a recipe.
    """
    if not isinstance(value, str):
        return value if isinstance(value, dict | RandomActivations) else listed(value)
    if value.startswith("random:"):
        return {"random": value.removeprefix("random:")}
    return [_shared(part) for part in split_outside(value)]


def _shared(text: str) -> Any:
    """Names joined by + share the units of a layer; other text is a name or a formula of h."""
    parts = [p.strip() for p in text.split("+")]
    return parts if len(parts) > 1 and all(p.isidentifier() and p != "h" for p in parts) else text


LayerActivation = Annotated[
    Annotated[ActivationName, Tag("one")]
    | Annotated[tuple[UnitActivation, ...], Field(min_length=1), Tag("shared out")],
    Discriminator(lambda v: "shared out" if isinstance(v, list | tuple) else "one"),
]
Activations = Annotated[
    Annotated[tuple[LayerActivation, ...], Field(min_length=1), Tag("listed")]
    | Annotated[RandomActivations, Tag("random")],
    Discriminator(lambda v: "listed" if isinstance(v, list | tuple) else "random"),
    BeforeValidator(read_activations),
]


def _inputs(value: Any) -> Any:
    """A text such as `x,y,cos(10*r)` as a list of its inputs; one generator as a list of it."""
    return split_outside(value) if isinstance(value, str) else listed(value)


Warp = tuple[str, str] | None
Inputs = Annotated[tuple[Input, ...], BeforeValidator(_inputs), Field(min_length=1, max_length=256)]


class NetworkBase(KindPart):
    """Fields shared by all networks: the coordinates, the inputs and the latent vector.

    A network is evaluated at (x, y), or at the point given by the two formulas of `warp`, which may
    use fields of other networks. Then `fold` and `scale` are applied.
    """

    inputs: Inputs = ("x", "y")
    warp: Warp = None
    scale: float = 1.0
    fold: Fold | None = None
    latent: Latent = Latent()


class Network(NetworkBase):
    """A network drawn from a seed.

    `depth` is the number of hidden layers. `activations` is per layer; the last entry applies to
    all later layers, and an entry that is a list divides the units of its layer among its names.
    `norm` standardises every hidden unit: "layer" over the units of a pixel, "batch" and "frozen"
    over the probe ("frozen" to a standard deviation of `gain`, with biases added after). `epsilon`
    is added to the variance of a layer norm. A residual layer gives (h + f(h)) * residual_scale.
    `standardise` scales the inputs to mean 0 and standard deviation 1, each or together.
    """

    kind: Annotated[str, known("architecture", ARCHITECTURES, "architectures")] = "mlp"
    inputs: Inputs = ("x", "y", "r")
    standardise: Literal["none", "each", "together"] = "none"
    width: Annotated[int, Field(ge=1, le=MAX_WIDTH)] = 24
    depth: Annotated[int, Field(ge=1, le=MAX_DEPTH)] = 4
    outputs: Annotated[int, Field(ge=1, le=MAX_WIDTH)] = 3
    activations: Activations = ("tanh",)
    output: ActivationName = "identity"
    weights: Weights = Weights()
    biases: Biases = Biases()
    residual_scale: float = 0.7071067811865476
    norm: Literal["none", "layer", "batch", "frozen"] = "none"
    norm_position: Literal["before", "after"] = "before"
    epsilon: Annotated[float, Field(ge=0)] = 1e-5

    @model_validator(mode="before")
    @classmethod
    def _old_keys(cls, data: Any) -> Any:
        return rename_old_keys(cls, data)

    @model_validator(mode="after")
    def _consistent(self) -> Network:
        if self.norm == "frozen" and self.norm_position == "after":
            raise ValueError("norm 'frozen' comes before the activation; 'batch' can come after")
        return self
