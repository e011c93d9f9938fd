"""The gate: whether a picture is dull, noisy, garish or banded, and how a dull seed is rescued."""

from phosphene.judge.check import Report as Report
from phosphene.judge.check import alike as alike
from phosphene.judge.check import check as check
from phosphene.judge.check import judge as judge
from phosphene.judge.check import pictures_in as pictures_in
from phosphene.judge.measures import distance as distance
from phosphene.judge.measures import measure as measure
from phosphene.judge.measures import thumbnail as thumbnail
from phosphene.judge.probes import probe as probe
from phosphene.judge.rescue import accept as accept
from phosphene.judge.rescue import gated as gated
from phosphene.judge.rescue import house_styles as house_styles
from phosphene.judge.rescue import rescue as rescue
from phosphene.judge.rules import LIMITS as LIMITS
from phosphene.judge.rules import Verdict as Verdict
