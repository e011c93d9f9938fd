"""Every file says that an algorithm made it: IPTC's DigitalSourceType, where others look for it."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import numpy as np
import OpenEXR
import pytest
from PIL import Image

import phosphene as ph
from phosphene.files import FORMATS
from phosphene.files import film as films
from phosphene.files.xmp import SOURCE, SOURCE_KEY, xmp, xmp_comment
from tests.files.samples import save, smooth
from tests.films.decoders import SIZE, TEXTS, frame

AWKWARD = {"phosphene": ph.Recipe(seed="a--b <&> ]]>").json}
TERM = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"


def sources(packet: str | bytes) -> list[str | None]:
    """What the XMP in a text of XML says of the source."""
    return [e.get(TERM) for e in ET.fromstring(packet).iter() if e.get(TERM)]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_picture_except_npy_says_how_it_was_made(suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    save(path, smooth(40, 40), AWKWARD)
    read = [p.read_bytes() for p in (path, path / "zarr.json", tmp_path / "a.html") if p.is_file()]
    assert read and all((SOURCE.encode() in body) == (suffix != ".npy") for body in read)


def test_the_comparator_sees_a_packet_without_it():
    assert sources(xmp(AWKWARD)) == [SOURCE]
    assert sources(xmp(AWKWARD).replace("DigitalSourceType", "DigitalSource")) == []


def test_programs_that_read_xml_find_it_in_an_svg(tmp_path):
    save(tmp_path / "a.svg", smooth(40, 40), AWKWARD)
    assert sources((tmp_path / "a.svg").read_bytes()) == [SOURCE]


def test_a_deep_zoom_keeps_it_in_comments_that_end_where_they_should(tmp_path):
    save(tmp_path / "a.dzi", smooth(40, 40), AWKWARD)
    body = (tmp_path / "a.dzi").read_text(encoding="utf-8")
    assert [e.tag.rpartition("}")[2] for e in ET.fromstring(body)] == ["Size"]
    for text in (body, (tmp_path / "a.html").read_text(encoding="utf-8")):
        packet = text[text.index("<x:xmpmeta") : text.index("</x:xmpmeta>") + 12]
        assert sources(packet) == [SOURCE] and "a--b" in ET.fromstring(packet)[0][0][0][0][0].text
    assert "--" not in xmp_comment(AWKWARD)


def test_the_library_finds_it_in_an_exr(tmp_path):
    save(tmp_path / "a.exr", smooth(40, 40), AWKWARD)
    with OpenEXR.File(str(tmp_path / "a.exr")) as file:
        assert sources(file.header()["xmp"].removeprefix("\ufeff")) == [SOURCE]


def test_zarr_has_it_among_its_attributes(tmp_path):
    save(tmp_path / "a.zarr", smooth(40, 40), AWKWARD)
    about = json.loads((tmp_path / "a.zarr" / "zarr.json").read_text())
    assert about["attributes"][SOURCE_KEY] == SOURCE


def film(path: Path) -> bytes:
    with films.create(path, SIZE, 25, TEXTS) as writer:
        for k in range(3):
            made = frame(k, 3, 3, SIZE)
            writer.write(made * np.uint16(257) if writer.sample_format == "words" else made)
    return path.read_bytes()


def test_a_gif_has_the_block_of_xmp_and_readers_of_blocks_skip_it(tmp_path):
    body = film(tmp_path / "a.gif")
    assert sources(body.partition(b"XMP DataXMP")[2].partition(b"\x01\xff\xfe")[0]) == [SOURCE]
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 3
    with av.open(str(tmp_path / "a.gif")) as video:
        assert len(list(video.decode(video=0))) == 3


@pytest.mark.parametrize("name", ["a.webp", "a.apng"])
def test_pillow_finds_it_in_films_of_pictures(name, tmp_path):
    with Image.open(io.BytesIO(film(tmp_path / name))) as image:
        assert image.n_frames == 3
        image.seek(2)
        image.load()  # the texts of an APNG follow its frames
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
        assert sources(packet) == [SOURCE]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_films_in_boxes_have_the_box_of_xmp(name, tmp_path):
    body, at, found = film(tmp_path / name), 0, []
    while at < len(body):
        size, kind = struct.unpack_from(">I4s", body, at)
        if kind == b"uuid" and body[at + 8 : at + 12] == b"\xbe\x7a\xcf\xcb":
            found.append(sources(body[at + 24 : at + size]))
        at += size
    assert found == [[SOURCE]] and at == len(body)
    with av.open(str(tmp_path / name)) as video:
        assert len(list(video.decode(video=0))) == 3


def test_webm_has_it_among_its_tags(tmp_path):
    film(tmp_path / "a.webm")
    with av.open(str(tmp_path / "a.webm")) as video:
        assert video.metadata["DIGITAL_SOURCE_TYPE"] == SOURCE


def test_a_folder_of_frames_says_it_in_a_file(tmp_path):
    with films.create(tmp_path / "frames", SIZE, 25, TEXTS) as writer:
        writer.write(frame(0, 2, 3, SIZE))
        writer.write(frame(1, 2, 3, SIZE))
    assert json.loads((tmp_path / "frames" / "film.json").read_text())[SOURCE_KEY] == SOURCE
    assert films.read_film_texts(tmp_path / "frames")["phosphene"] == TEXTS["phosphene"]
