"""The table of codecs: the name of the encoder, and its options for ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Codec:
    """An encoder of FFmpeg. `crf`: the default; `most`: the coarsest; `least`: pixels a side.

    `presets` and `lossless` are options of the encoder for the words fast, medium and slow, and
    for crf=0; `always` is always passed. `chroma`: the only one it has, of "444" and "422".
    """

    encoder: str
    label: str
    crf: int = 0
    most: int = 0
    presets: tuple[dict[str, str], ...] = ()
    lossless: dict[str, str] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    full_colour: bool = True
    least: int = 1
    chroma: str = ""
    alpha: bool = True


CODECS: dict[str, Codec] = {
    "h264": Codec(
        "libx264", "H.264", 16, 51,
        ({"preset": "veryfast"}, {"preset": "medium"}, {"preset": "slow"}),
    ),
    "h265": Codec(
        "libx265", "H.265", 18, 51,
        ({"preset": "ultrafast"}, {"preset": "fast"}, {"preset": "medium"}),
        lossless={"x265-params": "log-level=error:open-gop=0:lossless=1"},
        always={"x265-params": "log-level=error:open-gop=0"},  # closed, as players loop and seek
        tag="hvc1",  # without it Apple's players refuse the film
        least=64,  # at a width of 48, x265 4.2 writes outside its memory
    ),
    "av1": Codec(
        "libsvtav1", "AV1", 20, 63,
        ({"preset": "10"}, {"preset": "8"}, {"preset": "5"}),
        full_colour=False, least=4,
    ),
    "vp9": Codec(
        "libvpx-vp9", "VP9", 20, 63,
        tuple({"deadline": "good", "cpu-used": n} for n in ("5", "3", "1")),
        lossless={"lossless": "1"}, always={"row-mt": "1"},
        least=2,
    ),
    "prores": Codec(
        "prores_ks", "ProRes 4444",
        always={"profile": "4444", "vendor": "apl0", "alpha_bits": "16"}, chroma="444",
    ),
    "prores422": Codec(
        "prores_ks", "ProRes 422 HQ", always={"profile": "hq", "vendor": "apl0"}, chroma="422",
        alpha=False,
    ),
}  # fmt: skip


# other names of codecs: of the standard, its encoder or its family
ALIASES = {
    **dict.fromkeys(("h.264", "x264", "avc", "avc1", "libx264"), "h264"),
    **dict.fromkeys(("h.265", "x265", "hevc", "hvc1", "libx265"), "h265"),
    **dict.fromkeys(("av01", "svt-av1", "libsvtav1"), "av1"),
    **dict.fromkeys(("vp09", "libvpx-vp9"), "vp9"),
    **dict.fromkeys(("prores4444", "prores_ks"), "prores"),
    **dict.fromkeys(("prores-422", "prores_422", "prores422hq", "apch"), "prores422"),
}


def settings(codec: Codec, values: Mapping[str, Any], alpha: bool) -> dict[str, str]:
    """The encoder's options for ours."""
    options = dict(codec.always)
    if codec.presets:
        options |= codec.presets[("fast", "medium", "slow").index(values["preset"])]
    if codec.most:
        crf = codec.crf if values["crf"] == "auto" else int(values["crf"])
        options["crf"] = str(crf)
        options |= codec.lossless if crf == 0 else {}
    if codec.encoder == "libvpx-vp9":
        # libvpx refuses opacity together with frames that are not shown
        options |= {"auto-alt-ref": "0"} if alpha else {"auto-alt-ref": "1", "lag-in-frames": "16"}
    return options


def pixel_format(codec: Codec, values: Mapping[str, Any], alpha: bool) -> str:
    """FFmpeg's name of the pixel format, such as yuv420p10le."""
    deep = values.get("depth") == "10" or codec.encoder == "prores_ks"
    pixels = codec.chroma or values.get("pixels", "444")
    return f"yuv{'a' if alpha else ''}{pixels}p{'10le' if deep else ''}"


def missing(codec: Codec, others: Sequence[Codec]) -> str:
    """The message if this build of PyAV lacks the encoder, with those it has; "" if it has it."""
    if _has(codec):
        return ""
    there = [c.label for c in others if c is not codec and _has(c)]
    instead = f"It has {' and '.join(there)}: choose with the format option codec" if there else ""
    return (
        f"this build of PyAV has no encoder for {codec.label} ({codec.encoder}). "
        f"{instead or 'Other formats: .gif, .apng, .webp, or a folder of frames'}"
    )


def _has(codec: Codec) -> bool:
    import av

    try:
        av.Codec(codec.encoder, "w")
    except ValueError:  # PyAV's UnknownCodecError
        return False
    return True
