"""neural-painter's published pictures, bit for bit, from their seeds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

import phosphene as ph
from phosphene.raster import first_pass, painter

GALLERY = json.loads(
    (Path(__file__).parent.parent / "data/neural-painter-gallery.json").read_text()
)


def published(entry, **fields):
    """`nr_hidden` counts the layers after the first one, our depth all hidden layers."""
    return ph.style(
        "neural-painter",
        seed=entry["seed"],
        width=entry["hidden_size"],
        depth=entry["nr_hidden"] + 1,
        **fields,
    )


def test_the_gallery_has_seven_pictures():
    assert len(GALLERY) == 7


@pytest.mark.slow  # 800x800 in float64: two seconds each
@pytest.mark.parametrize("entry", GALLERY, ids=lambda e: f"seed {e['seed']}")
def test_a_published_picture_comes_out_bit_for_bit(entry):
    picture = ph.render(published(entry), entry["image_size"])
    assert hashlib.sha256(picture.uint8.tobytes()).hexdigest() == entry["rgb_sha256"]


def test_another_seed_gives_another_picture():
    first, second = (ph.render(published(e), 32).uint8 for e in (GALLERY[0], GALLERY[3]))
    assert not np.array_equal(first, second)


def test_a_crop_is_a_part_of_the_whole_although_each_channel_is_stretched_over_the_image():
    recipe = published(GALLERY[4])
    whole = ph.render(recipe, (96, 64)).float
    part = ph.render(recipe, (96, 64), crop=(50, 7, 31, 40)).float
    assert np.array_equal(whole[7:47, 50:81], part)
    assert whole.min() == 0 and 1 - 1e-6 < whole.max() <= 1


def test_the_extremes_are_measured_in_strips(monkeypatch):
    tall = []
    see = first_pass.FirstPassJob._extremes

    def counted(self, values, rect):
        tall.append(rect.height)
        return see(self, values, rect)

    monkeypatch.setattr(first_pass.FirstPassJob, "_extremes", counted)
    monkeypatch.setattr(painter, "JOB_PIXELS", 64 * 8)
    ph.render(published(GALLERY[4]), 64, crop=(0, 0, 4, 4))
    assert sum(tall) == 64
    assert max(tall) <= 8


@pytest.mark.parametrize("crop", [None, (13, 5, 40, 31)])
def test_a_picture_too_large_to_keep_its_first_pass_has_the_same_bits(crop, monkeypatch):
    recipe = published(GALLERY[4])
    kept = ph.render(recipe, (80, 60), crop=crop).float
    monkeypatch.setattr(first_pass, "KEEP_BYTES", 0)
    assert np.array_equal(ph.render(recipe, (80, 60), crop=crop).float, kept)
