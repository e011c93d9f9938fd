"""Icons: several sizes in one file, as Pillow reads them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import phosphene as ph
from phosphene.core.errors import InputError, UserError
from tests.files.samples import RECIPE, save, smooth


def test_all_sizes_up_to_that_of_the_picture_are_inside(tmp_path):
    save(tmp_path / "a.ico", smooth(64, 64))
    with Image.open(tmp_path / "a.ico") as icon:
        assert icon.format == "ICO"
        assert icon.ico.sizes() == {(side, side) for side in (16, 24, 32, 48, 64)}
        largest = np.asarray(icon.ico.getimage((64, 64)))
        small = np.asarray(icon.ico.getimage((16, 16)).convert("RGB"), np.float64)
    pixels = smooth(64, 64) * 255
    assert np.abs(largest[..., :3] - pixels).max() <= 0.51 and (largest[..., 3] == 255).all()
    assert np.abs(small - pixels.reshape(16, 4, 16, 4, 3).mean((1, 3))).max() < 8


def test_sizes_can_be_chosen_and_a_large_picture_is_reduced(tmp_path):
    save(tmp_path / "a.ico", smooth(300, 150), options={"sizes": "256,20"})
    with Image.open(tmp_path / "a.ico") as icon:
        assert icon.ico.sizes() == {(256, 128), (20, 10)}
    assert ph.open(tmp_path / "a.ico") == RECIPE
    with pytest.raises(UserError, match="1 to 256, with commas"):
        save(tmp_path / "b.ico", smooth(8, 8), options={"sizes": "16,257"})


def test_an_icon_of_another_program_has_no_recipe(tmp_path):
    Image.new("RGBA", (32, 32)).save(tmp_path / "a.ico")
    with pytest.raises(InputError, match="an icon without a recipe"):
        ph.open(tmp_path / "a.ico")
