"""The lazy picture is the picture, wherever one looks."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import phosphene as ph
from tests.output.contents import PLAIN, RECIPE

DOUBLE = ph.Recipe(seed=3, precision="f64", shading={"grey": "main0"})
RANGED = ph.Recipe(
    seed=4, shading={"grey": "(main0 - least(main0)) / (greatest(main0) - least(main0))"}
)


@pytest.mark.parametrize("chunks", [7, 32, 512])
@pytest.mark.parametrize("recipe", [RECIPE, PLAIN, DOUBLE, RANGED])
def test_any_window_is_a_part_of_the_picture(recipe, chunks):
    whole = ph.render(recipe, (70, 50)).float
    lazy = ph.as_dask_array(recipe, (70, 50), chunks)
    assert lazy.shape == whole.shape and lazy.dtype == whole.dtype
    assert np.array_equal(lazy.compute(), whole)
    assert np.array_equal(lazy[11:40, 30:61].compute(), whole[11:40, 30:61])
    assert np.array_equal(lazy[::7, 5, 0].compute(), whole[::7, 5, 0])


def test_only_what_is_looked_at_is_painted(monkeypatch):
    from phosphene.raster.painter import Painter

    painted, tile = [], Painter.tile
    monkeypatch.setattr(Painter, "tile", lambda self, r, s: painted.append(r) or tile(self, r, s))
    lazy = ph.as_dask_array(PLAIN, "100000x100000", 1000)
    part = lazy[77_700:77_800, 50_000:50_010].compute()
    assert sum(r.width * r.height for r in painted) == 1000 * 1000
    crop = (50_000, 77_700, 10, 100)
    assert np.array_equal(part, ph.render(PLAIN, "100000x100000", crop=crop).float)


def test_more_chunks_than_dask_can_hold_are_refused_with_a_size_that_will_do():
    with pytest.raises(ph.UserError, match="expected 1024 or more"):
        ph.as_dask_array(PLAIN, "1000000x1000000", 512)
    assert ph.as_dask_array(PLAIN, "1000000x1000000", 20_000).npartitions == 2500


def test_without_dask_the_error_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.array", None)
    with pytest.raises(ph.UserError, match=r"pip install .*\[dask\]"):
        ph.as_dask_array(PLAIN, 8)
    with pytest.raises(ph.UserError, match="chunks: got 0"):
        monkeypatch.undo()
        ph.as_dask_array(PLAIN, 8, 0)


def test_other_processes_can_paint_it():
    import cloudpickle

    there = cloudpickle.loads(cloudpickle.dumps(ph.as_dask_array(RECIPE, (70, 50), 32)))
    assert np.array_equal(there.compute(scheduler="sync"), ph.render(RECIPE, (70, 50)).float)
