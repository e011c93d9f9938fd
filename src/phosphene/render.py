"""Gone to pipeline.py; a bridge for a few minutes."""

import sys

from phosphene import pipeline

sys.modules[__name__] = pipeline
