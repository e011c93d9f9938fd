"""Fast deflate whose output depends only on its input: isal, or zlib where isal has no wheel.

isal 1.9 alone is not deterministic: for the third byte of a stream, ISA-L
(igzip_icf_body_h1_gr_bt.asm, `.write_first_byte`) searches for a match with a register that still
holds the address of the stream, so about one stream in thousands differs. Streams with a dictionary
take another path. Therefore the first bytes of the data are written as a stored block and used as
the dictionary of the rest. RFC 1950 (zlib), RFC 1951.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

try:
    from isal import isal_zlib as library
except ImportError:  # no wheel for this machine
    library = zlib

ZLIB = b"\x78\x01"  # the header of a zlib stream
HEAD = 4  # bytes of the stored block

adler32, crc32, decompress = library.adler32, library.crc32, library.decompress


class Compressor:
    """A raw deflate stream at level 1, without a zlib header and trailer."""

    def __init__(self) -> None:
        self.stream: Any = None

    def compress(self, data: Any) -> bytes:
        """Add contiguous data; returns the compressed bytes that are complete."""
        data = memoryview(data).cast("B")
        if self.stream is not None:
            return self.stream.compress(data)
        head = bytes(data[:HEAD])
        if library is zlib:
            self.stream = _stream()
            return self.stream.compress(data)
        if not head:
            return b""
        self.stream = _stream(zdict=head)
        stored = struct.pack("<BHH", 0, len(head), len(head) ^ 0xFFFF)
        return stored + head + self.stream.compress(data[HEAD:])

    def end(self, last: bool) -> bytes:
        """The remaining bytes; unless `last`, another stream can follow."""
        stream = self.stream or _stream()
        return stream.flush(library.Z_FINISH if last else library.Z_FULL_FLUSH)


def _stream(**options: Any) -> Any:
    return library.compressobj(1, library.DEFLATED, -library.MAX_WBITS, **options)


def compress(data: Any) -> bytes:
    """A zlib stream of contiguous data."""
    stream = Compressor()
    body = stream.compress(data)
    return b"".join([ZLIB, body, stream.end(last=True), struct.pack(">I", adler32(data))])
