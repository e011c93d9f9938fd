"""Whether a film format can hold a film, checked before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from phosphene.core.errors import SizeError, UserError
from phosphene.files.film.codecs import CODECS, Codec, missing
from phosphene.files.film.formats import (
    FILMS,
    FOLDER,
    MOST_TICKS,
    check_suffix,
    codec_of,
    duration,
    nearest_rate,
    read_options,
    read_rate,
)
from phosphene.files.formats import load_extra
from phosphene.files.options import Options, StrPath


def check(
    path: StrPath,
    size: tuple[int, int],
    fps: float | Fraction,
    frames: int,
    channels: int = 3,
    options: Options | None = None,
) -> str:
    """Check that the format of a path can hold a film with these properties and options.

    Returns sentences on what will differ from the request, or "". Raises `UserError`. Creates
    no file; call it before rendering.
    """
    suffix = check_suffix(path)
    chosen = FILMS[suffix]
    values = read_options(path, options)
    rate = read_rate(fps)
    _check_shape(path, suffix, size, frames, channels)
    codec = codec_of(path, values)
    if codec:
        _check_codec(path, codec, size, channels, values)
    if chosen.extra:
        load_extra(chosen.extra, f"{path}: {suffix}")
    if codec:
        lacks = missing(codec, [CODECS[name] for name in chosen.codecs])
        if lacks:
            raise UserError(f"{path}: {lacks}")
    if chosen.ticks:
        return _rate_note(path, rate, frames, chosen.ticks)
    rounding = _rounding_note(path, rate, frames, chosen.largest) if chosen.largest else ""
    speed = _browser_note(path, rate, chosen.fastest) if chosen.fastest else ""
    return ". ".join(filter(None, (rounding, speed)))


def _check_shape(
    path: StrPath, suffix: str, size: tuple[int, int], frames: int, channels: int
) -> None:
    chosen = FILMS[suffix]
    if frames < 1 or frames != int(frames):
        raise UserError(f"{path}: got {frames} frames; expected a whole number, 1 or more")
    if min(size) < 1 or (chosen.max_side and max(size) > chosen.max_side):
        most = f"1 to {chosen.max_side:,}" if chosen.max_side else "1 or more"
        raise SizeError(f"{path}: {suffix} cannot hold {size[0]} x {size[1]}; {most} pixels a side")
    if channels == 4 and not chosen.alpha:
        others = ", ".join(s for s, f in FILMS.items() if f.alpha and s != FOLDER)
        raise UserError(
            f"{path}: {suffix} cannot hold the picture's opacity; {others} and folders of frames do"
        )
    if channels not in (3, 4):
        raise UserError(f"{path}: {channels} channels; a film has 3, or 4 with opacity")


def _check_codec(
    path: StrPath, codec: Codec, size: tuple[int, int], channels: int, values: Mapping[str, Any]
) -> None:
    pixels, crf = codec.chroma or values.get("pixels", "444"), values.get("crf", "auto")
    if channels == 4 and not codec.alpha:
        raise UserError(f"{path}: {codec.label} cannot hold opacity; codec=prores does")
    if pixels == "444" and not codec.full_colour:
        raise UserError(f"{path}: {codec.label} is supported with pixels=420 only")
    if pixels == "444" and channels == 4 and codec.encoder == "libvpx-vp9":
        raise UserError(f"{path}: {codec.label} holds opacity with pixels=420 only; or choose .mov")
    if crf != "auto" and int(crf) > codec.most:
        raise UserError(f"{path}: crf={crf}: {codec.label} takes 0 to {codec.most}")
    if min(size) < codec.least:
        raise SizeError(
            f"{path}: {codec.label} cannot hold {size[0]} x {size[1]}; expected {codec.least} "
            "pixels a side or more"
        )
    even = size[0] + size[0] % 2, size[1] + size[1] % 2
    if pixels == "422" and size[0] % 2:
        raise SizeError(
            f"{path}: {size[0]} x {size[1]}: {codec.label} stores colour at half the width, so the "
            f"width must be even. Use `size={even[0]}x{size[1]}`"
        )
    if pixels == "420" and even != size:
        whole = "" if not codec.full_colour else ", or the format option pixels=444"
        raise SizeError(
            f"{path}: {size[0]} x {size[1]}: {codec.label} stores colour at half resolution, so "
            f"both sides must be even. Use `size={even[0]}x{even[1]}`{whole}"
        )


def _rounding_note(path: StrPath, rate: Fraction, frames: int, largest: int) -> str:
    nearest = nearest_rate(rate, largest)
    if nearest == rate:
        return ""
    lasts, wanted = float(frames / nearest), float(frames / rate)
    return (
        f"{path}: {float(rate):.6g} frames per second are stored as {nearest}, in integers up to "
        f"{largest:,}; the film lasts {lasts:.6g} s, not {wanted:.6g}"
    )


def _browser_note(path: StrPath, rate: Fraction, fastest: Fraction) -> str:
    if rate <= fastest:
        return ""
    return (
        f"{path}: browsers play frames of 10 ms or less at 10 frames per second; other players "
        f"show all {float(rate):.6g}. For browsers use `fps={int(fastest)}` or less"
    )


def _rate_note(path: StrPath, rate: Fraction, frames: int, ticks: int) -> str:
    slowest = Fraction(ticks, MOST_TICKS)
    if rate < slowest:
        raise UserError(
            f"{path}: fps={float(rate):.4g}: a frame of a GIF lasts at most "
            f"{MOST_TICKS / ticks:.0f} s; use at least {float(slowest):.2g} frames per second"
        )
    if rate <= ticks // 2:
        return ""
    return (
        f"{path}: {float(rate):.4g} frames per second are too many for a GIF, which browsers play "
        f"at most at {ticks // 2}: it has {ticks // 2} and lasts "
        f"{duration(path, frames, rate):.4g} s, not {float(frames / rate):.4g}"
    )
