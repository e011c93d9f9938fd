"""The recipe: its model, and its text."""

from phosphene.recipe.fields import FIELDS as FIELDS
from phosphene.recipe.fields import fresh_seed as fresh_seed
from phosphene.recipe.fields import read_field as read_field
from phosphene.recipe.fields import read_value as read_value
from phosphene.recipe.fields import seed_after as seed_after
from phosphene.recipe.fields import with_fields as with_fields
from phosphene.recipe.fixed_networks import Explicit as Explicit
from phosphene.recipe.fixed_networks import Graph as Graph
from phosphene.recipe.inputs import Fourier as Fourier
from phosphene.recipe.inputs import Radius as Radius
from phosphene.recipe.inputs import Rings as Rings
from phosphene.recipe.inputs import Torus as Torus
from phosphene.recipe.inputs import Waves as Waves
from phosphene.recipe.model import EDITION as EDITION
from phosphene.recipe.model import Recipe as Recipe
from phosphene.recipe.numbers import Numbers as Numbers
from phosphene.recipe.parts import Finish as Finish
from phosphene.recipe.parts import Generated as Generated
from phosphene.recipe.parts import Latent as Latent
from phosphene.recipe.parts import RandomActivations as RandomActivations
from phosphene.recipe.parts import Shading as Shading
from phosphene.recipe.parts import Surface as Surface
from phosphene.recipe.parts import View as View
from phosphene.recipe.recolour import recolour as recolour
from phosphene.recipe.recolour import twin as twin
