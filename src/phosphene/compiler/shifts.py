"""Fields at shifted points: `at(f, dx, dy)`.

A field is an output of a network, so its value at another point is the output of a copy of that
network with shifted inputs. All fields at the same shift share one copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from phosphene.core.errors import RecipeError
from phosphene.formula import Expr, rewrite, var, variables
from phosphene.ir.network import Network

Shift = tuple[Expr, Expr]


class Shifts:
    """Networks in order of evaluation, and their copies for shifts."""

    def __init__(self, networks: Iterable[Network]):
        self.networks = list(networks)
        self.owners = {f"{n.name}{i}": n for n in self.networks for i in range(n.widths()[-1])}
        self.known: dict[Shift, int] = {}
        self.copies: dict[tuple[str, int], Network] = {}

    @property
    def fields(self) -> list[str]:
        return list(self.owners)

    def shifted(self, f: Expr, dx: Expr, dy: Expr) -> Expr:
        """The value of f at (x + dx, y + dy)."""
        if variables(dx, dy) and any(v.endswith((".dx", ".dy")) for v in variables(f)):
            raise RecipeError(
                "shading: a gradient inside at(f, dx, dy) needs dx and dy that are the same "
                "everywhere; take the gradient of at(...) instead"
            )
        self.known.setdefault((dx, dy), len(self.known))
        return self._move([f], (dx, dy))[0]

    def _move(self, roots: list[Expr], shift: Shift) -> list[Expr]:
        dx, dy = shift

        def change(e: Expr, _: tuple[Expr, ...]) -> Expr | None:
            if e.op != "var":
                return None
            if e.value in ("x", "y"):
                return e + (dx if e.value == "x" else dy)
            field, dot, axis = e.value.partition(".")
            owner = self.owners.get(field)
            if owner is None:  # a component of z, constant over the plane
                return None
            copy = self._copy(owner, shift)
            return var(f"{copy.name}{field.removeprefix(owner.name)}{dot}{axis}")

        return rewrite(roots, change)

    def _copy(self, network: Network, shift: Shift) -> Network:
        key = network.name, self.known[shift]
        if key not in self.copies:
            name = f"{network.name}@{key[1]}_"
            inputs = tuple(self._move(list(network.inputs), shift))
            original = network.copy_of or network.name
            copy = replace(network, name=name, inputs=inputs, copy_of=original)
            self.copies[key] = copy
            self.networks.append(copy)
            self.owners |= {f"{name}{i}": copy for i in range(copy.widths()[-1])}
        return self.copies[key]
