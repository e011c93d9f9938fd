"""Motion: films of a recipe, on paths through its latent space, its plane and its numbers."""

from phosphene.motion.film import Film as Film
from phosphene.motion.paths import PATHS as PATHS
from phosphene.motion.planning import animate as animate
from phosphene.motion.planning import open_film as open_film
