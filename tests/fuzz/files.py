"""Files of every format, with bytes changed: shown, checked, and their colours read."""

from __future__ import annotations

import contextlib
import io
import struct
import tempfile
import zlib
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

import phosphene as ph
from phosphene.cli import run
from phosphene.files import FORMATS
from phosphene.motion import animate
from tests.fuzz.bounds import OUT_OF_MEMORY, Failure

DATA = Path(__file__).parents[1] / "data"
FOLDERS = (".dzi", ".zarr")
FILMS = (".gif", ".apng", ".webp", ".mp4", ".webm")
INTERESTING = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]
LINES = (["show"], ["check"], ["palette"], ["render", "--size", "8", "-o", "-"])


@cache
def corpus() -> list[tuple[str, bytes]]:
    """Suffix and bytes of small files of every kind, and of those that failed once."""
    found: list[tuple[str, bytes]] = []
    with tempfile.TemporaryDirectory() as name:
        folder, recipe = Path(name), ph.style("classic", seed=1)
        for suffix in FORMATS:
            ph.render(recipe, (40, 40)).save(folder / f"a{suffix}")
        film = animate(recipe, "loop", frames=3, size=(32, 32))
        for suffix in FILMS:
            film.save(folder / f"film{suffix}")
        ph.sheet("classic", count=2, cell=32, gate=False).save(folder / "sheet.png")
        (folder / "recipe.json").write_text(recipe.json)
        film.save(folder / "frames")
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_size < 100_000:
                found.append((path.suffix, path.read_bytes()))
    more = [*(DATA / "bad").iterdir(), *(DATA / "edition-1").glob("*.*"), *(DATA / "vectors").glob("*1.npz")]  # fmt: skip  # noqa: E501
    return found + [(p.suffix, p.read_bytes()) for p in sorted(more) if p.is_file()]


@st.composite
def _inputs(draw: st.DrawFn) -> bytes:
    """A suffix of 8 letters, then the bytes of a file."""
    suffix, body = draw(st.sampled_from(corpus()))
    for _ in range(draw(st.integers(1, 5))):
        body = _changed(draw, body)
    if body.startswith(b"\x89PNG") and draw(st.booleans()):
        body = with_checksums(body)
    if draw(st.integers(0, 9)) == 0:
        suffix = draw(st.sampled_from(corpus()))[0]
    return suffix.encode().ljust(8) + body


def _changed(draw: st.DrawFn, body: bytes) -> bytes:
    at = draw(st.integers(0, max(0, len(body) - 1)) | st.integers(0, min(len(body), 64)))
    match draw(st.sampled_from(["bits", "number", "cut", "insert", "repeat", "remove", "text"])):
        case "bits" if at < len(body):
            return body[:at] + bytes([body[at] ^ draw(st.integers(1, 255))]) + body[at + 1 :]
        case "number":
            value = draw(st.sampled_from(INTERESTING))
            form = draw(st.sampled_from(["<I", ">I", "<H", ">H", "B"]))
            packed = struct.pack(form, value & (256 ** struct.calcsize(form) - 1))
            return body[:at] + packed + body[at + len(packed) :]
        case "cut":
            return body[:at]
        case "insert":
            return body[:at] + draw(st.binary(min_size=1, max_size=20)) + body[at:]
        case "repeat":
            length = draw(st.integers(1, 60))
            return body[:at] + body[at : at + length] * draw(st.sampled_from([2, 30])) + body[at:]
        case "remove":
            return body[:at] + body[at + draw(st.integers(1, 40)) :]
        case "text":
            word = draw(
                st.sampled_from([b"{", b"[", b'"', b"null", b"-1", b"1e9", b"\\ud800", b"<"])
            )
            start = body.find(b"phosphene", at)
            at = at if start < 0 else start + draw(st.integers(0, 40))
            return body[:at] + word + body[at + len(word) :]
    return body


def with_checksums(body: bytes) -> bytes:
    """A PNG whose chunks have right checksums, so that their contents are read."""
    made, at = body[:8], 8
    while at + 12 <= len(body):
        length = struct.unpack_from(">I", body, at)[0]
        part = body[at + 4 : at + 8 + length]
        made += body[at : at + 4] + part + struct.pack(">I", zlib.crc32(part))
        at += 12 + length
    return made


inputs: st.SearchStrategy[bytes] = st.deferred(_inputs)


def check(data: bytes, folder: Path) -> bool:
    """Run commands on the file; whether all of them could use it."""
    suffix = data[:8].decode("latin-1").strip()
    path = folder / f"a{suffix}"
    path.write_bytes(data[8:])
    lines = [*LINES, ["import", "--system", "ichko"]] if suffix == ".npz" else LINES
    used = [run_line([line[0], str(path), *line[1:]], folder) for line in lines]
    return all(used)


def run_line(line: list[str], folder: Path) -> bool:
    """Run a command line in a folder; whether it succeeded. Raises `Failure` for what is neither
    success nor a mistake that is explained.
    """
    said, shown = io.StringIO(), io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace")
    streams = contextlib.redirect_stderr(said), contextlib.redirect_stdout(shown)
    with contextlib.chdir(folder), streams[0], streams[1]:
        code = run(line)
    text = said.getvalue()
    if code == 1 and "--strict" in line and not text:  # something is wrong with a picture
        return True
    if code not in (0, 2) or OUT_OF_MEMORY in text:
        raise Failure(f"exit code {code}: {text}")
    if code and not text.strip():
        raise Failure("refused without a word")
    if len(text) > 20_000 or any(not c.isprintable() and c != "\n" for c in text):
        raise Failure(f"a message that is long or not printable: {text[:2000]!r}")
    return code == 0


def read_only(data: bytes, folder: Path) -> bool:
    """Read the recipe of the file, in this process alone and without its pixels."""
    ph.open(io.BytesIO(data[8:]))
    return True
