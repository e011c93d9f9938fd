"""Stars for the skies of house styles: formulas for a shading's `let`."""

from __future__ import annotations

from phosphene.styles.named_draws import Draws

# One star in each cell of a grid. Its position in the cell and its brightness come from three whole
# numbers below 127, computed from the cell's row and column, exact in every precision. `starlight`
# is 0 between stars and above 1 in the brightest.
STARS = {
    "star_column": "12*x + star_east",
    "star_row": "12*y + star_south",
    "star_i": "floor(star_column)",
    "star_j": "floor(star_row)",
    "star_a": "mod(37*star_i + 59*star_j + 11, 127)",
    "star_b": "mod(star_a*star_a + 31*star_i, 127)",
    "star_c": "mod(star_b*star_b + 17*star_j + star_a, 127)",
    "star_size": "mod(star_c*star_c + star_b, 127)/127",
    "star_far": "hypot(star_column - star_i - 0.15 - star_b/181, "
    "star_row - star_j - 0.15 - star_c/181)",
    "starlight": "star_size**16*exp(-star_far/0.04) + 5*star_size**9"
    "*exp(-star_far*star_far/(0.0006 + 0.0018*star_size**20))",
}


def star_params(draws: Draws) -> dict[str, float]:
    """The position of the picture in the infinite sky, for a shading's `params`."""
    return {"star_east": draws.number("east", 0, 99), "star_south": draws.number("south", 0, 99)}
