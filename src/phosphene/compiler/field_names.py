"""The names of fields, the outputs of a recipe's networks: main0, main1, ..."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from phosphene.formula import Expr, var
from phosphene.recipe import Recipe

FIELD = re.compile(r"([A-Za-z_]+)(0|[1-9]\d{0,8})")


class FieldNames(Mapping[str, Expr]):
    """The variable of every field, by name, made when it is asked for: a recipe may have far more
    fields than its formulas read.
    """

    def __init__(self, outputs: Mapping[str, int], without: str = ""):
        self.outputs, self.without = outputs, without

    @classmethod
    def of(cls, recipe: Recipe) -> FieldNames:
        return cls({name: network.outputs for name, network in recipe.networks.items()})

    def except_of(self, network: str) -> FieldNames:
        """The fields of all other networks."""
        return FieldNames(self.outputs, network)

    def owner(self, name: str) -> str | None:
        """The network whose field this is; None if it is not a field."""
        found = FIELD.fullmatch(name)
        if found is None or found[1] == self.without:
            return None
        return found[1] if int(found[2]) < self.outputs.get(found[1], 0) else None

    def __getitem__(self, name: str) -> Expr:
        if self.owner(name) is None:
            raise KeyError(name)
        return var(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.owner(name) is not None

    def __iter__(self) -> Iterator[str]:
        for network, count in self.outputs.items():
            if network != self.without:
                yield from (f"{network}{i}" for i in range(count))

    def __len__(self) -> int:
        return sum(self.outputs.values()) - self.outputs.get(self.without, 0)
