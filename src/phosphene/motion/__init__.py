"""Films of a recipe, along paths through its latent space, its plane and its numbers.

In layers, each of which imports from those below it:

    checking, load, frame_file   checks of films; reading films from files; single frames
    grid                         a film of every cell of a grid
    plan/                        plans a film: its length, radius, times, sub-frames
    film                         a recipe, its paths and its times
    save                         frames to a file, through a resumable store
    render/                      the pixels of a state
    paths/, timing               the state of the recipe at each time
"""

from phosphene.motion.film import Film as Film
from phosphene.motion.grid import GridFilm as GridFilm
from phosphene.motion.grid import animate_grid as animate_grid
from phosphene.motion.paths.table import PATHS as PATHS
from phosphene.motion.plan.planning import animate as animate
