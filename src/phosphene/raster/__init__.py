"""Rendering windows of a picture: sample positions, anti-aliasing, dither, finish, `Picture`."""

from phosphene.raster.dither import resolve_finish as resolve_finish
from phosphene.raster.finish import quantise as quantise
from phosphene.raster.finish import to_bytes as to_bytes
from phosphene.raster.finish import to_float as to_float
from phosphene.raster.picture import Picture as Picture
from phosphene.raster.picture import check_level as check_level
from phosphene.raster.picture import metadata as metadata
