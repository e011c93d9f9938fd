"""MP4, WebM and QuickTime by PyAV, which includes FFmpeg.

Colours are converted to BT.709, limited range, and tagged so in the file: primaries, transfer,
matrix and range. By default FFmpeg converts RGB to BT.601 and writes no tags; players of HD films
then show colours that are off by up to 40 of 255. Full range is not offered: too many players
ignore its tag.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.core.errors import OutputError
from phosphene.files.film.codecs import CODECS, Codec, pixel_format, settings
from phosphene.files.film.formats import Clip
from phosphene.files.film.spherical import keeps_view, mark_spherical
from phosphene.files.texts import pack
from phosphene.files.xmp import SOURCE, is_panorama, xmp

BT709, LIMITED = 1, 1  # ITU-T H.273: primaries 1, transfer 1, matrix 1; FFmpeg's code of the range
# FFmpeg's name of the container, and its options: players can start before the file is complete; an
# older QuickTime comment holds 64 kB
CONTAINERS = {
    ".mp4": ("mp4", {"movflags": "+faststart"}),
    ".mov": ("mov", {"movflags": "+faststart+use_metadata_tags"}),
    ".webm": ("webm", {}),
}
# XMP Specification Part 3, 2.2: the box for an XMP packet in ISOBMFF files
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
EARLIEST = -32  # the earliest decoding time, in frames before the first is shown
SOURCES = {(3, 1): "rgb24", (4, 1): "rgba", (3, 2): "rgb48le", (4, 2): "rgba64le"}

Frame = NDArray[np.uint8] | NDArray[np.uint16]


class VideoWriter:
    """Writes frames of uint8 or uint16 (height, width, 3 or 4); the encoder opens the file."""

    def __init__(self, target: Path, clip: Clip):
        import av
        from av.error import FFmpegError
        from av.video.reformatter import VideoReformatter

        self.errors = FFmpegError
        self.clip, self.count, self.open = clip, 0, True
        self.tick = 1 / clip.rate  # the stream's own time base changes when its header is written
        options, opacity = clip.options, clip.channels == 4
        codec = CODECS[options["codec"]]
        if codec.encoder == "libsvtav1":  # which reads its log level from the environment alone
            os.environ.setdefault("SVT_LOG", "1")  # errors only, on stderr
        self.pixels = pixel_format(codec, options, opacity)
        self.sample_format = "words" if self.pixels.endswith("10le") else "bytes"
        self.reformatter = VideoReformatter()
        kind, flags = CONTAINERS[options["suffix"]]
        self.container = av.open(str(target), "w", format=kind, options=flags)
        self.target, self.boxes = target, kind != "webm"
        if clip.texts:
            self.container.metadata["comment"] = pack(clip.texts)
            if not self.boxes:  # Matroska has free tags, but no place for XMP
                self.container.metadata["DIGITAL_SOURCE_TYPE"] = SOURCE
        self.stream = self._stream(codec, settings(codec, options, opacity))

    def _stream(self, codec: Codec, options: dict[str, str]) -> Any:
        stream: Any = self.container.add_stream(codec.encoder, rate=self.clip.rate, options=options)
        context = stream.codec_context
        stream.width, stream.height, stream.pix_fmt = *self.clip.size, self.pixels
        stream.time_base = context.time_base = self.tick
        context.bit_rate = 0  # else it would override the quality
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        keyframes = self.clip.options.get("keyframes", "auto")
        if keyframes != "auto":
            context.gop_size = int(keyframes)
        if codec.tag:
            context.codec_tag = codec.tag
        if self.clip.channels == 4 and codec.encoder == "libvpx-vp9":
            stream.metadata["alpha_mode"] = "1"
        return stream

    def write(self, frame: Frame) -> None:
        """Write the next frame."""
        try:
            picture = bt709(frame, self.pixels, self.reformatter)
            picture.pts, picture.time_base = self.count, self.tick
            picture.duration = 1
            self._mux(picture)
        except self.errors as error:
            raise OutputError(
                f"the encoder stopped at frame {self.count} ({error.strerror})"
            ) from error
        self.count += 1

    def finish(self) -> None:
        try:
            self._mux(None)
            self.open = False
            self.container.close()
        except self.errors as error:
            raise OutputError(f"the encoder stopped at the end ({error.strerror})") from error
        if self.boxes and self.clip.texts:
            if is_panorama(self.clip.texts, self.clip.size) and keeps_view(self.clip.texts):
                mark_spherical(self.target)
            packet = xmp(self.clip.texts).encode()
            with open(self.target, "ab") as file:
                file.write(struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_BOX + packet)

    def close(self) -> None:
        if self.open:
            with suppress(self.errors):  # the first error has been raised already
                self.container.close()

    def _mux(self, picture: Any) -> None:
        for packet in self.stream.encode(picture):
            if packet.dts is None or not EARLIEST <= packet.dts <= packet.pts:
                packet.dts = packet.pts  # x265 forgets to set it in films of one or two frames
            self.container.mux(packet)


def bt709(frame: Frame, pixels: str, reformatter: Any) -> Any:
    """A PyAV frame in the pixel format `pixels` from RGB or RGBA: BT.709, limited, tagged."""
    import av
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    kind = SOURCES[frame.shape[2], frame.itemsize]
    samples: Any = np.ascontiguousarray(frame)
    source = av.VideoFrame.from_ndarray(samples, kind)
    picture: Any = reformatter.reformat(
        source,
        format=pixels,
        src_color_range=ColorRange.JPEG,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.AREA,
    )
    picture.colorspace = picture.color_primaries = picture.color_trc = BT709
    picture.color_range = LIMITED
    return picture
