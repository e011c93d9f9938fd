"""Small files that ask for much, and what refuses them. Each is a function that writes one."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

import phosphene as ph
from phosphene.files.png import SIGNATURE

LISTS = b'{"phosphene":1,"rescued":[' + 80_000_000 * b"[]," + b"[]]}"
FORMULAS = b'{"phosphene":1,"networks":{"main":{"inputs":["x"' + 40_000_000 * b',"x"' + b"]}}}"
IHDR = struct.pack(">2I5B", 40, 40, 8, 0, 0, 0, 0)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes) -> bytes:
    pixels = zlib.compress(bytes(41 * 40))
    ends = chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"".join([SIGNATURE, chunk(b"IHDR", IHDR), *chunks, *ends])


def itxt(text: bytes) -> bytes:
    return png(chunk(b"iTXt", b"phosphene\0\1\0\0\0" + zlib.compress(text, 1)))


def ztxt(text: bytes) -> bytes:
    return png(chunk(b"zTXt", b"phosphene\0\0" + zlib.compress(text, 1)))


def jpeg(text: bytes) -> bytes:
    body = zlib.compress(text, 1)
    parts = [body[at : at + 60_000] for at in range(0, len(body), 60_000)]
    head = b"\xff\xd8"
    for number, part in enumerate(parts):
        own = b"phosphene\0" + struct.pack(">HH", number, len(parts)) + part
        head += struct.pack(">HH", 0xFFEF, 2 + len(own)) + own
    return head + b"\xff\xda"


def webp(length: int) -> bytes:
    return b"RIFF\0\0\0\0WEBPEXIF" + struct.pack("<I", length) + bytes(1000)


def avif(length: int) -> bytes:
    return struct.pack(">I4s4s8x", 20, b"ftyp", b"avif") + struct.pack(">I4s", length, b"meta")


def gif(count: int) -> bytes:
    block = b"\xff" + 255 * b"{"
    return b"GIF89a" + bytes(7) + b"!\xfe" + count * block + b"\0;"


def exr(length: int) -> bytes:
    return b"v/1\1\2\0\0\0phosphene\0string\0" + struct.pack("<I", length) + b"{"


def tiff(length: int) -> bytes:
    entry = struct.pack("<HHII", 270, 2, length, 8)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)


def npy(length: int) -> bytes:
    return b"\x93NUMPY\1\0" + bytes(64) + struct.pack("<Q", length) + b"phosphene-texts\n"


def xmp(count: int) -> bytes:
    packet = b"<a xmlns='urn:phosphene:metadata:1/'>" + count * b"<b/>" + b"</a>"
    return png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet, 1)))


def names(count: int) -> bytes:
    """A recipe with so many unknown activations."""
    text = ",".join(f"zz{k}" for k in range(count))
    return json.dumps({"phosphene": 1, "networks": {"main": {"activations": text}}}).encode()


def film(frames: int) -> bytes:
    data = {
        "film": 1, "path": [{"path": "loop"}], "frames": frames, "fps": "24", "size": [32, 32],
        "times": [], "beats": 0, "surge": 0, "subframes": 1, "shutter": 0.5,
    }  # fmt: skip
    texts = {"phosphene": ph.style("silk", seed=1).json, "phosphene-film": json.dumps(data)}
    return png(*(chunk(b"tEXt", k.encode() + b"\0" + t.encode()) for k, t in texts.items()))


LIMIT, DAMAGED = "If you trust it", "damaged"
# name: (what writes it, what its refusal says)
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "lists.png": (lambda: itxt(LISTS), LIMIT),
    "formulas.png": (lambda: ztxt(FORMULAS), LIMIT),
    "length.png": (lambda: png()[:33] + b"\xff\xff\xff\xf0tEXt", "cut off"),
    "elements.png": (lambda: xmp(4_000_000), DAMAGED),
    "spaces.png": (lambda: png() + bytes(100), "without a recipe"),
    "film.png": (lambda: film(10**12), LIMIT),
    "a.jpg": (lambda: jpeg(LISTS), LIMIT),
    "a.webp": (lambda: webp(0xFFFF_0000), DAMAGED),
    "a.avif": (lambda: avif(0xFFFF_0000), "without a recipe"),
    "a.gif": (lambda: gif(70_000), LIMIT),
    "a.exr": (lambda: exr(0xFFFF_0000), DAMAGED),
    "a.tiff": (lambda: tiff(0xFFFF_0000), DAMAGED),
    "a.npy": (lambda: npy(1 << 62), DAMAGED),
    "long.json": (lambda: b'{"phosphene":1,"style":"' + 20_000_000 * b"a" + b'"}', LIMIT),
    "lists.json": (lambda: LISTS[:15_000_000], LIMIT),
    "deep.json": (lambda: b'{"a":' + 200_000 * b"[", "the JSON cannot be read"),
    "name.json": (lambda: b'{"phosphene":1,"' + 9_000_000 * b"a" + b'":1}', LIMIT),
    "value.json": (lambda: b'{"phosphene":1,"precision":"' + 9_000_000 * b"a" + b'"}', LIMIT),
    "names.json": (lambda: names(10_000), "unknown activation 'zz0'"),
    "many.json": (lambda: b'{"phosphene":1,"seed":[' + 4_000_000 * b"1," + b"1]}", LIMIT),
}


def write(folder: Path) -> None:
    for name, (made, _) in FILES.items():
        (folder / name).write_bytes(made())
    for name, about in (("a.zarr", "zarr.json"), ("film", "film.json")):
        (folder / name).mkdir()
        (folder / name / about).write_bytes(LISTS[:20_000_000])
    np.savez_compressed(folder / "large.npz", weights=np.zeros(40_000_000))
    np.savez_compressed(folder / "weights.npz", w=np.zeros(5_000_000))
    with zipfile.ZipFile(folder / "many.npz", "w") as many:
        for k in range(10_001):
            many.writestr(f"{k}.npy", b"")
