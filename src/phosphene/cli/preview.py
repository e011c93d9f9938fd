"""Plays a film in the terminal for a few seconds: two pixels in each character."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import replace

import numpy as np

from phosphene.motion import Film
from phosphene.motion.render.frame_renderer import Pixels
from phosphene.render.thumbnails import smooth

SECONDS, FPS = 6.0, 12.0  # duration; most pictures per second
MOST = 100  # characters across


def play(film: Film, seconds: float = SECONDS) -> None:
    """Play a film on stdout; if that is not a terminal, print the first frame."""
    terminal = shutil.get_terminal_size()
    across = min(terminal.columns - 1, MOST)
    down = max(1, min(round(across * film.size[1] / film.size[0] / 2), terminal.lines - 2))
    across = max(1, min(across, round(down * 2 * film.size[0] / film.size[1])))
    renderer = replace(film, recipe=smooth(film.recipe)).renderer((across, 2 * down))
    step = max(1, round(float(film.fps) / FPS))
    shown = list(range(0, film.count, step))
    if not sys.stdout.isatty():
        print(blocks(renderer.frame(film.states(0))))
        return
    texts: list[str] = []
    start, wait = time.monotonic(), step / float(film.fps)
    k = 0
    while time.monotonic() - start < seconds or k < len(shown):
        if len(texts) < len(shown):
            texts.append(blocks(renderer.frame(film.states(shown[len(texts)]))))
        up = f"\x1b[{down}F" if k else ""
        print(f"{up}{texts[k % len(texts)]}", flush=True)
        k += 1
        time.sleep(max(0.0, start + k * wait - time.monotonic()))


def blocks(pixels: Pixels) -> str:
    """Pixels as lines of upper half blocks in 24-bit colours. `pixels` are bytes of shape (height,
    width, channels) with an even height.
    """
    if pixels.shape[2] < 3:
        pixels = np.repeat(pixels[..., :1], 3, axis=2)
    lines: list[str] = []
    for upper, lower in zip(pixels[0::2], pixels[1::2], strict=True):
        pairs = zip(upper[:, :3].tolist(), lower[:, :3].tolist(), strict=True)
        cells = (f"\x1b[38;2;{a[0]};{a[1]};{a[2]}m\x1b[48;2;{b[0]};{b[1]};{b[2]}m▀"
                 for a, b in pairs)  # fmt: skip
        lines.append(f"{''.join(cells)}\x1b[0m")
    return "\n".join(lines)
