"""Second decoders of our films: another FFmpeg than PyAV's, and Pillow."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageSequence

SIZE = 96, 64
TEXTS = {
    "phosphene": json.dumps({"phosphene": 1, "seed": 7, "why": "größer --> <b>&" * 8000}),
    "phosphene-film": json.dumps({"path": "loop", "frames": 6}),
}
KR, KB = 0.2126, 0.0722  # of BT.709


class Seen(NamedTuple):
    frames: int
    seconds: float
    stream: str


def frame(k: int, count: int, channels: int = 3, size: tuple[int, int] = SIZE) -> Any:
    """A smooth picture (height, width, channels), different for each k; opacity grows with x."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    turn = np.sin(5 * x / size[0] + 3 * y / size[1] + 2 * np.pi * k / count)
    bands = [255 * x / size[0], 255 * y / size[1], 127.5 * (1 + turn), 40 + 200 * x / size[0]]
    return np.rint(np.stack(bands[:channels], -1)).astype(np.uint8)


def ffmpeg(*said: str) -> tuple[bytes, str]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *said]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout, done.stderr.decode(errors="replace")


def see(path: Path) -> Seen:
    """Frames decoded, seconds as the container says, and FFmpeg's line about the stream."""
    said = ffmpeg("-i", str(path), "-fps_mode", "passthrough", "-f", "null", "-")[1]
    hours, minutes, seconds = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said).groups()
    count = re.findall(r"frame= *(\d+)", said)[-1]
    stream = re.search(r"Stream #0:0.*: (Video: .*)", said)[1]
    return Seen(int(count), 3600 * int(hours) + 60 * int(minutes) + float(seconds), stream)


def planes(path: Path, size: tuple[int, int], pixels: str, decoder: str | None = None) -> Any:
    """The samples (frames, plane, height, width) as decoded, chroma repeated to full size."""
    chosen = ["-c:v", decoder] if decoder else []
    body, _ = ffmpeg(
        *chosen, "-i", str(path), "-fps_mode", "passthrough",
        "-f", "rawvideo", "-pix_fmt", pixels, "-",
    )  # fmt: skip
    kind = np.uint16 if pixels.endswith("le") else np.uint8
    width, height = size
    across = 2 if "420" in pixels else 1
    shapes = [(height, width)] + [(height // across, width // across)] * 2
    shapes += [(height, width)] * ("yuva" in pixels)
    samples = np.frombuffer(body, kind).reshape(-1, sum(h * w for h, w in shapes))
    found, at = [], 0
    for h, w in shapes:
        plane = samples[:, at : at + h * w].reshape(-1, h, w).astype(np.float64)
        found.append(plane.repeat(height // h, 1).repeat(width // w, 2))
        at += h * w
    return np.stack(found, 1)


def rgb(samples: Any, bits: int = 8) -> Any:
    """RGB in 0..255 (frames, height, width, 3) from BT.709 of limited range (ITU-R BT.709-6, 3)."""
    samples = samples / 2 ** (bits - 8)
    y, u, v = (samples[:, 0] - 16) / 219, *((samples[:, k] - 128) / 224 for k in (1, 2))
    red, blue = y + 2 * (1 - KR) * v, y + 2 * (1 - KB) * u
    green = (y - KR * red - KB * blue) / (1 - KR - KB)
    return 255 * np.stack([red, green, blue], -1)


def pillow_frames(path: Path, mode: str = "RGB") -> tuple[list[Any], list[int], int]:
    """The frames, how many milliseconds each is shown, and how often they loop (0: for ever)."""
    with Image.open(path) as film:
        frames, shown = [], []
        for each in ImageSequence.Iterator(film):
            frames.append(np.asarray(each.convert(mode)))
            shown.append(each.info["duration"])
        return frames, shown, film.info["loop"]
