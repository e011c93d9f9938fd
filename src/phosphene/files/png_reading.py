"""Reading the texts of a PNG: our own chunks, and copies that other programs keep.

Other programs write a text as iTXt, zTXt or tEXt, and EXIF as eXIf or as a "raw profile": a text of
hexadecimal digits (ImageMagick, Exiv2).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from phosphene.core.errors import InputError
from phosphene.files.bounded import TextBudget
from phosphene.files.ifd import read_comment
from phosphene.files.places import first_good, has_recipe
from phosphene.files.png import OWN_CHUNK, SIGNATURE, XMP
from phosphene.files.xmp import read_copy

EXIF = b"eXIf"
TEXTS = (b"iTXt", b"zTXt", b"tEXt", OWN_CHUNK)
RAW_EXIF = ("Raw profile type exif", "Raw profile type APP1")
RAW_XMP = "Raw profile type xmp"


def read_texts(path: Path | str, data: BinaryIO) -> dict[str, str]:
    """The texts of a PNG, or those copied into its EXIF or XMP. Raises `InputError` if it is
    truncated, or damaged without a good copy.
    """
    if data.read(8) != SIGNATURE:
        raise InputError(f"{path}: not a PNG")
    texts: dict[str, str] = {}
    budget = TextBudget(path)
    exif: list[bytes] = []
    damaged: list[InputError] = []
    for kind, body, good in _chunks(path, data, budget):
        if not good:
            problem = "a chunk of text fails its checksum"
            damaged.append(InputError(f"{path}: the PNG is damaged ({problem})"))
        elif kind == EXIF:
            exif.append(body)
        else:
            try:
                keyword, text = _text(path, kind, body, budget)
                texts[keyword] = text
            except InputError as error:
                damaged.append(error)

    def own() -> dict[str, str]:
        found = {name: text for name, text in texts.items() if not name.startswith("Raw profile")}
        if damaged and not has_recipe(found):
            raise damaged[0]
        return found

    def raw(*names: str) -> bytes:
        return next((_raw_profile(texts[name]) for name in names if name in texts), b"")

    def xmp() -> dict[str, str]:
        return read_copy(path, texts[XMP].encode() if XMP in texts else raw(RAW_XMP))

    in_text = raw(*RAW_EXIF).removeprefix(b"Exif\0\0")
    places = [
        ("the text chunks", own),
        *(("EXIF", lambda body=body: read_comment(path, body)) for body in exif),
        ("the text chunk of EXIF", lambda: read_comment(path, in_text)),
        ("XMP", xmp),
    ]
    return first_good(path, places)


def _chunks(
    path: Path | str, data: BinaryIO, budget: TextBudget
) -> Iterator[tuple[bytes, bytes, bool]]:
    """Kind and contents of the chunks of texts and EXIF, and whether the checksum is right."""
    while True:
        head = data.read(8)
        if len(head) < 8:
            raise _cut_off(path)
        length, kind = struct.unpack(">I4s", head)
        if not kind.isalpha():
            raise InputError(f"{path}: the PNG is damaged (bytes between its chunks)")
        if kind == EXIF or kind in TEXTS:
            body, check = budget.take(data, length), data.read(4)
            if len(body) < length or len(check) < 4:
                raise _cut_off(path)
            yield kind, body, zlib.crc32(body, zlib.crc32(kind)) == struct.unpack(">I", check)[0]
            continue
        _skip(path, data, length)
        if kind == b"IEND":
            return


def _cut_off(path: Path | str) -> InputError:
    return InputError(f"{path}: the PNG is cut off; ask for the whole file again")


def _skip(path: Path | str, data: BinaryIO, length: int) -> None:
    """Pass over the contents of a chunk and its checksum."""
    data.seek(length + 3, io.SEEK_CUR)
    if not data.read(1):
        raise _cut_off(path)


def _text(path: Path | str, kind: bytes, body: bytes, budget: TextBudget) -> tuple[str, str]:
    """The keyword and the text of a chunk. Raises `InputError`."""
    key, _, rest = body.partition(b"\0")
    keyword = key.decode("latin-1")
    try:
        if kind == b"tEXt":
            return keyword, rest.decode("latin-1")
        if kind == b"zTXt":
            return keyword, _decoded(budget.inflate(rest[1:]))
        packed, method, rest = rest[0], rest[1], rest[2:]
        _, _, rest = rest.partition(b"\0")
        _, _, text = rest.partition(b"\0")
        return keyword, (budget.inflate(text) if packed and method == 0 else text).decode()
    except (zlib.error, UnicodeDecodeError, IndexError):
        raise InputError(f"{path}: the PNG is damaged (a text chunk cannot be read)") from None


def _decoded(text: bytes) -> str:
    """A zTXt is Latin-1, but libvips writes UTF-8 into it."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _raw_profile(text: str) -> bytes:
    """The bytes in a text of a name, their number and hexadecimal digits; b"" if it is not one."""
    try:
        _, _, digits = text.lstrip().split(maxsplit=2)
        return bytes.fromhex(digits)
    except ValueError:
        return b""
