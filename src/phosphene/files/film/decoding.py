"""Decodes frames of our videos by PyAV, to measure what compression did to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import InputError
from phosphene.files.formats import load_extra
from phosphene.files.options import StrPath

Frames = list[NDArray[np.uint8]]


def first_and_last(path: StrPath, count: int = 2) -> tuple[Frames, Frames]:
    """The first and the last `count` frames of a video as decoded, uint8 (height, width, 3).

    Decodes from the last keyframe on, not the whole file. Raises `UserError` without PyAV,
    `InputError` if it cannot be decoded.
    """
    av: Any = load_extra("video", f"{path}: its frames")
    try:
        with av.open(str(path)) as film:
            first = [_rgb(frame) for frame in islice(film.decode(video=0), count)]
            last: Frames = []
            for frame in _from_last_keyframe(film):
                last = [*last, _rgb(frame)][-count:]
            if len(last) < count:  # the last keyframe is too close to the end
                film.seek(0)
                for frame in film.decode(video=0):
                    last = [*last, _rgb(frame)][-count:]
    except (av.error.FFmpegError, IndexError) as error:  # IndexError: no video inside
        raise InputError(f"{path}: cannot be decoded ({error})") from None
    if len(last) < count:
        raise InputError(f"{path}: cannot be decoded: {len(last)} frames; expected {count} or more")
    return first, last


def _from_last_keyframe(film: Any) -> Iterator[Any]:
    film.seek(film.duration or 0, backward=True)
    return film.decode(video=0)


def _rgb(frame: Any) -> NDArray[np.uint8]:
    from av.video.reformatter import ColorRange, Colorspace

    return frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    ).to_ndarray()
