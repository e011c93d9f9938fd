"""Motion: films of a recipe, on paths through its latent space, its plane and its numbers."""

from phosphene.motion.film import Film as Film
from phosphene.motion.grid import GridFilm as GridFilm
from phosphene.motion.grid import animate_grid as animate_grid
from phosphene.motion.paths import PATHS as PATHS
from phosphene.motion.planning import animate as animate
