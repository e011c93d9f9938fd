"""Bench: how fast this machine paints, beside what it could do and what others do."""

from phosphene.bench.report import markdown as markdown
from phosphene.bench.report import rows as rows
from phosphene.bench.report import table as table
from phosphene.bench.run import Plan as Plan
from phosphene.bench.run import bench as bench
