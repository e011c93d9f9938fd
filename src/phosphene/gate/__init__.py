"""The gate: is a picture dull, noisy, garish, banded? In words; and how a dull seed is rescued."""

from phosphene.gate.check import Report as Report
from phosphene.gate.check import alike as alike
from phosphene.gate.check import check as check
from phosphene.gate.check import judge as judge
from phosphene.gate.check import pictures_in as pictures_in
from phosphene.gate.measures import distance as distance
from phosphene.gate.measures import measure as measure
from phosphene.gate.measures import thumbnail as thumbnail
from phosphene.gate.probes import probe as probe
from phosphene.gate.rescue import accept as accept
from phosphene.gate.rescue import gated as gated
from phosphene.gate.rescue import house_styles as house_styles
from phosphene.gate.rescue import rescue as rescue
from phosphene.gate.rules import LIMITS as LIMITS
from phosphene.gate.rules import Verdict as Verdict
