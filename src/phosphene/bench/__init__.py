"""Benchmarks: how fast this machine renders, compared with its limit and with other programs."""

from phosphene.bench.report import markdown as markdown
from phosphene.bench.report import rows as rows
from phosphene.bench.report import table as table
from phosphene.bench.run import Plan as Plan
from phosphene.bench.run import bench as bench
