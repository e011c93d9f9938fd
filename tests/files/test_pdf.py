"""PDF for print: another reader finds the boxes, the pixels and the texts."""

from __future__ import annotations

import io

import numpy as np
import pypdf
import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError, UserError
from tests.files.samples import RECIPE, rows_for, save, smooth

MM = 72 / 25.4


def page_of(path):
    return pypdf.PdfReader(str(path), strict=True).pages[0]


def sides(box) -> list[float]:
    return [float(side) / MM for side in box]


@pytest.mark.parametrize("marks", [False, True])
def test_the_boxes_are_exact_in_millimetres(marks, tmp_path):
    path, slug = tmp_path / "a.pdf", 10 if marks else 0
    ph.render_file(RECIPE, path, "90x50mm@100dpi", bleed="3mm", marks=marks)
    page = page_of(path)
    assert sides(page.mediabox) == pytest.approx([0, 0, 96 + 2 * slug, 56 + 2 * slug], abs=1e-4)
    bleed = [slug, slug, 96 + slug, 56 + slug]
    assert sides(page["/BleedBox"]) == pytest.approx(bleed, abs=1e-4)
    trim = [slug + 3, slug + 3, 93 + slug, 53 + slug]
    assert sides(page["/TrimBox"]) == pytest.approx(trim, abs=1e-4)
    drawn = page.get_contents().get_data().decode()
    assert drawn.count(" l S") == (8 if marks else 0)
    _, across, _, _, down, left, bottom, *_ = drawn.split()
    assert [float(v) / MM for v in (left, bottom, across, down)] == pytest.approx(
        [slug, slug, 96, 56], abs=1e-4
    )


@pytest.mark.parametrize(("channels", "depth"), [(3, "8"), (1, "8"), (3, "16")])
def test_another_reader_finds_the_pixels(channels, depth, tmp_path):
    path, options = tmp_path / "a.pdf", {"depth": depth}
    rows = save(path, smooth(61, 47, channels), options=options)
    image = page_of(path)["/Resources"]["/XObject"]["/Picture"]
    found = np.frombuffer(image.get_data(), ">u2" if depth == "16" else "u1")
    assert np.array_equal(found.reshape(47, 61, channels), rows)
    assert np.array_equal(rows, rows_for(path, smooth(61, 47, channels), options))
    assert image["/BitsPerComponent"] == int(depth) and image["/Width"] == 61


def test_bands_of_a_resumable_export_join_to_the_same_page(tmp_path, monkeypatch):
    from tests.output.contents import bands_in

    ph.render_file(RECIPE, tmp_path / "a.pdf", (40, 64))
    bands_in(monkeypatch, 1280)
    ph.render_file(RECIPE, tmp_path / "b.pdf", (40, 64))
    a, b = (page_of(tmp_path / f"{name}.pdf")["/Resources"]["/XObject"] for name in "ab")
    assert a["/Picture"].get_data() == b["/Picture"].get_data()


def test_xmp_and_the_recipe_are_found(tmp_path):
    path = tmp_path / "a.pdf"
    save(path, smooth(20, 10))
    reader = pypdf.PdfReader(str(path))
    assert "phosphene" in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    private = reader.pages[0]["/PieceInfo"]["/Phosphene"]["/Private"].get_data()
    assert private.startswith(b'{"phosphene"') and ph.open(path) == RECIPE
    bare = pypdf.PdfReader(io.BytesIO(ph.render(RECIPE, 8).to_bytes("pdf", metadata=False)))
    assert "/Metadata" not in bare.trailer["/Root"] and "/PieceInfo" not in bare.pages[0]


def test_a_page_larger_than_five_metres_has_a_larger_unit(tmp_path):
    ph.render_file(RECIPE, tmp_path / "a.pdf", "600x10cm@1dpi")
    page = page_of(tmp_path / "a.pdf")
    assert float(page["/UserUnit"]) == 2
    assert sides(page.mediabox)[2] * 2 == pytest.approx(6000, abs=1e-3)


def test_a_foreign_pdf_has_no_recipe_and_opacity_is_refused(tmp_path):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(str(tmp_path / "a.pdf"))
    with pytest.raises(InputError, match="a PDF without a recipe"):
        ph.open(tmp_path / "a.pdf")
    with pytest.raises(UserError, match="opacity"):
        save(tmp_path / "b.pdf", smooth(8, 8, 4))


def test_a_frame_that_is_cut_away_leaves_the_size_of_the_trim(tmp_path, capsys):
    path = tmp_path / "a.pdf"
    line = f"paint silk --seed 3 --size 60x40mm@50dpi --bleed 2mm -o {path} --no-metadata"
    assert run(line.split()) == 0, capsys.readouterr().err
    trim = sides(page_of(path)["/TrimBox"])
    assert trim[2] - trim[0] == pytest.approx(60) and trim[3] - trim[1] == pytest.approx(40)
