"""Copies of the recipe in EXIF and XMP: other programs keep them, and readers use any good one."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
import pyvips
from PIL import Image

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError
from phosphene.files import film as films
from phosphene.files.png import SIGNATURE, png_bytes
from phosphene.files.texts import COPIED
from tests.files.samples import RECIPE, long_texts, save, smooth
from tests.films.decoders import SIZE, frame

COPIES = (".png", ".jpg", ".webp", ".avif", ".tiff")  # formats that hold EXIF and XMP
KINDS = {"text": (b"iTXt", b"phosphene"), "exif": (b"eXIf", b""), "raw": (b"zTXt", b"Raw profile"),
         "xmp": (b"iTXt", b"XML:com.adobe.xmp")}  # fmt: skip


def chunks(body: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG: kinds and contents."""
    found, at = [], len(SIGNATURE)
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        found.append((kind, body[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def joined(parts: list[tuple[bytes, bytes]], wrong: tuple[bytes, bytes] | None = None) -> bytes:
    """A PNG of chunks; a chunk that starts like `wrong` gets a wrong checksum."""
    made = [SIGNATURE]
    for kind, body in parts:
        check = zlib.crc32(kind + body) ^ (wrong is not None and _starts(kind, body, wrong))
        made.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check))
    return b"".join(made)


def _starts(kind: bytes, body: bytes, like: tuple[bytes, bytes]) -> bool:
    return kind == like[0] and body.startswith(like[1])


def png_with(*places: str) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG whose recipe is only in these places, of `KINDS`."""
    memory = io.BytesIO()
    ph.Picture(smooth(20, 10), RECIPE, (20, 10)).save(memory, format="png")
    out = [KINDS[name] for name in KINDS if name not in places]
    return [c for c in chunks(memory.getvalue()) if not any(_starts(*c, like) for like in out)]


@pytest.mark.parametrize("place", KINDS)
def test_a_recipe_is_read_from_any_place_of_a_png(place):
    assert ph.open(io.BytesIO(joined(png_with(place)))) == RECIPE
    with pytest.raises(InputError, match="a PNG without a recipe"):
        ph.open(io.BytesIO(joined(png_with())))


@pytest.mark.parametrize("damaged", ["text", "exif", "raw"])
def test_a_damaged_copy_is_named_and_another_one_used(damaged, tmp_path):
    parts = png_with("text", "exif", "raw", "xmp")
    path = tmp_path / "a.png"
    path.write_bytes(joined(parts, KINDS[damaged]))
    if damaged == "text":
        with pytest.warns(ph.RecipeWarning, match="text chunks is damaged; used the one in EXIF"):
            assert ph.open(path) == RECIPE
    else:  # the text chunks come first and are good
        assert ph.open(path) == RECIPE
    path.write_bytes(joined(png_with(damaged), KINDS[damaged]))
    with pytest.raises(InputError, match="damaged"):
        ph.open(path)


def test_copies_that_differ_are_named_with_the_one_that_is_used(tmp_path, capsys):
    other = chunks(png_bytes((smooth(4, 4) * 255).astype("uint8"), {"phosphene": ph.Recipe().json}))
    exif = next(c for c in other if c[0] == b"eXIf")
    parts = [exif if c[0] == b"eXIf" else c for c in png_with("text", "exif", "raw", "xmp")]
    path = tmp_path / "a.png"
    path.write_bytes(joined(parts))
    words = "the recipe in EXIF differs; used the one in the text chunks"
    with pytest.warns(ph.RecipeWarning, match=words):
        assert ph.open(path) == RECIPE
    assert run(["show", str(path)]) == 0
    shown = capsys.readouterr()
    assert shown.err.count(words) == 1 and "grün" in shown.out


def test_equal_copies_say_nothing_and_foreign_exif_is_no_recipe(tmp_path):
    for suffix in COPIES:
        save(tmp_path / f"a{suffix}", smooth(20, 10))
        assert ph.open(tmp_path / f"a{suffix}") == RECIPE  # warnings are errors here
    exif = Image.Exif()
    exif[0x010E] = "a photograph"
    Image.new("RGB", (4, 4)).save(tmp_path / "b.png", exif=exif)
    with pytest.raises(InputError, match="a PNG without a recipe"):
        ph.open(tmp_path / "b.png")


@pytest.mark.parametrize(
    "bomb", ["<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?xml version='1.0'?><!-- -->"]
)
def test_definitions_in_xmp_are_not_read(bomb):
    parts = [
        (k, b.replace(b"<x:xmpmeta", bomb.encode() + b"<x:xmpmeta")) for k, b in png_with("xmp")
    ]
    with pytest.raises(InputError, match="the XMP is damaged"):
        ph.open(io.BytesIO(joined(parts)))


@pytest.mark.parametrize("suffix", COPIES)
def test_a_long_recipe_has_no_copies(suffix, tmp_path):
    texts = long_texts()
    save(tmp_path / f"a{suffix}", smooth(20, 10), texts)
    body = (tmp_path / f"a{suffix}").read_bytes()
    assert len(texts["phosphene"]) > COPIED and b"urn:phosphene" not in body
    assert ph.open(tmp_path / f"a{suffix}") == ph.Recipe.from_json(texts["phosphene"])


def test_an_apng_has_copies_after_its_frames(tmp_path):
    path = tmp_path / "a.apng"
    with films.create(path, SIZE, 25, {"phosphene": RECIPE.json}) as film:
        film.write(frame(0, 2, 3, SIZE))
        film.write(frame(1, 2, 3, SIZE))
    kinds = [kind for kind, _ in chunks(path.read_bytes())]
    assert kinds.index(b"eXIf") > kinds.index(b"fdAT")
    still = [c for c in chunks(path.read_bytes()) if not _starts(*c, (b"iTXt", b"phosphene"))]
    path.write_bytes(joined(still))
    assert films.read_film_texts(path)["phosphene"]


# what other programs make of a picture

PROGRAMS = {
    "convert": "convert {} -modulate 110 {}",
    "cwebp": "cwebp -quiet -metadata all {} -o {}",
    "vips": "vips copy {} {}",
    "exiv2": "cp {0} {1} && exiv2 -M'set Xmp.dc.subject mine' {1}",
    "exiftool": "cp {0} {1} && exiftool -q -overwrite_original -XMP-dc:Creator=me {1}",
}
PAIRS = [
    ("convert", ".png", ".png"), ("convert", ".png", ".jpg"), ("convert", ".png", ".webp"),
    ("convert", ".jpg", ".png"), ("cwebp", ".png", ".webp"), ("cwebp", ".jpg", ".webp"),
    ("vips", ".png", ".png"), ("vips", ".png", ".jpg"), ("vips", ".png", ".webp"),
    ("vips", ".tiff", ".png"), ("exiv2", ".png", ".png"), ("exiv2", ".jpg", ".jpg"),
    ("exiftool", ".png", ".png"), ("exiftool", ".tiff", ".tiff"), ("exiftool", ".webp", ".webp"),
]  # fmt: skip


@pytest.mark.slow  # other programs take a second each
@pytest.mark.parametrize(("program", "source", "target"), PAIRS)
def test_another_program_keeps_the_recipe(program, source, target, tmp_path):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    first, second = tmp_path / f"a{source}", tmp_path / f"b{target}"
    save(first, smooth(20, 10))
    subprocess.run(PROGRAMS[program].format(first, second), shell=True, check=True)
    assert ph.open(second) == RECIPE


@pytest.mark.parametrize("target", [".png", ".jpg", ".webp", ".avif", ".tiff"])
@pytest.mark.parametrize("source", [".png", ".webp", ".tiff"])
def test_libvips_keeps_the_recipe(source, target, tmp_path):
    first, second = tmp_path / f"a{source}", tmp_path / f"b{target}"
    save(first, smooth(20, 10))
    pyvips.Image.new_from_file(str(first)).write_to_file(str(second))
    assert ph.open(second) == RECIPE


@pytest.mark.parametrize("target", [".png", ".jpg", ".webp", ".avif", ".tiff"])
def test_pillow_keeps_the_recipe_with_the_exif(target, tmp_path):
    save(tmp_path / "a.png", smooth(20, 10))
    with Image.open(tmp_path / "a.png") as image:
        image.save(tmp_path / f"b{target}", exif=image.getexif())
    assert ph.open(tmp_path / f"b{target}") == RECIPE


def test_no_program_complains_about_the_copies(tmp_path: Path):
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    for suffix in COPIES:
        save(tmp_path / f"a{suffix}", smooth(20, 10), dpi=300)
        told = subprocess.run(
            ["exiftool", "-a", "-warning", "-error", "-s3", str(tmp_path / f"a{suffix}")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout == told.stderr == ""
